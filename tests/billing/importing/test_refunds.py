"""Lines with status `refunded` give back from the call with their request id; on both engines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing import InvalidEntry, Ledger
from billing.report import build_report, month_span
from pricing import PriceBook
from tests.billing.importing.conftest import Bring, refused
from tests.billing.importing.usage_files import line
from tests.billing.months import OCTOBER, quoted

BACK = {"status": "refunded", "at": "2026-10-07T08:00:00Z"}


def test_a_refund_gives_back_the_amount_of_its_line_wherever_it_stands(
    acme: Ledger, bring: Bring
) -> None:
    lines = line("a", n=1, amount="-0.05", **BACK), line("a", amount="0.2"), line("b", amount="0.4")

    found = bring(*lines, trust_amounts=True)
    again = bring(*lines, trust_amounts=True)

    assert (found.imported, found.refunded) == (2, 1)
    assert (found.sums[0].amount, found.sums[0].refunded) == (Decimal("0.6"), Decimal("0.05"))
    assert (again.refunded, again.already) == (0, 3)
    assert acme.balance("acme").available == Decimal("99.45")
    assert acme.verify().ok


def test_equal_refund_lines_of_a_file_each_give_back_and_once(acme: Ledger, bring: Bring) -> None:
    back = line("a", n=1, amount="0.05", **BACK)
    lines = line("a", amount="0.2"), back, back
    for refunded, already in ((2, 0), (0, 3)):
        found = bring(*lines, trust_amounts=True)
        assert (found.refunded, found.already) == (refunded, already)
    assert acme.balance("acme").available == Decimal("99.9")


def test_a_priced_refund_gives_back_what_its_images_had_cost(acme: Ledger, bring: Bring) -> None:
    found = bring(line("a", n=4), line("a", n=1, **BACK))
    assert found.sums[0].refunded == Decimal("0.05268")


def test_a_refund_belongs_to_the_month_of_its_line(acme: Ledger, bring: Bring) -> None:
    bring(line("a", at="2026-09-30T10:00:00Z"), line("a", **BACK))
    report = build_report(acme, month_span("2026-10"))
    assert [row.refunded for row in report.rows] == [Decimal("0.10536")]


def test_a_refund_that_gives_back_too_much_or_from_nothing_keeps_the_file_out(
    acme: Ledger, bring: Bring
) -> None:
    problem = refused(
        bring,
        line("a", amount="0.2"),
        line("a", amount="0.15", **BACK),
        line("a", amount="0.1", status="refunded", at="2026-10-08T08:00:00Z"),
        line("b", amount="0.1", **BACK),
        line("a", amount="0.01", status="refunded", at="2026-10-01T08:00:00Z"),
        trust_amounts=True,
    )
    assert [(each.line, each.code) for each in problem.errors] == [
        (4, "refund_too_large"),
        (5, "transfer_not_found"),
        (6, "invalid_value"),
    ]
    assert acme.balance("acme").available == 100


def test_a_refund_occurs_when_it_is_said_to_and_not_before_its_charge(
    acme: Ledger, book: PriceBook
) -> None:
    paid = acme.charge("acme", quoted(book), images=1, key="c", occurred_at=OCTOBER)
    early = OCTOBER.replace(day=1)
    with pytest.raises(InvalidEntry, match="occurred_at"):
        acme.refund(paid.id, "0.01", key="r", reason="blank", occurred_at=early)
    later = OCTOBER.replace(day=20)
    row = acme.refund(paid.id, "0.01", key="r", reason="blank", occurred_at=later)
    assert row.occurred_at == later
