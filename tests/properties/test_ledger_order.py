"""Laws of order: who comes first wins a hold, and accounts do not know of each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import Balance, BillingError, HoldEnded, Ledger, Transfer
from billing.ledger.transfers import Deadline
from tests.properties.ledger_books import Clock
from tests.properties.ledger_calls import CELLS, quote
from tests.properties.ledger_walk import BEGUN

law = settings(
    max_examples=25,
    deadline=None,
    database=None,
    # The ledger stays open over the examples: each makes accounts of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

Step = tuple[str, int]
#: Rows and the balance of an account, without ids.
Booked = tuple[list[object], Balance]
#: What an account does: a verb, and a figure for it (images, a hold by its number, an amount).
steps = st.tuples(
    st.sampled_from(["hold", "hold", "capture", "void", "doubt", "charge", "adjust", "refund"]),
    st.integers(1, 4),
)


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGUN)


@pytest.fixture
def timed(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    """A ledger whose time is the test's."""
    with Ledger.open(ledger_url, clock=clock) as ledger:
        yield ledger


ENDINGS = ("capture", "void", "expire", "doubt")
_names = itertools.count()


@law
@given(order=st.permutations(ENDINGS), on_deadline=st.sampled_from(["expire", "doubt"]))
def test_a_hold_has_one_winner_whatever_comes_first(
    timed: Ledger, clock: Clock, order: Sequence[str], on_deadline: Deadline
) -> None:
    """Capture then expire, expire then capture, and all that can come between."""
    code = f"account-{next(_names)}"
    timed.open_account(code, currency="USD")
    timed.top_up(code, "10", key="top-up")
    now = clock()
    hold = timed.hold(
        code,
        quote(CELLS[0], 4, now),
        key="job",
        expires_in=timedelta(minutes=1),
        on_deadline=on_deadline,
    )
    clock.set(now + timedelta(minutes=2))

    for verb in order:
        _try(timed, hold.id, verb)

    rows = timed.statement(code, f"{clock():%Y-%m}").lines[2:]
    winners = [row for row in rows if row.kind in ("capture", "void", "expire")]
    assert len(winners) == 1
    assert winners[0].hold_id == hold.id
    # What was delivered under an expired hold is booked all the same, as a charge of its own.
    late = [row for row in rows if row.kind == "charge"]
    assert len(late) == (winners[0].kind == "expire")
    balance = timed.balance(code)
    assert balance.held == balance.in_doubt == 0
    assert balance.available + balance.posted == 10


def _try(ledger: Ledger, hold_id: str, verb: str) -> None:
    """Try to move the hold; it may have ended."""
    with suppress(HoldEnded):
        match verb:
            case "capture":
                ledger.capture(hold_id, images=3, key="capture")
            case "void":
                ledger.void(hold_id, key="void", reason="refused")
            case "doubt":
                ledger.doubt(hold_id, key="doubt", reason="cut off")
            case _:
                ledger.expire()


@law
@given(
    todo=st.lists(st.lists(steps, min_size=1, max_size=6), min_size=2, max_size=3),
    data=st.data(),
)
def test_independent_accounts_may_be_permuted(
    timed: Ledger, todo: list[list[Step]], data: st.DataObject
) -> None:
    """The same operations of each account, mixed differently: the same books, but for ids."""
    turns = [account for account, steps in enumerate(todo) for _ in steps]
    mixed = data.draw(st.permutations(turns))

    first, second = _booked(timed, todo, turns), _booked(timed, todo, mixed)

    assert first == second
    assert any(rows for rows, _balance in first)


def _booked(ledger: Ledger, todo: list[list[Step]], turns: Sequence[int]) -> list[Booked]:
    """Do each account's steps in their order, the accounts in the order of the turns."""
    codes = [f"account-{next(_names)}" for _ in todo]
    for code in codes:
        ledger.open_account(code, currency="USD", monthly_limit="3")
        ledger.top_up(code, "4", key="top-up")
    queues = [iter(enumerate(steps)) for steps in todo]
    made: list[list[Transfer]] = [[] for _ in todo]
    answers: list[list[str]] = [[] for _ in todo]
    for account in turns:
        number, step = next(queues[account])
        answers[account].append(_do(ledger, codes[account], step, f"key-{number}", made[account]))
    return [
        (_rows(ledger, code, answered), replace(ledger.balance(code), account=""))
        for code, answered in zip(codes, answers, strict=True)
    ]


def _do(ledger: Ledger, code: str, step: Step, key: str, made: list[Transfer]) -> str:
    """One step on the newest hold or payment of the account; answers the error, or `done`."""
    verb, figure = step
    held = [row.id for row in made if row.kind == "hold"] or ["hold_none"]
    paid = [row.id for row in made if row.kind in ("capture", "charge")] or ["charge_none"]
    try:
        match verb:
            case "hold":
                row: Transfer = ledger.hold(code, quote(CELLS[0], figure, BEGUN), key=key)
            case "capture":
                row = ledger.capture(held[-1], images=figure, key=key)
            case "void":
                row = ledger.void(held[-1], key=key, reason="refused")
            case "doubt":
                row = ledger.doubt(held[-1], key=key, reason="cut off")
            case "charge":
                row = ledger.charge(code, quote(CELLS[0], figure, BEGUN), images=figure, key=key)
            case "adjust":
                row = ledger.adjust(code, 1 - figure or 1, key=key, reason="wrong", actor="ana")
            case _:
                row = ledger.refund(paid[-1], f"0.{figure}", key=key, reason="blurred")
    except BillingError as refused:
        return refused.code
    made.append(row)
    return "done"


def _rows(ledger: Ledger, code: str, answered: list[str]) -> list[object]:
    lines = ledger.statement(code, f"{BEGUN:%Y-%m}").lines
    return [
        *answered,
        *(
            (line.version, line.kind, line.key, line.amount, line.available, line.posted)
            for line in lines
        ),
    ]
