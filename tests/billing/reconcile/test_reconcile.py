"""Statements against a real ledger, on both engines: what is found, and what it comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import InvalidEntry, StatementError
from billing.reconciliation.tolerances import Tolerances
from pricing import PriceBook
from tests.billing.reconcile.statement_story import BOOK, HEADER, Story, classes


def test_a_statement_that_agrees_leaves_nothing_to_explain(story: Story) -> None:
    story.paid("a")
    story.paid("b", 3)
    found = story.reconcile()
    assert found.is_clean
    assert found.unexplained == 0
    assert (found.currency, found.statement.lines) == ("USD", 2)
    [matched] = found.summary
    assert (matched.lines, matched.ledger_amount, matched.statement_amount) == (
        2,
        Decimal("1.25"),
        Decimal("1.25"),
    )
    assert found.proof.ties


@pytest.mark.parametrize("request_id", ["req-a", ""])
def test_clocks_that_differ_over_midnight_carry_a_capture_in_both_months(
    request_id: str, story: Story
) -> None:
    story.hands[0] = datetime(2025, 3, 31, 23, 59, tzinfo=UTC)
    story.bill(request_id)
    story.hands[0] = datetime(2025, 4, 1, 0, 1, tzinfo=UTC)
    story.doubted("a", request_id=request_id or None)
    march = story.post(accept_fingerprints=True)
    again = story.reconcile()
    story.lines.clear()
    story.paid("b")
    april = story.reconcile("2025-04")
    for found in (march, again, april):
        assert found.is_clean
        assert [each.class_name for each in found.carried] == ["wrong_period"]
        assert found.proof.ties
    assert march.proof.carried == -april.proof.carried == Decimal("-0.5")


def test_charges_and_refunds_of_the_ledger_are_matched_like_captures(story: Story) -> None:
    fields = {"model": "gpt-image-2", "size": "1024x1024", "n": 2}
    quote = story.book.quote(fields, at=story.hands[0])
    charged = story.ledger.charge("acme", quote, images=2, key="a", request_id="req-a")
    story.bill("req-a")
    story.ledger.refund(charged.id, "0.1", key="r1", reason="blurred")
    story.ledger.refund(charged.id, "0.15", key="r2", reason="blurred")
    story.bill("req-a", 1, "0.25", "refunded")
    found = story.reconcile()
    assert found.is_clean
    assert found.proof.ledger == story.ledger.balance("acme").posted == Decimal("0.25")


@pytest.mark.parametrize(
    ("at", "class_name"),
    [
        (datetime(2025, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC), "wrong_period"),
        (datetime(2025, 3, 1, tzinfo=UTC), "matched"),
        (datetime(2025, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC), "matched"),
        (datetime(2025, 4, 1, tzinfo=UTC), "wrong_period"),
    ],
)
def test_a_month_of_the_ledger_is_half_open_to_the_microsecond(
    at: datetime, class_name: str, story: Story
) -> None:
    story.hands[0] = at
    story.paid("edge")
    found = story.reconcile()
    assert [row.class_name for row in found.summary if row.lines] == [class_name]
    assert found.unexplained == (0 if class_name == "matched" else Decimal("0.5"))


def test_every_difference_is_found_in_one_run_and_the_sums_are_the_ledgers(story: Story) -> None:
    story.paid("fine")
    story.paid("unbilled", billed=False)
    story.paid("dear", billed=False)
    story.bill("req-dear", 2, "0.51")
    story.paid("more", billed=False)
    story.bill("req-more", 3)
    story.bill("req-fine")
    story.bill("stranger", 1)
    story.bill("", 1, "1.90", "tax")
    story.bill("unreadable", 1, "0.07", "charge")
    story.hands[0] += timedelta(days=4)
    found = story.reconcile()
    assert classes(found) == [
        *("amount_mismatch", "quantity_mismatch", "missing_from_statement"),
        *("missing_from_ledger", "duplicate_line", "tax_fee_credit", "unparseable"),
    ]
    assert found.proof.ledger == story.ledger.balance("acme").posted
    assert found.proof.statement == Decimal("0.5") + Decimal("0.51") + Decimal("0.75") + (
        Decimal("0.5") + Decimal("0.25") + Decimal("1.90") + Decimal("0.07")
    )
    assert found.unexplained == Decimal("0.01") + Decimal("0.25") + Decimal("0.5") + (
        Decimal("0.25") + Decimal("0.5") + Decimal("1.90") + Decimal("0.07")
    )
    # What only silence shows is not booked while there is a line that cannot be read.
    assert classes(story.post()) == ["missing_from_statement", "unparseable"]
    story.lines.pop()
    assert story.post().is_clean
    again = story.post()
    assert (again.is_clean, len(again.posted)) == (True, 0)
    assert again.unexplained == 0
    assert again.proof.ties
    assert story.ledger.verify().ok


def test_more_ids_than_fit_one_query_are_all_looked_up(story: Story) -> None:
    held = story.doubted("a", request_id="req-a")
    story.lines += [HEADER.replace("request_id", "x")] * 2
    for number in range(1100):
        story.bill(f"stranger-{number}", 1)
    story.bill("req-a")
    found = story.reconcile()
    assert len(found.discrepancies) == 1103
    assert [each.hold_id for each in found.discrepancies if each.hold_id] == [held.id]


def test_other_currencies_are_no_business_of_a_statement(story: Story) -> None:
    story.ledger.open_account("euro", currency="EUR")
    story.ledger.top_up("euro", "10", key="top-up")
    book = PriceBook.loads(BOOK.replace("USD", "EUR"))
    fields = {"model": "gpt-image-2", "size": "1024x1024"}
    held = story.ledger.hold("euro", book.quote(fields, at=story.hands[0]), key="a")
    story.ledger.capture(held.id, images=1, key="b")
    story.paid("a")
    assert story.reconcile().is_clean


def test_an_empty_statement_bills_nothing_of_a_ledger_in_one_currency(story: Story) -> None:
    story.paid("a", billed=False)
    found = story.reconcile()
    assert (classes(found), len(found.pending), found.currency) == ([], 1, "USD")
    story.ledger.open_account("euro", currency="EUR")
    with pytest.raises(StatementError, match="EUR, USD"):
        story.reconcile()


def test_posting_needs_somebody_who_decides(story: Story) -> None:
    for actor in (None, "", "  "):
        with pytest.raises(InvalidEntry) as refused:
            story.reconcile(post=True, actor=actor)
        assert refused.value.param == "actor"


def test_a_now_without_a_time_zone_is_refused_by_name(story: Story) -> None:
    story.paid("a")
    with pytest.raises(InvalidEntry, match=r"^now: '2025-03-31 12:00:00' is not allowed"):
        story.reconcile(now=datetime(2025, 3, 31, 12))  # noqa: DTZ001 - that is the point


def test_a_negative_settling_lag_is_refused(story: Story) -> None:
    with pytest.raises(InvalidEntry) as refused:
        story.reconcile(tolerances=Tolerances(settling_lag=timedelta(seconds=-1)))
    assert refused.value.param == "settling-lag"
