"""The statement of an account for programs: one JSON object, or its lines as CSV; money is text."""

from __future__ import annotations

import csv
import io
import json
from typing import Final

from billing.formats.report_csv import harmless
from billing.ledger.account_statement import AccountStatement, Buckets, StatementLine
from pricing.money import amount_text

#: Texts that came from outside: a spreadsheet must not take one for a formula.
_FOREIGN: Final = (
    *("key", "request_id", "reason", "actor", "member"),
    *("model", "endpoint", "size", "quality"),
)

LINE_KEYS: Final = (
    *("id", "kind", "at", "recorded_at", "amount", "available", "held", "in_doubt", "posted"),
    *("balance_available", "key", "version", "images", "model", "endpoint", "size", "quality"),
    *("hold_id", "request_id", "reason", "actor", "member"),
)


def statement_object(statement: AccountStatement) -> dict[str, object]:
    """The statement with stable keys, ready for `json.dumps`.

    In a line `available`, `held`, `in_doubt` and `posted` are changes, `balance_available` is what
    was available after it; `at` is when it occurred. Where `internal` is false, rows that only
    correct our cost are left out, and versions have gaps.
    """
    month, known = statement.month, statement.as_of_recorded
    return {
        "account": statement.account,
        "parent": statement.parent,
        "currency": statement.currency,
        "period": {
            "month": str(month),
            "start": month.start.isoformat(),
            "end": month.end.isoformat(),
            "time_zone": "UTC",
        },
        "by": statement.by,
        "as_of_recorded": None if known is None else known.isoformat(),
        "internal": statement.internal,
        "opening": _buckets(statement.opening),
        "lines": [_line(line) for line in statement.lines],
        "closing": _buckets(statement.closing),
    }


def statement_json(statement: AccountStatement) -> str:
    """The object as text, with a line break at the end."""
    return json.dumps(statement_object(statement), indent=2) + "\n"


def statement_csv(statement: AccountStatement) -> str:
    r"""A row for each line, ended by \n; the columns are the keys of a line in JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["account", "currency", *LINE_KEYS])
    for line in statement.lines:
        cells = _line(line)
        for name in _FOREIGN:
            cells[name] = harmless(str(cells[name] or ""))
        writer.writerow([harmless(statement.account), statement.currency, *cells.values()])
    return buffer.getvalue()


def _buckets(buckets: Buckets) -> dict[str, object]:
    return {
        "available": amount_text(buckets.available),
        "held": amount_text(buckets.held),
        "in_doubt": amount_text(buckets.in_doubt),
        "posted": amount_text(buckets.posted),
    }


def _line(line: StatementLine) -> dict[str, object]:
    return {
        "id": line.id,
        "kind": line.kind,
        "at": line.occurred_at.isoformat(),
        "recorded_at": line.recorded_at.isoformat(),
        "amount": amount_text(line.amount),
        **_buckets(line),
        "balance_available": amount_text(line.balance_available),
        "key": line.key,
        "version": line.version,
        "images": line.images,
        "model": line.model,
        "endpoint": line.endpoint,
        "size": line.size,
        "quality": line.quality,
        "hold_id": line.hold_id,
        "request_id": line.request_id,
        "reason": line.reason,
        "actor": line.actor,
        "member": line.member,
    }
