"""What the writers of the fault tests do: the same verbs by the same keys, however often it is run.

A script that was cut short is simply run again: every key that was answered must answer with the
same row, and the end must be the end of a run without faults.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal, Protocol, get_args

from billing import Balance, BillingError, Ledger, LedgerUnavailable, LedgerUnusable, Transfer
from pricing import PriceBook, PricingError, Quote

Variant = Literal["plain", "member", "batches", "threads"]
VARIANTS: Final[tuple[Variant, ...]] = get_args(Variant)

#: Threads of the variant with the group writer.
_THREADS: Final = 4
_BOOK: Final = PriceBook.load("openai-gpt-image-2")


@dataclass(frozen=True)
class Answer:
    """What the ledger said to one key: the row's id, or the code of the refusal."""

    account: str
    key: str
    said: str
    is_row: bool
    repeated: bool = False


Tell = Callable[[Answer], None]


class Verb(Protocol):
    """A verb with everything but its key."""

    def __call__(self, *, key: str) -> Transfer: ...


def quote(n: int, *, at: datetime | None = None) -> Quote:
    """A quote of n images at 0.21072 USD, made now or at an instant."""
    size = {"size": "1024x1024", "quality": "high"}
    return _BOOK.quote({"model": "gpt-image-2", **size, "n": n}, at=at)


def run(ledger: Ledger, variant: Variant, name: str, rounds: int, tell: Tell) -> None:
    """Run a script for accounts that begin with `name`, telling each answer as it comes.

    Raises:
        LedgerUnavailable, LedgerUnusable: the fault got as far as the caller.
    """
    script = _Script(ledger, name, tell)
    script.begin()
    if variant == "threads":
        _in_threads(script, rounds)
        return
    work = {"plain": script.plain, "member": script.member, "batches": script.batch}[variant]
    for number in range(rounds):
        work(number)


def ledger_of(url: str, variant: Variant) -> Ledger:
    """The ledger as the variant uses it."""
    return Ledger.open(url, group_writer=variant == "threads")


def balances(ledger: Ledger, name: str) -> list[tuple[object, ...]]:
    """Where the money of a script's accounts is, to the nano; versions count the rows."""
    return [_figures(ledger.balance(code)) for code in accounts(name)]


def accounts(name: str) -> tuple[str, str, str]:
    """The accounts of a script, the member last."""
    return f"{name}-one", f"{name}-two", f"{name}-member"


def _figures(balance: Balance) -> tuple[object, ...]:
    money = (balance.available, balance.held, balance.in_doubt, balance.posted)
    return (*money, balance.month_spent, balance.version)


class _Script:
    """The verbs over two accounts and a member of the first."""

    def __init__(self, ledger: Ledger, name: str, tell: Tell) -> None:
        self._ledger = ledger
        self._one, self._two, self._member = accounts(name)
        self._tell = tell

    def begin(self) -> None:
        """Open the accounts and fund them."""
        for code in (self._one, self._two):
            self._ledger.open_account(code, currency="USD")
            self._do(code, "funds", partial(self._ledger.top_up, code, 900))
        # Enough for some holds of a script and not for all.
        limits = {"monthly_limit": "1", "parent": self._one}
        self._ledger.open_account(self._member, currency="USD", **limits)  # type: ignore[arg-type]  # by name

    def plain(self, number: int) -> None:
        """Each verb once, over both accounts."""
        ledger, code, other = self._ledger, *self._pair(number)
        first = self._do(code, f"{number}/a", lambda key: ledger.hold(code, quote(3), key=key))
        second = self._do(other, f"{number}/b", lambda key: ledger.hold(other, quote(1), key=key))
        self._do(
            code,
            f"{number}/taken",
            lambda key: ledger.capture(first, images=2, key=key),
        )
        self._do(other, f"{number}/void", lambda key: ledger.void(second, key=key, reason="unsent"))
        paid = self._do(
            code, f"{number}/paid", lambda key: ledger.charge(code, quote(2), images=1, key=key)
        )
        self._do(
            code,
            f"{number}/back",
            lambda key: ledger.refund(paid, "0.01", key=key, reason="grey picture"),
        )
        third = self._do(code, f"{number}/c", lambda key: ledger.hold(code, quote(1), key=key))
        self._do(
            code, f"{number}/lost", lambda key: ledger.doubt(third, key=key, reason="no answer")
        )

    def member(self, number: int) -> None:
        """A member's holds, until its limit of the month refuses, beside its parent's."""
        ledger, code, parent = self._ledger, self._member, self._one
        held = self._do(code, f"{number}/a", lambda key: ledger.hold(code, quote(2), key=key))
        self._do(parent, f"{number}/a", lambda key: ledger.hold(parent, quote(1), key=key))
        if held.startswith("hold_"):
            images = number % 2 + 1
            self._do(
                code,
                f"{number}/taken",
                lambda key: ledger.capture(held, images=images, key=key),
            )
        self._do(
            code, f"{number}/paid", lambda key: ledger.charge(code, quote(1), images=1, key=key)
        )

    def batch(self, number: int) -> None:
        """Holds of both accounts and the member in one call, then their ends in another."""
        codes = (self._one, self._two, self._one, self._member, self._two, self._one)
        keys = [f"{number}/{place}" for place in range(len(codes))]
        asked: list[Mapping[str, object]] = [
            {"account": code, "quote": quote(2), "key": key}
            for code, key in zip(codes, keys, strict=True)
        ]
        held = self._all(codes, keys, self._ledger.hold_many(asked))
        taken = [
            {"hold_id": hold_id, "images": 1, "key": f"{key}/taken"}
            for hold_id, key in zip(held, keys, strict=True)
            if hold_id.startswith("hold_")
        ][:4]
        places = [codes[keys.index(str(item["key"]).removesuffix("/taken"))] for item in taken]
        ends = [str(item["key"]) for item in taken]
        self._all(places, ends, self._ledger.capture_many(taken))

    def own(self, thread: int, number: int) -> None:
        """What one of many threads does: all on the same accounts, by keys of its own."""
        ledger, code = self._ledger, self._pair(thread)[0]
        name = f"{thread}/{number}"
        held = self._do(code, f"{name}/a", lambda key: ledger.hold(code, quote(2), key=key))
        self._do(code, f"{name}/taken", lambda key: ledger.capture(held, images=1, key=key))

    def _pair(self, number: int) -> tuple[str, str]:
        return (self._one, self._two) if number % 2 == 0 else (self._two, self._one)

    def _do(self, code: str, key: str, verb: Verb) -> str:
        try:
            row = verb(key=key)
        except (LedgerUnavailable, LedgerUnusable):
            raise
        except (BillingError, PricingError) as problem:
            self._tell(Answer(code, key, problem.code, is_row=False))
            return problem.code
        self._tell(Answer(code, key, row.id, is_row=True, repeated=row.repeated))
        return row.id

    def _all(
        self,
        codes: Sequence[str],
        keys: Sequence[str],
        rows: Sequence[Transfer | BillingError | PricingError],
    ) -> list[str]:
        said = []
        for code, key, row in zip(codes, keys, rows, strict=True):
            if isinstance(row, LedgerUnavailable | LedgerUnusable):
                raise row
            if isinstance(row, Transfer):
                answer = Answer(code, key, row.id, is_row=True, repeated=row.repeated)
            else:
                answer = Answer(code, key, row.code, is_row=False)
            self._tell(answer)
            said.append(answer.said)
        return said


def _in_threads(script: _Script, rounds: int) -> None:
    problems: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(rounds):
                script.own(thread, number)
        except BaseException as problem:  # noqa: BLE001 - raised again below
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
