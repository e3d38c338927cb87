"""The statement of an account: opening plus lines is closing, in every bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from billing import AccountNotFound, Evidence, InvalidEntry, Ledger
from billing.ledger.account_statement import AccountStatement, By
from billing.period import Month
from pricing import PriceBook, Quote

OCTOBER = Month(2026, 10)


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 9, 30, 12, tzinfo=UTC))


@pytest.fixture
def timed(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    """A ledger whose time is the test's; `acme` got 100 USD in September."""
    with Ledger.open(ledger_url, clock=clock) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="invoice-17")
        yield ledger


@pytest.fixture
def told_late(timed: Ledger, clock: Clock, book: PriceBook) -> Ledger:
    """Held on 2 October and cut off; captured in November, by the provider's statement."""
    clock.now = datetime(2026, 10, 2, 14, tzinfo=UTC)
    hold = timed.hold("acme", quote(book, clock.now), key="job", on_deadline="doubt")
    clock.now += timedelta(minutes=5)
    timed.doubt(hold.id, key="job/doubt", reason="cut off")
    clock.now = datetime(2026, 11, 4, tzinfo=UTC)
    timed.capture(
        hold.id,
        images=3,
        key="job/capture",
        occurred_at=datetime(2026, 10, 2, 14, 1, tzinfo=UTC),
        evidence=Evidence(request_id="req_1"),
        reason="statement line 17",
        actor="ana",
    )
    return timed


def quote(book: PriceBook, at: datetime, n: int = 4) -> Quote:
    request = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": n}
    return book.quote(request, at=at)


def kinds(statement: AccountStatement) -> list[str]:
    return [line.kind for line in statement.lines]


def test_a_line_says_what_it_was_for_and_what_it_did(told_late: Ledger) -> None:
    statement = told_late.statement("acme", "2026-10")

    line = statement.lines[1]
    assert (line.kind, line.key, line.version) == ("capture", "job/capture", 4)
    assert line.id.startswith("capture_")
    assert line.hold_id == statement.lines[0].id
    assert (line.images, line.model, line.size, line.quality) == (
        *(3, "gpt-image-2"),
        *("1024x1024", "high"),
    )
    assert (line.request_id, line.reason, line.actor) == ("req_1", "statement line 17", "ana")
    assert (line.occurred_at.month, line.recorded_at.month) == (10, 11)
    assert line.amount == line.posted == Decimal("0.63216")
    assert (line.available, line.in_doubt) == (Decimal("0.21072"), Decimal("-0.84288"))
    assert line.balance_available == Decimal("99.36784")


def test_a_transfer_belongs_to_the_month_it_occurred_in_unless_asked_otherwise(
    told_late: Ledger,
) -> None:
    occurred = [told_late.statement("acme", month) for month in ("2026-10", "2026-11")]
    recorded = [
        told_late.statement("acme", month, by="recorded") for month in ("2026-10", "2026-11")
    ]

    # The capture happened before the doubt was written: that is the order of the day.
    assert [kinds(each) for each in occurred] == [["hold", "capture", "doubt"], []]
    assert [kinds(each) for each in recorded] == [["hold", "doubt"], ["capture"]]
    assert occurred[1].closing == recorded[1].closing
    assert recorded[0].closing.in_doubt == Decimal("0.84288")


def test_as_known_then_leaves_out_what_was_recorded_later(told_late: Ledger) -> None:
    then = datetime(2026, 11, 1, tzinfo=UTC)

    known = told_late.statement("acme", OCTOBER, as_of_recorded=then)

    assert kinds(known) == ["hold", "doubt"]
    assert known.as_of_recorded == then
    assert known.closing.in_doubt == told_late.balance("acme", as_of_recorded=then).in_doubt


def test_a_month_holds_its_first_instant_and_not_the_next_months(
    timed: Ledger, clock: Clock
) -> None:
    edges = {
        "before": OCTOBER.start - timedelta(microseconds=1),
        "first": OCTOBER.start,
        "last": OCTOBER.end - timedelta(microseconds=1),
        "after": OCTOBER.end,
    }
    for key, clock.now in edges.items():
        timed.top_up("acme", "1", key=key)

    for by in get_args(By):
        statement = timed.statement("acme", OCTOBER, by=by)
        assert [line.key for line in statement.lines] == ["first", "last"]
        assert statement.opening.available == Decimal(101)
        assert statement.closing.available == Decimal(103)


def test_transfers_of_one_instant_are_in_the_order_they_were_written(
    timed: Ledger, clock: Clock
) -> None:
    clock.now = OCTOBER.start
    for number in range(4):
        timed.top_up("acme", "1", key=f"k{number}")

    lines = timed.statement("acme", OCTOBER).lines

    assert [line.key for line in lines] == ["k0", "k1", "k2", "k3"]
    assert [int(line.balance_available) for line in lines] == [101, 102, 103, 104]


def test_a_month_without_transfers_opens_and_closes_alike(timed: Ledger) -> None:
    statement = timed.statement("acme", "2027-01")

    assert statement.lines == ()
    assert statement.opening == statement.closing
    assert statement.opening.available == Decimal(100)


@pytest.mark.parametrize("bucket", ["available", "held", "in_doubt", "posted"])
def test_a_statement_that_does_not_tie_cannot_be_made(told_late: Ledger, bucket: str) -> None:
    statement = told_late.statement("acme", OCTOBER)
    off = replace(
        statement.closing, **{bucket: getattr(statement.closing, bucket) + Decimal("0.000000001")}
    )

    with pytest.raises(AssertionError, match=rf"statement of 'acme', 2026-10: .* {bucket} "):
        replace(statement, closing=off)
    with pytest.raises(AssertionError, match="closing is"):
        replace(statement, lines=statement.lines[1:])


def test_a_member_has_its_own_transfers_and_the_parent_has_all(
    timed: Ledger, clock: Clock, book: PriceBook
) -> None:
    clock.now = OCTOBER.start
    timed.open_account("team", currency="USD", parent="acme")
    hold = timed.hold("team", quote(book, clock.now), key="job")
    timed.capture(hold.id, images=3, key="job/capture")
    timed.hold("acme", quote(book, clock.now), key="job")

    own, all_of_them = timed.statement("team", OCTOBER), timed.statement("acme", OCTOBER)

    assert (own.parent, all_of_them.parent) == ("acme", None)
    assert [(line.key, line.member) for line in own.lines] == [
        *(("job", "team"), ("job/capture", "team")),
    ]
    assert [(line.key, line.member) for line in all_of_them.lines] == [
        *(("job", "team"), ("job/capture", "team"), ("job", None)),
    ]
    assert own.closing.posted == Decimal("0.63216")
    assert own.closing.available == -own.closing.posted


def test_what_was_put_in_by_way_of_a_member_is_on_its_statement_and_ties(
    timed: Ledger, clock: Clock, book: PriceBook
) -> None:
    clock.now = OCTOBER.start
    timed.open_account("team", currency="USD", parent="acme")
    timed.top_up("team", "5", key="t")
    timed.charge("team", quote(book, clock.now, 1), images=1, key="job")
    timed.adjust("team", "-1", key="fix", reason="booked twice", actor="ana")

    own = timed.statement("team", OCTOBER)

    assert kinds(own) == ["top-up", "charge", "adjustment"]
    assert (own.opening.put_in, own.closing.put_in) == (Decimal(0), Decimal(4))
    assert own.closing.available == 4 - own.closing.posted
    # It is the parent's money all the same, and on its statement.
    assert timed.statement("acme", OCTOBER).closing.put_in == 104
    with pytest.raises(AssertionError, match="give put_in"):
        replace(own, lines=tuple(replace(line, kind="refund") for line in own.lines))


@pytest.mark.parametrize(
    ("month", "options", "param"),
    [
        ("2026-13", {}, "month"),
        ("2026-10", {"by": "written"}, "by"),
        ("2026-10", {"as_of_recorded": datetime(2026, 11, 1)}, "as_of_recorded"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    timed: Ledger, month: str, options: dict[str, object], param: str
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        timed.statement("acme", month, **options)  # type: ignore[arg-type]  # wrong on purpose
    assert refused.value.param == param


def test_an_unknown_account_has_no_statement(timed: Ledger) -> None:
    with pytest.raises(AccountNotFound):
        timed.statement("nobody", OCTOBER)
