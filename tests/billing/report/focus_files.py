"""FOCUS files of a ledger of the tests, and their rows."""

from __future__ import annotations

import csv
import io
from contextlib import closing

from billing import Ledger
from billing.database.engines import reading
from billing.formats.focus import FOCUS_KINDS, write_focus
from billing.formats.focus_rows import FocusTerms
from billing.period import Month
from billing.report import month_span
from billing.report.charge_lines import charge_lines

MARCH = Month(2025, 3)


def focus_text(ledger: Ledger, terms: FocusTerms | None = None, **where: str) -> str:
    """The FOCUS file of a month; of the usage that `where` chooses."""
    terms = terms or FocusTerms(month=MARCH)
    target = io.StringIO()
    span = month_span(terms.month)
    with (
        reading(ledger.engine) as connection,
        closing(charge_lines(connection, span, where=where, kinds=FOCUS_KINDS)) as lines,
    ):
        write_focus(lines, target, terms=terms)
    return target.getvalue()


def rows_of(text: str) -> list[dict[str, str]]:
    """Its rows by their columns."""
    return list(csv.DictReader(io.StringIO(text)))
