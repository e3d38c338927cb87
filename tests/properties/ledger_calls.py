"""Calls of the ledger's verbs: the arguments, what the model makes of them, when it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zlib import crc32

from billing import Evidence, Transfer
from pricing import PriceBook, Quote
from pricing.money import from_nanos, to_nanos
from tests.properties.ledger_books import Books
from tests.properties.ledger_model import Model
from tests.properties.ledger_rows import ModelRow

BOOK = PriceBook.load("openai-gpt-image-2")
#: Of so many keys, one is spent within a transaction that the caller owns.
WITHIN_EACH = 5
Cell = tuple[str, str]
CELLS: list[Cell] = [("1024x1024", "high"), ("1536x864", "low"), ("2048x2048", "medium")]


@dataclass(frozen=True, repr=False)
class Call:
    """One call of a verb on behalf of an account."""

    verb: str
    code: str
    #: What makes a repeated key the same request.
    asked: tuple[object, ...]
    arguments: Callable[[Books], Mapping[str, object]]
    write: Callable[[], ModelRow]
    refusal: Callable[[], str | None] = lambda: None
    #: The hold that it ends, by the model's name.
    hold: str | None = None
    #: When it happened, where that is said.
    then: datetime | None = None

    def __repr__(self) -> str:
        """As short as a report of a failed walk needs it."""
        return f"{self.code}: {self.asked}" + (f" at {self.then}" if self.then else "")

    def make(self, books: Books, key: str) -> Transfer:
        """Ask for it, or ask within a transaction of our own, as the key decides."""
        arguments = {**self.arguments(books), "key": key}
        if is_within(key):
            with books.engine.begin() as connection:
                answer = getattr(books.ledger.within(connection), self.verb)(**arguments)
        else:
            answer = getattr(books.ledger, self.verb)(**arguments)
        assert isinstance(answer, Transfer)
        return answer


def is_within(key: str) -> bool:
    """Whether a call with this key is made within a transaction that the caller owns."""
    return crc32(key.encode()) % WITHIN_EACH == 0


@lru_cache(1000)
def quote(cell: Cell, n: int, at: datetime) -> Quote:
    size, quality = cell
    return BOOK.quote({"model": "gpt-image-2", "size": size, "quality": quality, "n": n}, at=at)


@lru_cache(100)
def unit_price(cell: Cell, at: datetime) -> int:
    return to_nanos(quote(cell, 1, at).unit_price)


def top_up(model: Model, code: str, amount: int) -> Call:
    arguments = {"account": code, "amount": from_nanos(amount)}
    return Call(
        "top_up",
        code,
        ("top_up", amount),
        lambda _: arguments,
        lambda: model.put_in(code, "top-up", amount),
    )


def adjust(model: Model, code: str, amount: int) -> Call:
    arguments = {"account": code, "amount": from_nanos(amount), "reason": "wrong", "actor": "ana"}

    def refusal() -> str | None:
        return model.refusal_of_money(code, -amount) if amount < 0 else None

    return Call(
        "adjust",
        code,
        ("adjust", amount),
        lambda _: arguments,
        lambda: model.put_in(code, "adjustment", amount),
        refusal,
    )


def correct_cost(
    model: Model, code: str, cost: int, *, then: datetime | None = None, paid: str | None = None
) -> Call:
    arguments: dict[str, object] = {
        "account": code,
        "cost": from_nanos(cost),
        "reason": "billed",
        "actor": "ana",
    }
    if then is not None:
        arguments["occurred_at"] = then

    def refusal() -> str | None:
        is_of_another = paid is not None and model.payments[paid].code != code
        return "TransferNotFound" if is_of_another else None

    return Call(
        "correct_cost",
        code,
        ("correct_cost", cost, paid),
        lambda books: {**arguments, **({} if paid is None else {"transfer_id": books.ids[paid]})},
        lambda: model.correct_cost(code, cost, then, paid),
        refusal,
        then=then,
    )


def hold(
    model: Model, code: str, cell: Cell, n: int, *, expires_in: timedelta, on_deadline: str
) -> Call:
    now, unit = model.now, unit_price(cell, model.now)
    arguments = {
        "account": code,
        "quote": quote(cell, n, now),
        "expires_in": expires_in,
        "on_deadline": on_deadline,
    }

    def write() -> ModelRow:
        return model.hold(code, unit, n, expires_at=now + expires_in, on_deadline=on_deadline)

    return Call(
        "hold",
        code,
        ("hold", cell, n),
        lambda _: arguments,
        write,
        lambda: model.refusal(code, unit * n),
    )


def charge(model: Model, code: str, cell: Cell, images: int, then: datetime | None) -> Call:
    at = then or model.now
    amount = unit_price(cell, at) * images
    arguments: dict[str, object] = {
        "account": code,
        "quote": quote(cell, images, at),
        "images": images,
    }
    if then is not None:
        arguments["occurred_at"] = then
    return Call(
        "charge",
        code,
        ("charge", cell, images),
        lambda _: arguments,
        lambda: model.charge(code, amount, then),
        lambda: model.refusal(code, amount, then),
        then=then,
    )


def capture(
    model: Model, hold: str, images: int, *, then: datetime | None, has_evidence: bool
) -> Call:
    of_hold = model.holds[hold]
    more: dict[str, object] = {} if then is None else {"occurred_at": then}
    if has_evidence:
        more["evidence"] = Evidence(request_id=f"req-{hold}", delivered=images)

    def refusal() -> str | None:
        return None if of_hold.ended_by in (None, "expire") else "HoldEnded"

    return Call(
        "capture",
        of_hold.code,
        ("capture", hold, images),
        lambda books: {"hold_id": books.ids[hold], "images": images, **more},
        lambda: model.capture(hold, images, then),
        refusal,
        hold,
        then,
    )


def void(model: Model, hold: str) -> Call:
    of_hold = model.holds[hold]
    return Call(
        "void",
        of_hold.code,
        ("void", hold),
        lambda books: {"hold_id": books.ids[hold], "reason": "refused"},
        lambda: model.release(hold, "void"),
        lambda: "HoldEnded" if of_hold.ended_by else None,
    )


def doubt(model: Model, hold: str) -> Call:
    of_hold = model.holds[hold]

    def refusal() -> str | None:
        return "HoldEnded" if of_hold.ended_by or of_hold.bucket == "in_doubt" else None

    return Call(
        "doubt",
        of_hold.code,
        ("doubt", hold),
        lambda books: {"hold_id": books.ids[hold], "reason": "cut off"},
        lambda: model.doubt(hold),
        refusal,
    )


def refund(model: Model, paid: str, amount: int) -> Call:
    return Call(
        "refund",
        model.payments[paid].code,
        ("refund", paid, amount),
        lambda books: {
            "transfer_id": books.ids[paid],
            "amount": from_nanos(amount),
            "reason": "blurred",
        },
        lambda: model.refund(paid, amount),
        lambda: "RefundTooLarge" if amount > model.left_of(paid) else None,
    )
