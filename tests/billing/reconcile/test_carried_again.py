"""What a run carried stays carried when the next revision has something else on the same line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing import LedgerUnavailable
from billing.period import Month
from billing.reconciliation import list_runs
from billing.reconciliation.posting.signing import sign
from billing.reconciliation.reconcile import compare
from billing.reconciliation.result import Reconciliation
from billing.reconciliation.runs.runs import items_of
from billing.reconciliation.runs.sign_off import SignOff
from billing.report import build_report
from billing.statement import Statement
from pricing import PriceBook
from tests.billing.reconcile.statement_story import BOOK, Story, classes

MARCH = Month(2025, 3)


def test_a_dispute_is_kept_beside_another_one_on_its_line(story: Story) -> None:
    story.paid("a")
    story.paid("b")
    one, other = story.lines
    story.lines[:] = [one, one, other]
    story.post()
    story.lines[:] = [other, other, one, one]  # line 3 was the dispute about `one`
    assert story.post().is_clean
    assert sorted(str(each["request_id"]) for each in items_of(story.ledger, 2)) == [
        "req-a",
        "req-b",
    ]
    assert story.reconcile().is_clean


def billed_in_april(story: Story) -> None:
    """A call of March whose line is on the statement of April, between two calls of April."""
    story.paid("a")
    story.hands[0] = datetime(2025, 4, 10, tzinfo=UTC)
    story.paid("b")
    story.paid("c")
    old, first, second = story.lines
    story.lines[:] = [first, old, second]
    assert story.post("2025-04").is_clean
    story.lines[:] = [first, first, old, second]  # the old line's place has a dispute
    assert story.post("2025-04").is_clean
    story.lines[:] = [old.replace("req-a", "stranger").replace(",2,0.5,", ",1,0.25,")]


def test_what_another_month_bills_is_still_known_there_after_a_revision(story: Story) -> None:
    billed_in_april(story)
    found = story.post("2025-03")
    assert [each.reason for each in found.posted] == ["unallocated"]
    assert [each.request_id for each in found.resolved] == ["req-a"]


def test_what_was_made_up_for_stays_so_when_a_revision_carries_it_again(story: Story) -> None:
    story.paid("a")
    story.bill("req-a")
    march = list(story.lines)
    story.post()
    story.hands[0] = datetime(2025, 4, 10, tzinfo=UTC)
    story.lines.clear()
    story.bill("req-a", status="refunded")
    assert [each.request_id for each in story.post("2025-04").resolved] == ["req-a"]
    story.hands[0] = datetime(2025, 3, 11, tzinfo=UTC)
    story.lines[:] = march
    story.paid("b")
    run = story.post().run
    assert run is not None
    assert [each["decision"] for each in items_of(story.ledger, run.number)] == ["carry"]
    story.lines.clear()
    story.hands[0] = datetime(2025, 5, 10, tzinfo=UTC)
    story.paid("c")
    assert story.reconcile("2025-05").proof.opening == 0


def free(story: Story) -> None:
    """From here on a call costs nothing."""
    story.book = PriceBook.loads(BOOK.replace("0.25", "0").replace("test-book", "free-book"))


def test_a_dispute_about_nothing_ends_with_the_next_months_run(story: Story) -> None:
    free(story)
    story.paid("a", billed=False)
    for _time in range(2):
        story.bill("req-a", 2, "0")
    march = list(story.lines)
    assert [each.class_name for each in story.post().carried] == ["duplicate_line"]
    story.lines.clear()
    story.hands[0] = datetime(2025, 4, 10, tzinfo=UTC)
    story.paid("b", billed=False)
    story.bill("req-b", 2, "0")
    found = story.post("2025-04")
    assert (found.is_clean, found.carried, len(found.resolved)) == (True, (), 1)
    assert [each["decision"] for each in items_of(story.ledger, 2)] == ["resolve"]
    story.lines.clear()
    story.hands[0] = datetime(2025, 5, 10, tzinfo=UTC)
    story.paid("c", billed=False)
    story.bill("req-c", 2, "0")
    assert story.post("2025-05").resolved == ()
    story.lines[:] = march
    assert story.post().is_clean


def test_a_free_call_of_the_last_days_is_billed_by_the_next_month_and_ends(story: Story) -> None:
    free(story)
    story.hands[0] = datetime(2025, 3, 31, 12, tzinfo=UTC)
    story.paid("a", billed=False)
    story.bill("req-a", 2, "0")
    late = story.lines.pop()
    assert [each.class_name for each in story.post().pending] == ["pending"]
    story.hands[0] = datetime(2025, 4, 10, tzinfo=UTC)
    story.paid("b", billed=False)
    story.bill("req-b", 2, "0")
    story.lines.append(late)
    found = story.reconcile("2025-04")
    assert ([each.class_name for each in found.carried], found.is_clean) == (["wrong_period"], True)
    assert [each.request_id for each in found.resolved] == ["req-a"]


def test_a_fingerprint_that_was_accepted_for_a_line_with_an_id_is_decided(story: Story) -> None:
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    quote = story.book.quote(fields, at=story.hands[0])
    story.ledger.charge("acme", quote, images=2, key="charge")
    story.bill("id-of-theirs")
    for _time in range(2):
        assert story.post(accept_fingerprints=True).is_clean
    story.paid("later")
    assert story.post(accept_fingerprints=True).is_clean
    assert len(items_of(story.ledger, 2)) == 1
    assert story.reconcile(accept_fingerprints=True).is_clean


def test_a_run_is_not_signed_off_when_its_items_would_answer_otherwise(story: Story) -> None:
    story.paid("a")
    story.bill("req-a")
    story.post()
    story.lines.pop()
    found = story.reconcile()
    statement = Statement.open(story.path)

    def while_others_write(opening: object) -> Reconciliation:
        story.paid("meanwhile", billed=False)
        return compare(story.ledger, statement, MARCH, opening=opening)  # type: ignore[arg-type]

    with pytest.raises(LedgerUnavailable, match="run it again"):
        sign(story.ledger, while_others_write, found, SignOff(actor="me"), name="statement.csv")
    assert len(list_runs(story.ledger)) == 1


def test_a_line_that_no_booking_can_take_is_named_and_the_others_are_booked(story: Story) -> None:
    story.bill("huge", 1, "2000000000")
    story.bill("usual", 1, "2")
    story.later(days=10)
    found = story.post()
    assert [(each.request_id, str(each.cost)) for each in found.posted] == [("usual", "2")]
    (left,) = found.discrepancies
    assert (left.line, left.request_id) == (2, "huge")
    assert "one booking takes 1000000000 units at most" in left.proposal
    assert found.proof.ties


def test_a_month_is_reconciled_once_every_currency_is(story: Story) -> None:
    story.paid("a")
    story.ledger.open_account("euro", currency="EUR")
    story.ledger.top_up("euro", "100", key="top-up")
    book = PriceBook.loads(BOOK.replace("USD", "EUR").replace("test-book", "euro-book"))
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    quote = book.quote(fields, at=story.hands[0])
    story.ledger.charge("euro", quote, images=2, key="euro", request_id="req-euro")
    assert story.post().is_clean
    assert build_report(story.ledger, "2025-03").reconciled is None
    story.lines.clear()
    story.bill("req-euro")
    story.lines[0] = story.lines[0].replace("USD", "EUR")
    assert story.post().is_clean
    assert build_report(story.ledger, "2025-03").reconciled is not None


@pytest.mark.parametrize("is_held", [False, True])
def test_a_line_about_a_call_in_another_currency_needs_a_person(
    story: Story, *, is_held: bool
) -> None:
    if is_held:
        story.doubted("a", request_id="req-a")
        story.bill("req-a")
    else:
        story.paid("a")
    story.lines[0] = story.lines[0].replace("USD", "EUR")
    found = story.post()
    assert (classes(found), found.posted) == (["missing_from_ledger"], ())
    assert found.discrepancies[0].proposal == "find out: the ledger has this call in USD"


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_line_of_no_usual_year_cannot_be_read(story: Story, year: str) -> None:
    story.paid("a")
    story.lines.append(story.lines[0].replace("2025-", f"{year}-").replace("req-a", "req-b"))
    assert classes(story.reconcile()) == ["unparseable"]
