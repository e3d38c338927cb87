"""Statements against a real ledger, on both engines: what is found, what is booked, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import Evidence, InvalidEntry, StatementError
from billing.reconciliation.posting import Posting
from billing.reconciliation.sign_off import SignOff
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


def test_a_hold_that_somebody_settles_meanwhile_is_left_to_them(story: Story) -> None:
    held = story.doubted("a", request_id="req-a")
    story.bill("req-a")
    found = story.reconcile()
    story.ledger.void(held.id, key="by-hand", reason="seen", actor="ops")
    booked = Posting(story.ledger, found, SignOff(actor="finance")).book()
    assert list(booked) == []
    assert story.ledger.hold_by_id(held.id).state == "voided"


def test_a_negative_settling_lag_is_refused(story: Story) -> None:
    with pytest.raises(InvalidEntry) as refused:
        story.reconcile(tolerances=Tolerances(settling_lag=timedelta(seconds=-1)))
    assert refused.value.param == "settling-lag"
