"""Lines of a closed month are wrong, unless they are carried into the open one; on both engines."""

from __future__ import annotations

from decimal import Decimal

from billing import Ledger
from billing.report import build_report, month_span
from tests.billing.importing.conftest import Bring, charges, refused
from tests.billing.importing.usage_files import line

OCTOBER_LINE = line("late", at="2026-10-31T23:59:59Z")
NOVEMBER_LINE = line("new", at="2026-11-01T00:00:00Z")


def test_lines_of_a_closed_month_are_told_by_number(acme: Ledger, bring: Bring) -> None:
    acme.close_period("2026-10", actor="ana", force=True)

    (error,) = refused(bring, NOVEMBER_LINE, OCTOBER_LINE).errors

    assert (error.line, error.code, error.param) == (3, "period_closed", "created_at")
    assert "2026-10 is closed; --carry books such lines in the open month" in error.message
    assert charges(acme) == []


def test_carried_lines_are_booked_in_the_open_month_and_keep_their_time(
    acme: Ledger, bring: Bring
) -> None:
    acme.close_period("2026-10", actor="ana", force=True)

    found = bring(NOVEMBER_LINE, OCTOBER_LINE, carry=True)
    again = bring(NOVEMBER_LINE, OCTOBER_LINE, carry=True)

    assert (found.imported, found.carried) == (2, 1)
    assert (again.imported, again.already, again.carried) == (0, 2, 0)
    assert charges(acme)[1][-1] == "2026-10-31T23:59:59+00:00"
    assert build_report(acme, month_span("2026-10")).rows == ()
    assert acme.verify().ok


def test_what_was_imported_before_its_month_was_closed_is_still_known(
    acme: Ledger, bring: Bring
) -> None:
    bring(OCTOBER_LINE)
    acme.close_period("2026-10", actor="ana", force=True)
    assert bring(OCTOBER_LINE, carry=True).already == 1


def test_a_refund_of_a_closed_month_is_carried_too(acme: Ledger, bring: Bring) -> None:
    lines = line("a"), line("a", n=1, status="refunded", at="2026-10-20T10:00:00Z")
    bring(lines[0])
    acme.close_period("2026-10", actor="ana", force=True)

    problem = refused(bring, lines[1])
    found = bring(*lines, carry=True)

    assert problem.errors[0].code == "period_closed"
    assert (found.already, found.refunded, found.carried) == (1, 1, 1)
    assert found.sums[0].refunded == Decimal("0.05268")
    assert acme.verify().ok


def test_a_file_that_grew_is_no_error_for_what_a_closed_month_has_already(
    acme: Ledger, bring: Bring
) -> None:
    refund = line("late", n=1, status="refunded", at="2026-10-31T23:59:59Z")
    bring(OCTOBER_LINE, refund)
    acme.close_period("2026-10", actor="ana", force=True)

    grown = bring(OCTOBER_LINE, refund, NOVEMBER_LINE)
    (error,) = refused(
        bring, OCTOBER_LINE, refund, line("too late", at="2026-10-30T00:00:00Z")
    ).errors

    assert (grown.imported, grown.already, grown.carried) == (1, 2, 0)
    assert (error.line, error.code) == (4, "period_closed")
    assert len(charges(acme)) == 2


def test_a_second_refund_of_a_closed_month_is_wrong(acme: Ledger, bring: Bring) -> None:
    given = line("late", n=1, status="refunded", at="2026-10-31T23:59:59Z")
    bring(OCTOBER_LINE, given)
    acme.close_period("2026-10", actor="ana", force=True)

    (error,) = refused(bring, OCTOBER_LINE, given, given).errors

    assert (error.line, error.code) == (4, "period_closed")
    assert len(charges(acme)) == 1
