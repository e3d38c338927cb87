"""The usage report as the object that other programs read; money is text, times are UTC."""

from __future__ import annotations

import json

from billing.report import Report
from billing.usage import HeldSum
from pricing.money import amount_text


def report_object(report: Report) -> dict[str, object]:
    """The report with stable keys, ready for `json.dumps`."""
    period = report.period
    return {
        "period": {
            "month": period.month,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "time_zone": period.time_zone,
            "state": period.state,
        },
        "rows": [
            {
                **row.keys,
                "calls": row.calls,
                "images": row.images,
                "amount": amount_text(row.amount),
                "currency": row.currency,
            }
            for row in report.rows
        ],
        "totals": [
            {
                "currency": total.currency,
                "calls": total.calls,
                "images": total.images,
                "amount": amount_text(total.amount),
            }
            for total in report.totals
        ],
        "held": [_held(each) for each in report.held],
        "in_doubt": [_held(each) for each in report.in_doubt],
        "reconciled": report.reconciled,
    }


def report_json(report: Report) -> str:
    """The object as text, with a line break at the end."""
    return json.dumps(report_object(report), indent=2) + "\n"


def _held(held: HeldSum) -> dict[str, object]:
    return {"currency": held.currency, "amount": amount_text(held.amount), "holds": held.holds}
