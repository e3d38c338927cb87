"""Our own FOCUS file read back as a statement: a line for every charge, with the same figures."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from billing import Evidence, Ledger
from billing.database.engines import reading
from billing.formats.focus import FOCUS_KINDS, write_focus
from billing.formats.focus_rows import FocusTerms
from billing.period import Month
from billing.report import month_span
from billing.report.charge_lines import charge_lines
from billing.statement import Statement, StatementLine
from pricing import PriceBook
from tests.billing.reconcile.statement_story import BOOK

AT = datetime(2025, 3, 10, 12, 30, tzinfo=UTC)
MARCH = Month(2025, 3)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_our_own_focus_file_is_lines_with_our_ids(
    version: str, ledger_url: str, tmp_path: Path
) -> None:
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    with Ledger.open(ledger_url, clock=lambda: AT) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="top-up")
        held = ledger.hold("acme", PriceBook.loads(BOOK).quote(fields, at=AT), key="job")
        evidence = Evidence(request_id="req_1")
        captured = ledger.capture(held.id, images=2, key="job/capture", evidence=evidence)
        ledger.refund(captured.id, "0.10", key="refund", reason="blurred")
        target = io.StringIO()
        terms = FocusTerms(month=MARCH, version=version)  # type: ignore[arg-type]  # one of two
        with (
            reading(ledger.engine) as connection,
            closing(charge_lines(connection, month_span(MARCH), kinds=FOCUS_KINDS)) as charges,
        ):
            write_focus(charges, target, terms=terms)
    path = tmp_path / "focus.csv"
    path.write_text(target.getvalue(), encoding="utf-8")
    statement = Statement.open(path)
    assert (statement.mapping.name, statement.level) == ("focus-1.2", "line")
    charge, refund = statement.lines()
    assert isinstance(charge, StatementLine)
    assert charge.request_id == "req_1"
    assert (charge.account, charge.model, charge.endpoint) == ("acme", "gpt-image-2", "generations")
    assert (charge.size, charge.quality, charge.n) == ("1024x1024", "high", 2)
    assert charge.amount == captured.amount
    assert isinstance(refund, StatementLine)
    assert (refund.request_id, refund.status) == ("req_1", "refunded")
    assert refund.effect_nanos == -100_000_000
