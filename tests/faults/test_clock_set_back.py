"""The clock is set back: what was decided stays decided, and no account's time runs backwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from billing import BudgetExceeded, HoldEnded, InvalidEntry, Ledger
from billing.database.engines import reading
from billing.database.tables import transfer
from tests.faults.counts import Counts
from tests.faults.script import quote

BACK = [timedelta(minutes=4), timedelta(hours=1), timedelta(days=31)]


class Clock:
    """The wall clock, and how far it was set back."""

    def __init__(self) -> None:
        self.back = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self.back


@pytest.fixture
def clock() -> Clock:
    """To be set back by the test."""
    return Clock()


@pytest.fixture
def ledger(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    """A ledger that goes by that clock, with an account that may take 2 USD a month."""
    with Ledger.open(ledger_url, clock=clock) as opened:
        opened.open_account("acme", currency="USD", monthly_limit="2")
        opened.top_up("acme", "100", key="funds")
        yield opened


def _instants(ledger: Ledger) -> list[tuple[object, int, datetime]]:
    columns = (transfer.c.account_id, transfer.c.version, transfer.c.recorded_at)
    with reading(ledger.engine) as connection:
        statement = select(*columns).order_by(*columns[:2])
        return [tuple(row) for row in connection.execute(statement)]


def _assert_time_runs_forwards(ledger: Ledger) -> None:
    newest: dict[object, tuple[int, datetime]] = {}
    for account, version, recorded_at in _instants(ledger):
        before, earliest = newest.get(account, (0, recorded_at))
        assert version == before + 1
        assert recorded_at >= earliest
        newest[account] = (version, recorded_at)


@pytest.mark.parametrize("back", BACK)
def test_the_same_rows_come_of_it_and_no_instant_is_before_the_one_in_front(
    ledger_url: str, ledger: Ledger, clock: Clock, back: timedelta, counts: Counts
) -> None:
    counts.name("clock set back", ledger_url)
    hold = ledger.hold("acme", quote(2), key="hold")
    taken = ledger.capture(hold.id, images=1, key="taken")
    clock.back = back

    assert ledger.hold("acme", quote(2), key="hold").id == hold.id
    assert ledger.capture(hold.id, images=1, key="taken") == taken
    with pytest.raises(HoldEnded):
        ledger.void(hold.id, key="void", reason="too late")
    ledger.top_up("acme", "1", key="more")
    late = ledger.adjust("acme", "-1", key="less", reason="a slip", actor="me")
    assert late.version == 5
    assert late.recorded_at >= taken.recorded_at
    _assert_time_runs_forwards(ledger)

    clock.back = timedelta(0)
    ledger.top_up("acme", "1", key="on time")
    _assert_time_runs_forwards(ledger)
    found = ledger.verify()
    assert found.ok, found.problems
    counts.runs, counts.faults, counts.acknowledged = 1, 1, 6


def test_a_key_is_known_again_though_its_instant_lies_in_the_future_by_now(
    ledger: Ledger, clock: Clock
) -> None:
    then = clock()
    hold = ledger.hold("acme", quote(2), key="hold")
    taken = ledger.capture(hold.id, images=1, key="taken", occurred_at=clock())
    paid = ledger.charge("acme", quote(1, at=then), images=1, key="paid", occurred_at=then)
    clock.back = timedelta(hours=1)

    again = ledger.capture(hold.id, images=1, key="taken", occurred_at=taken.occurred_at)
    assert (again, again.repeated) == (taken, True)
    item = {"account": "acme", "quote": quote(1, at=then), "images": 1, "occurred_at": then}
    assert ledger.charge_many([{**item, "key": "paid"}]) == [paid]
    # What is new and lies in the future is refused as before.
    answers = ledger.charge_many([{**item, "key": "new"}])
    assert isinstance(answers[0], InvalidEntry)
    assert answers[0].param == "occurred_at"


def test_the_month_of_a_limit_never_goes_back(ledger: Ledger, clock: Clock) -> None:
    month = ledger.balance("acme").month
    ledger.hold("acme", quote(8), key="most of it")
    spent = ledger.balance("acme").month_spent
    clock.back = timedelta(days=31)

    with pytest.raises(BudgetExceeded, match=str(month)):
        ledger.hold("acme", quote(8, at=clock()), key="too much")
    fits = ledger.hold("acme", quote(1, at=clock()), key="fits")
    clock.back = timedelta(0)
    after = ledger.balance("acme")
    assert spent is not None
    assert (after.month, after.month_spent) == (month, spent + fits.amount)
    assert ledger.verify().ok


def test_a_deadline_comes_merely_later(ledger: Ledger, clock: Clock) -> None:
    hold = ledger.hold("acme", quote(1), key="hold", expires_in=timedelta(minutes=10))
    clock.back = timedelta(hours=1)
    assert ledger.expire() == 0
    clock.back = -timedelta(minutes=11)
    assert ledger.expire() == 1
    clock.back = timedelta(hours=1)
    assert ledger.expire() == 0
    assert ledger.hold_by_id(hold.id).state == "expired"
    late = ledger.capture(hold.id, images=1, key="late")
    assert late.is_late
    _assert_time_runs_forwards(ledger)
