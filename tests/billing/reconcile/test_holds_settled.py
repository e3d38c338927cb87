"""What a statement does to holds, on both engines: captured, voided or left alone, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from billing import Evidence
from billing.reconciliation.posting.posting import Posting
from billing.reconciliation.runs.sign_off import SignOff
from tests.billing.reconcile.statement_story import Story, classes


def test_a_hold_in_doubt_that_is_billed_is_proposed_then_captured_once(story: Story) -> None:
    story.paid("a")
    held = story.doubted("b", 4, request_id="req-b")
    story.bill("req-b", 3)

    before = story.reconcile()

    [proposal] = before.discrepancies
    assert (proposal.class_name, proposal.hold_id, proposal.line) == ("hold_only", held.id, 3)
    assert before.unexplained == Decimal("0.75")
    assert story.ledger.balance("acme").in_doubt == 1

    after = story.post()

    assert after.is_clean
    [posted] = after.posted
    assert (posted.class_name, posted.hold_id, posted.amount) == (
        "hold_only",
        held.id,
        Decimal("0.75"),
    )
    view = story.ledger.hold_by_id(held.id)
    assert view.state == "captured"
    assert view.ending is not None
    assert view.ending.actor == "finance"
    assert view.ending.request_id == "req-b"
    assert view.ending.key == f"recon/{after.statement.sha256[:16]}/3/2025-03"
    balance = story.ledger.balance("acme")
    assert (balance.in_doubt, balance.posted) == (Decimal(0), Decimal("1.25"))


def test_posting_twice_changes_nothing_the_second_time(story: Story) -> None:
    story.doubted("a", request_id="req-a")
    story.bill("req-a")
    story.doubted("b")
    story.bill("", 2)
    story.hands[0] += timedelta(hours=1)
    story.doubted("never-billed")
    story.later(hours=1)
    story.hands[0] += timedelta(days=4)

    first = story.post(accept_fingerprints=True)
    balance = story.ledger.balance("acme")
    second = story.post(accept_fingerprints=True)

    assert sorted(each.class_name for each in first.posted) == [
        *("hold_only", "hold_unbilled", "matched_by_fingerprint")
    ]
    assert first.is_clean
    assert second.is_clean
    assert second.posted == ()
    assert story.ledger.balance("acme") == balance
    assert balance.held == balance.in_doubt == 0
    assert balance.posted == Decimal("1.5")
    assert story.ledger.verify().ok


def test_a_fingerprint_is_never_posted_unless_it_is_accepted(story: Story) -> None:
    held = story.doubted("a")
    story.bill("the-provider's-own-id")
    found = story.post()
    assert classes(found) == ["matched_by_fingerprint"]
    assert found.posted == ()
    assert story.ledger.hold_by_id(held.id).state == "in_doubt"
    assert "--accept-fingerprints" in found.discrepancies[0].proposal


def test_a_hold_in_doubt_is_voided_only_after_the_settling_lag(story: Story) -> None:
    story.paid("first")
    held = story.doubted("a")
    story.later(hours=71)
    assert story.post().is_clean
    assert story.ledger.hold_by_id(held.id).state == "in_doubt"
    story.hands[0] += timedelta(hours=1)
    found = story.post()
    assert [each.class_name for each in found.posted] == ["hold_unbilled"]
    view = story.ledger.hold_by_id(held.id)
    assert view.state == "voided"
    assert view.ending is not None
    assert view.ending.actor == "finance"
    assert found.statement.id in (view.ending.reason or "")


def test_a_crashed_calls_open_hold_past_its_deadline_is_in_doubt_here_too(story: Story) -> None:
    held = story.hold("crashed")
    story.bill("unseen-id")
    story.hands[0] = held.expires_at
    assert story.post(accept_fingerprints=True).is_clean
    assert story.ledger.hold_by_id(held.id).state == "captured"


def test_a_billed_hold_that_was_voided_costs_us_and_not_the_customer(story: Story) -> None:
    held = story.hold("a")
    story.ledger.void(held.id, key="void", reason="refused", evidence=Evidence(request_id="req-a"))
    story.bill("req-a")
    [discrepancy] = story.reconcile().discrepancies
    assert discrepancy.proposal == "book the cost: billed, but the hold was voided"
    found = story.post()
    assert [(each.kind, each.cost) for each in found.posted] == [("cost", Decimal("0.5"))]
    assert found.is_clean
    assert story.ledger.balance("acme").posted == 0


def test_an_operators_capture_is_matched_by_the_id_in_the_evidence_of_the_doubt(
    story: Story,
) -> None:
    held = story.doubted("a", request_id="req-a")
    story.ledger.capture(held.id, images=2, key="by-hand", reason="seen", actor="ops")
    story.bill("req-a")
    assert story.reconcile().is_clean


def test_what_is_posted_weeks_later_counts_in_the_month_of_the_line(story: Story) -> None:
    at = story.hands[0]
    story.doubted("a", request_id="req-a")
    story.bill("req-a")
    story.hands[0] = datetime(2025, 4, 20, tzinfo=UTC)
    found = story.post()
    assert (found.is_clean, found.carried) == (True, ())
    ending = story.ledger.hold_by_id(found.posted[0].hold_id or "").ending
    assert ending is not None
    assert (ending.occurred_at, ending.recorded_at) == (at, story.hands[0])


def test_a_late_charge_for_an_expired_hold_is_matched_like_a_capture(story: Story) -> None:
    quote = story.book.quote({"model": "gpt-image-2", "size": "1024x1024"}, at=story.hands[0])
    held = story.ledger.hold("acme", quote, key="plain")
    story.bill("req-late", 1)
    story.hands[0] = held.expires_at
    story.ledger.expire()
    evidence = Evidence(request_id="req-late")
    late = story.ledger.capture(held.id, images=1, key="late", evidence=evidence)
    assert late.is_late
    found = story.post()
    assert (found.is_clean, found.posted) == (True, ())
    assert found.summary[0].lines == 1


def test_a_hold_that_somebody_settles_meanwhile_is_left_to_them(story: Story) -> None:
    held = story.doubted("a", request_id="req-a")
    story.bill("req-a")
    found = story.reconcile()
    story.ledger.void(held.id, key="by-hand", reason="seen", actor="ops")
    booked = Posting(story.ledger, found, SignOff(actor="finance")).book()
    assert list(booked) == []
    assert story.ledger.hold_by_id(held.id).state == "voided"
