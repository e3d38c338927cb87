"""What silence does not prove, and what is booked once: in the ledger, on both engines."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from billing import Evidence, StatementError
from billing.formats.reconciliation_text import reconciliation_text
from billing.reconciliation import Reconciliation, reconcile
from billing.reconciliation.books.recognition import Booking, Charge, booking_key, what_of
from tests.billing.reconcile.small_cases import MARCH, SHA256, charge
from tests.billing.reconcile.statement_story import HEADER, Story, classes

DAILY = """
schema_version: 1
name: daily
level: bucket
columns: {start: [start], end: [end], model: [model], amount: [amount], currency: [currency]}
"""


def proposals(found: Reconciliation) -> dict[str, str]:
    return {each.class_name: each.proposal for each in found.discrepancies}


def test_a_statement_that_begins_after_a_call_proves_nothing_about_it(story: Story) -> None:
    held = story.doubted("a")
    story.paid("b", billed=False)
    story.later(days=15)
    story.at("2025-04-20T12:00:00")
    told = "keep: it may be billed, the statement begins on 2025-03-25, after it"
    assert proposals(story.post()) == {"missing_from_statement": told, "hold_unbilled": told}
    assert story.ledger.hold_by_id(held.id).state == "in_doubt"


@pytest.mark.parametrize(("billed", "is_void"), [(1, False), (2, True)])
def test_a_few_that_are_missing_at_the_front_are_missing_like_others(
    story: Story, billed: int, is_void: bool
) -> None:
    story.at("2025-03-01T00:30:00")
    held = story.doubted("a")
    story.paid("b", billed=False)
    story.at("2025-03-02T00:00:00")
    for number in range(billed):
        story.paid(f"c{number}")
    story.at("2025-04-20T12:00:00")
    assert story.post().is_clean == is_void
    assert story.ledger.hold_by_id(held.id).state == ("voided" if is_void else "in_doubt")


@pytest.mark.parametrize("day", ["2025-02-10", "2025-04-10"])
def test_the_statement_of_another_month_takes_no_cost_off(story: Story, day: str) -> None:
    story.at(f"{day}T12:00:00")
    story.paid("other")
    story.at("2025-03-10T12:00:00")
    story.paid("a", billed=False)
    story.at("2025-05-20T12:00:00")
    with pytest.raises(StatementError, match="no line is of 2025-03"):
        story.post()
    found = story.reconcile()
    assert proposals(found)["missing_from_statement"].startswith("keep: it may be billed")


@pytest.mark.parametrize("spend", [0, None])
def test_a_row_that_is_left_out_or_unreadable_is_no_silence(
    story: Story, spend: object, tmp_path: Path
) -> None:
    held = story.hold("a")
    story.ledger.doubt(held.id, key="d", reason="cut", evidence=Evidence(request_id="req-a"))
    story.paid("b", billed=False)
    story.paid("c", billed=False)
    time = story.hands[0].isoformat()
    rows = [
        {"request_id": f"req-{key}", "startTime": time, "model": "openai/gpt-image-2"}
        | {"call_type": "image_generation", "spend": amount, "end_user": ""}
        for key, amount in (("a", spend), ("b", spend), ("c", 0.5), ("x", 0))
    ]
    rows[2]["startTime"] = (story.hands[0] + timedelta(hours=1)).isoformat()
    rows.append({**rows[0], "request_id": "req-chat", "call_type": "acompletion"})
    path = tmp_path / "spend.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    story.at("2025-04-20T12:00:00")
    seen: list[int] = []
    found = reconcile(
        *(story.ledger, path, "2025-03"),
        mapping="litellm",
        post=True,
        actor="ana",
        progress=seen.append,
    )
    assert (found.is_clean, found.posted) == (False, ())
    assert story.ledger.hold_by_id(held.id).state == "in_doubt"
    left_out = dict(found.statement.skipped)
    assert f"Rows left out: {', '.join(f'{left_out[why]} {why}' for why in left_out)}." in (
        reconciliation_text(found)
    )
    if spend is None:
        assert left_out == {"only": 1, "zero_amount": 1}
        assert classes(found).count("unparseable") == 2
    else:
        assert left_out == {"only": 1, "zero_amount": 3}
        told = "keep: it may be billed, a row with its id was left out, zero_amount"
        assert proposals(found) == {"missing_from_statement": told, "hold_unbilled": told}


def test_a_newer_revision_of_sums_comes_clean_and_stays_so(story: Story) -> None:
    mapping = story.path.with_name("daily.yaml")
    mapping.write_text(DAILY, encoding="utf-8")
    story.paid("a", billed=False)
    story.at("2025-04-20T12:00:00")

    def post(amount: str) -> Reconciliation:
        row = f"2025-03-10T00:00:00Z,2025-03-11T00:00:00Z,gpt-image-2,{amount},USD"
        story.path.write_text(f"start,end,model,amount,currency\n{row}\n", encoding="utf-8")
        return reconcile(
            story.ledger, story.path, "2025-03", mapping=mapping, post=True, actor="ana"
        )

    amounts = ("1.00", "0.70", "0.70", "1.00", "0.70", "0.50", "0.70")
    found = [post(amount) for amount in amounts]
    costs = [sum(each.cost or Decimal(0) for each in one.posted) for one in found]
    assert costs == [Decimal(text) for text in ("0.5", "-0.3", "0", "0.3", "-0.3", "-0.2", "0.2")]
    assert all(one.is_clean for one in found)


def test_every_key_that_is_made_is_read_again() -> None:
    bookings: list[Charge] = []
    for _time in range(20):
        what = what_of("capture_1", bookings, prefix=f"recon/{SHA256[:16]}/")
        booking = Booking.parse(booking_key(SHA256, what, MARCH))
        assert booking is not None
        assert (booking.subject, booking.month) == ("capture_1", "2025-03")
        bookings.append(charge(key=booking_key(SHA256, what, MARCH)))
    assert len({each.key for each in bookings}) == 20


@pytest.mark.parametrize("status", ["tax", "fee", "credit"])
@pytest.mark.parametrize("months", [("2025-03", "2025-04"), ("2025-04", "2025-03")])
@pytest.mark.parametrize("day", ["2025-03-31", "2025-04-01", "2025-04-30"])
def test_a_tax_of_a_file_of_two_months_is_booked_once(
    story: Story, status: str, months: tuple[str, str], day: str
) -> None:
    story.paid("a")
    story.at("2025-04-10T12:00:00")
    story.paid("b")
    story.lines.append(f",{day}T00:00:00Z,,,,,,,0.10,USD,{status}")
    story.at("2025-06-20T12:00:00")
    booked = [each for month in months for each in story.post(month).posted]
    assert [each.reason for each in booked] == [status]
    for month in months:
        again = story.post(month)
        assert (again.is_clean, again.posted) == (True, ())


def test_a_tax_that_is_dated_after_all_usage_is_of_the_month_that_is_reconciled(
    story: Story,
) -> None:
    story.paid("a")
    story.lines.append(",2025-04-02T00:00:00Z,,,,,,,0.10,USD,tax")
    story.at("2025-04-20T12:00:00")
    assert [each.reason for each in story.post().posted] == ["tax"]
    assert story.post().is_clean


def keyed(story: Story, *lines: tuple[str, str]) -> Reconciliation:
    rows = [
        f"{request_id},2025-03-10T12:00:0{number}Z,,gpt-image-2,,1024x1024,high,2,0.5,USD,{status},job"
        for number, (request_id, status) in enumerate(lines)
    ]
    story.path.write_text("\n".join([f"{HEADER},key", *rows]) + "\n", encoding="utf-8")
    return reconcile(story.ledger, story.path, "2025-03", post=True, actor="ana")


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("ids", [("x1", "x2"), ("x1", "x1"), ("", "")])
def test_a_refund_with_our_key_goes_to_the_call_that_a_line_bills(
    story: Story, ids: tuple[str, str], is_reversed: bool
) -> None:
    held = story.doubted("job")
    story.hands[0] += timedelta(days=40)
    lines = [(ids[0], "charged"), (ids[1], "refunded")]
    found = keyed(story, *(lines[::-1] if is_reversed else lines))
    assert found.is_clean
    assert sorted((each.kind, each.account, each.cost) for each in found.posted) == [
        ("capture", "acme", None),
        ("cost", "acme", Decimal("-0.5")),
    ]
    assert story.ledger.hold_by_id(held.id).state == "captured"
    assert keyed(story, *(lines[::-1] if is_reversed else lines)).posted == ()


def test_a_refund_of_a_call_that_no_line_bills_charges_nobody(story: Story) -> None:
    held = story.doubted("job")
    story.hands[0] += timedelta(days=40)
    found = keyed(story, ("x2", "refunded"))
    assert [(each.class_name, each.actions) for each in found.discrepancies] == [("hold_only", ())]
    assert "is given back, and no line bills it" in found.discrepancies[0].proposal
    assert (found.posted, story.ledger.hold_by_id(held.id).state) == ((), "in_doubt")


def test_a_refund_with_our_key_of_a_captured_call_lowers_its_cost(story: Story) -> None:
    held = story.hold("job")
    story.ledger.capture(held.id, images=2, key="c", evidence=Evidence(request_id="x1"))
    story.hands[0] += timedelta(days=40)
    found = keyed(story, ("x1", "charged"), ("x2", "refunded"))
    assert found.is_clean
    assert [(each.kind, each.account, each.cost) for each in found.posted] == [
        ("cost", "acme", Decimal("-0.5"))
    ]
    assert keyed(story, ("x1", "charged"), ("x2", "refunded")).posted == ()
