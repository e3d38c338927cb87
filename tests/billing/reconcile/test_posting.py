"""Booking what is proposed: once, as new rows, with a second person where one is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from billing import InvalidEntry, Ledger
from billing.reconciliation import ApprovalNeeded, Reconciliation
from billing.reconciliation.runs.sign_off import SignOff
from pricing import PriceBook
from tests.billing.reconcile.statement_story import BOOK, Story, classes


def rows(story: Story) -> int:
    return sum(story.ledger.balance(each.code).version for each in story.ledger.list_accounts())


def told(found: Reconciliation) -> list[tuple[str, str, str, Decimal | None]]:
    return [(each.kind, each.reason, each.account, each.cost) for each in found.posted]


def bill_differently(story: Story) -> None:
    """One of what can be booked without asking anybody."""
    story.paid("more", billed=False)
    story.bill("req-more", 2, "0.60")
    story.paid("unbilled", billed=False)
    story.doubted("late", request_id="req-late")
    story.bill("req-late")
    story.bill("stranger", 1, "0.25")
    story.bill("", 1, "7", "tax")
    story.bill("", 1, "2", "credit")
    story.paid("twice")
    story.bill("req-twice")
    story.hands[0] += timedelta(days=4)


def test_proposals_become_rows_and_the_next_run_is_clean(story: Story) -> None:
    bill_differently(story)
    found = story.post()
    assert sorted(told(found), key=str) == [
        ("capture", "late_capture", "acme", None),
        ("cost", "credit", "provider-charges", Decimal(-2)),
        ("cost", "not_billed", "acme", Decimal("-0.5")),
        ("cost", "price_variance", "acme", Decimal("0.1")),
        ("cost", "tax", "provider-charges", Decimal(7)),
        ("cost", "unallocated", "unallocated", Decimal("0.25")),
    ]
    assert (found.is_clean, found.proof.ties) == (True, True)
    assert [each.class_name for each in found.carried] == ["duplicate_line"]
    before = rows(story)
    again = story.post()
    assert (again.posted, again.is_clean, rows(story)) == ((), True, before)
    assert story.reconcile().is_clean
    assert story.ledger.verify().ok


def test_the_customer_pays_what_was_quoted_whatever_the_provider_bills(story: Story) -> None:
    bill_differently(story)
    expected = story.ledger.balance("acme").posted + Decimal("0.5")
    story.post()
    assert story.ledger.balance("acme").posted == expected, "the late capture, and no correction"
    assert story.ledger.balance("acme").in_doubt == 0


def test_a_row_says_who_decided_by_what_and_which_line(story: Story) -> None:
    story.paid("a", billed=False)
    story.bill("req-a", 2, "0.60")
    found = story.post()
    (line,) = [
        each
        for each in story.ledger.statement("acme", "2025-03").lines
        if each.kind == "adjustment"
    ]
    assert line.reason == (
        f"price_variance: amount_mismatch, line 2 of {found.statement.id}, "
        "ledger 0.50 USD, statement 0.60 USD"
    )
    assert line.actor == "finance"


def test_a_newer_revision_does_not_book_again_what_the_older_led_to(story: Story) -> None:
    bill_differently(story)
    story.post()
    before = rows(story)
    story.lines.reverse()
    found = story.post()
    assert (found.posted, found.is_clean, rows(story)) == ((), True, before)
    assert found.run is not None
    assert (found.run.number, found.run.supersedes) == (2, 1)


def test_above_the_limit_nothing_is_booked_without_a_second_person(story: Story) -> None:
    bill_differently(story)
    before = rows(story)
    with pytest.raises(ApprovalNeeded) as refused:
        story.post(approve_over=Decimal("0.5"))
    assert [each.partition(":")[0] for each in refused.value.bookings] == [
        "cost (tax_fee_credit, line 5)",
        "cost (tax_fee_credit, line 6)",
    ]
    assert rows(story) == before
    found = story.post(approve_over=Decimal("0.5"), approver="bob")
    assert found.is_clean
    assert found.run is not None
    assert (found.run.actor, found.run.approver) == ("finance", "bob")


@pytest.mark.parametrize("approver", ["finance", " Finance ", " "])
def test_the_second_person_is_another_one(approver: str) -> None:
    with pytest.raises(InvalidEntry) as refused:
        SignOff(actor="finance", approver=approver)
    assert refused.value.param == "approver"


def test_an_account_of_that_name_in_another_currency_is_left_alone(story: Story) -> None:
    story.ledger.open_account("unallocated", currency="EUR")
    story.bill("stranger")
    assert [each.account for each in story.post().posted] == ["unallocated.USD"]
    assert story.ledger.verify().ok


def test_a_line_of_an_account_of_ours_is_booked_there(story: Story) -> None:
    story.bill("stranger")
    story.lines[-1] = story.lines[-1].replace(",,gpt", ",acme,gpt", 1)
    assert [each.account for each in story.post().posted] == ["acme"]


def test_more_bookings_than_a_transaction_takes_are_all_booked(story: Story) -> None:
    for number in range(230):
        story.bill(f"stranger-{number}", 1, "0.25")
    found = story.post()
    assert (len(found.posted), found.is_clean) == (230, True)


def test_what_cannot_be_read_keeps_a_run_from_being_clean(story: Story) -> None:
    story.paid("a")
    story.bill("broken", 1, "0.07", "charge")
    found = story.post()
    assert classes(found) == ["unparseable"]
    assert found.run is not None
    assert not found.run.is_clean


def test_what_is_booked_for_a_member_is_known_again_without_an_id(story: Story) -> None:
    story.ledger.open_account("acme-web", currency="USD", parent="acme")
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    quote = story.book.quote(fields, at=story.hands[0])
    held = story.ledger.hold("acme-web", quote, key="job", on_deadline="doubt")
    story.ledger.doubt(held.id, key="job/doubt", reason="timeout")
    story.bill("")
    story.hands[0] += timedelta(days=4)
    found = story.post(accept_fingerprints=True)
    assert [each.account for each in found.posted] == ["acme-web"]
    assert found.is_clean, found.discrepancies
    again = story.post(accept_fingerprints=True)
    assert (again.posted, again.is_clean) == ((), True)


def test_a_ledger_in_memory_takes_what_is_captured_and_corrected(tmp_path: Path) -> None:
    hands = [datetime(2025, 3, 10, 12, tzinfo=UTC)]
    with Ledger.open("sqlite://", clock=lambda: hands[0]) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="top-up")
        story = Story(ledger, PriceBook.loads(BOOK), hands, tmp_path / "statement.csv")
        story.doubted("late", request_id="req-late")
        story.bill("req-late", 2, "0.60")
        story.bill("req-late", 2, "0.10", "refunded")
        story.hands[0] += timedelta(days=4)
        found = story.post()
        assert [each.kind for each in found.posted] == ["cost", "capture", "cost"]
        assert (found.is_clean, story.post().posted) == (True, ())
