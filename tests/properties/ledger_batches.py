"""Steps of a walk that call a verb for many: good items, refused ones, bad ones, repeated keys.

Every item is decided as if all were asked in turn, with two differences that are part of the
contract: what gives money back goes first, and a key or a hold that stands twice in a batch is
decided after the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing import Transfer
from tests.properties import ledger_drawn, ledger_months_walk
from tests.properties.ledger_books import Books
from tests.properties.ledger_calls import Call
from tests.properties.ledger_model import OF_ROOM, REPEATED
from tests.properties.ledger_rows import ModelRow

if TYPE_CHECKING:
    from tests.properties.ledger_draw import Draw
    from tests.properties.ledger_walk import LedgerWalk

#: Arguments that no verb takes, by the error that each leads to.
BAD: dict[str, dict[str, object]] = {
    "InvalidEntry": {"surprise": True},
    "AccountNotFound": {"account": "nobody"},
    "HoldNotFound": {"hold_id": "hold_none"},
}


@dataclass(frozen=True)
class Item:
    """One item: a call and its key; `bad` names what makes it one that is refused by itself."""

    call: Call
    key: str
    bad: str | None = None

    def mapping(self, books: Books) -> Mapping[str, object]:
        good = {**self.call.arguments(books), "key": self.key}
        return good if self.bad is None else {**good, **BAD[self.bad]}


#: A row that was written, a row that was repeated, or the reason why neither.
Decided = tuple[ModelRow, bool] | str


def step(walk: LedgerWalk, draw: Draw) -> None:
    """Draw a batch, decide it in the model, compare what each ledger answers."""
    ledger_months_walk.catch_up(walk, draw)
    verb = draw.choice(["hold", "capture" if walk.model.holds else "hold", "charge"])
    items: list[Item] = []
    for _ in range(draw.randint(1, 6)):
        items.append(_item(walk, draw, verb, items))
    items = _in_any_order(walk, items)
    decided = _decide(walk, items)
    accepted = sum(isinstance(each, tuple) and not each[1] for each in decided)
    for books in walk.all_books:
        mappings = [item.mapping(books) for item in items]
        if accepted:
            _compare(books, getattr(books.ledger, f"{verb}_many")(mappings), decided)
        else:
            with books.unchanged(may_lock=True):
                _compare(books, getattr(books.ledger, f"{verb}_many")(mappings), decided)
    walk.touched.update(item.call.code for item in items)
    walk.counted[f"{verb}_many"] += bool(accepted)
    walk.counted["items of batches"] += accepted


def _item(walk: LedgerWalk, draw: Draw, verb: str, items: Sequence[Item]) -> Item:
    match draw.randint(0, 11):
        case 0 if items:
            return draw.choice(items)
        case 1:
            bad = ["InvalidEntry", "HoldNotFound" if verb == "capture" else "AccountNotFound"]
            return replace(_good(walk, draw, verb), bad=draw.choice(bad))
        case 2 if done := [each for each in walk.done[-60:] if each[0].verb == verb]:
            return Item(*draw.choice(done[-10:]))
    return _good(walk, draw, verb)


def _good(walk: LedgerWalk, draw: Draw, verb: str) -> Item:
    call: Call = getattr(ledger_drawn, verb)(walk, draw)
    return Item(call, walk.key(draw, call.code))


def _decide(walk: LedgerWalk, items: Sequence[Item]) -> list[Decided]:
    """The outcome of each item, in the order of the items."""
    outcomes: list[Decided] = []
    for item in items:
        call, key = item.call, item.key
        known = walk.model.known(call.code, key, call.asked)
        reason = known or call.refusal()
        if item.bad is not None:
            outcomes.append(item.bad)
        elif known == REPEATED:
            outcomes.append((walk.model.rows[walk.model.keys[call.code, key][1]], True))
        elif reason is not None:
            outcomes.append(reason)
        else:
            outcomes.append((walk.accept(call, key), False))
    return outcomes


def _in_any_order(walk: LedgerWalk, items: Sequence[Item]) -> list[Item]:
    """Without what stands beside a late capture of the same money, or it would be decided before.

    That is so unless a ledger remembers one of the holds as open, or a key is spent: then all are
    decided one by one. The model would have to know what each ledger remembers.
    """
    purses = [walk.model.accounts[item.call.code].purse.code for item in items]
    late = [_is_late(walk, item.call) for item in items]
    with_late = {purse for purse, is_late in zip(purses, late, strict=True) if is_late}
    return [
        item
        for item, purse, is_late in zip(items, purses, late, strict=True)
        if is_late or purse not in with_late
    ]


def _is_late(walk: LedgerWalk, call: Call) -> bool:
    return call.hold is not None and walk.model.holds[call.hold].ended_by == "expire"


def _compare(books: Books, answers: Sequence[object], decided: Sequence[Decided]) -> None:
    for answer, expected in zip(answers, decided, strict=True):
        if isinstance(expected, str):
            # The limits are told as they are after the batch, not in the middle of it.
            allowed = OF_ROOM if expected in OF_ROOM else {expected}
            assert type(answer).__name__ in allowed, (answer, expected)
            continue
        row, is_repeated = expected
        assert isinstance(answer, Transfer), (answer, expected)
        if is_repeated:
            books.repeats(row, answer)
        else:
            books.took(row, answer)
