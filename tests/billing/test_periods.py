"""What the events of closing and reopening come to. No database."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from billing.ledger.closing.periods import Kind, PeriodEvent, Periods, month_before

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def periods(*said: tuple[int, Kind]) -> Periods:
    return Periods(
        [
            PeriodEvent(month, number, kind, 0, "ann", None, NOW + timedelta(days=number))
            for number, (month, kind) in enumerate(said)
        ]
    )


@pytest.mark.parametrize(
    ("said", "through"),
    [
        ((), 0),
        (((202609, "close"),), 202609),
        (((202609, "close"), (202610, "close")), 202610),
        (((202609, "close"), (202610, "close"), (202610, "reopen")), 202609),
        # The first month that was ever closed is open again: those before it stay closed.
        (((202609, "close"), (202609, "reopen")), 202608),
        (((202601, "close"), (202601, "reopen")), 202512),
        (((202609, "close"), (202609, "reopen"), (202609, "close")), 202609),
    ],
)
def test_everything_is_closed_up_to_the_newest_month_that_stands_closed(
    said: tuple[tuple[int, Kind], ...], through: int
) -> None:
    assert periods(*said).closed_through == through


def test_a_month_stands_closed_by_its_own_closing_or_the_oldest_after_it() -> None:
    events = periods((202608, "close"), (202609, "close"), (202610, "close"), (202610, "reopen"))
    found = {month: events.closing_of(month) for month in (202501, 202608, 202609, 202610)}
    assert {month: event and event.month for month, event in found.items()} == {
        202501: 202608,
        202608: 202608,
        202609: 202609,
        202610: None,
    }
    reopened = periods((202609, "close"), (202609, "reopen"))
    assert reopened.closing_of(202608) == reopened.events[0]
    assert reopened.closing_of(202609) is None


def test_what_became_of_a_month_is_told_in_order() -> None:
    events = periods((202609, "close"), (202610, "close"), (202610, "reopen"))
    assert [each.kind for each in events.events_of(202610)] == ["close", "reopen"]
    assert events.last_at == NOW + timedelta(days=2)
    assert periods().last_at is None


def test_the_month_before_january_is_december() -> None:
    assert [month_before(month) for month in (202602, 202601, 202512)] == [202601, 202512, 202511]


def test_the_hash_of_an_event_stands_on_the_event_before_it() -> None:
    first, second = periods((202609, "close"), (202610, "close")).events
    alone, after = second.hash_after(None), second.hash_after(first._replace(hash=b"x"))
    assert alone != after
    assert len(alone) == hashlib.sha256().digest_size
    # Its own hash is no part of it.
    assert second._replace(hash=b"y").hash_after(None) == alone
    assert second._replace(actor="bob").hash_after(None) != alone
