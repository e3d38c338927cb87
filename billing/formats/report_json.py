"""The usage report as the object that other programs read; money is text, times are UTC."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TextIO

from billing.report import Figures, HeldSum, Reconciled, Report, ReportPeriod, UsageRow
from pricing.money import amount_text


def report_object(report: Report) -> dict[str, object]:
    """The report with stable keys, ready for `json.dumps`."""
    compared: dict[str, object] = {}
    if report.previous is not None:
        compared = {
            "previous_period": period_object(report.previous),
            "previous_totals": [_figures(total) for total in report.previous_totals],
        }
    return {
        "period": period_object(report.period),
        "rows": [_row(row, report) for row in report.rows],
        "totals": [_figures(total) for total in report.totals],
        **compared,
        "held": [_held(each) for each in report.held],
        "in_doubt": [_held(each) for each in report.in_doubt],
        "adjustments": [
            {
                "currency": each.currency,
                "amount": amount_text(each.amount),
                "adjustments": each.adjustments,
            }
            for each in report.adjustments
        ],
        "cost_corrections": [
            {
                "currency": each.currency,
                "amount": amount_text(each.amount),
                "corrections": each.corrections,
            }
            for each in report.cost_corrections
        ],
        "prior_period": [_row(row, report) for row in report.prior_period],
        "forecast": [
            {"currency": each.currency, "amount": amount_text(each.amount), "basis": each.basis}
            for each in report.forecast
        ],
        "budgets": [
            {
                "account": each.account,
                "currency": each.currency,
                "spent": amount_text(each.spent),
                "limit": amount_text(each.limit),
                "limit_kind": each.kind,
            }
            for each in report.budgets
        ],
        "reconciled": _reconciled(report.reconciled),
    }


def report_json(report: Report) -> str:
    """The object as text, with a line break at the end."""
    buffer = io.StringIO()
    write_json(report, buffer)
    return buffer.getvalue()


def write_json(report: Report, target: TextIO) -> None:
    """The same into a text file, row by row: no memory holds the text of them all."""
    whole = {**report_object(replace(report, rows=())), "rows": _Rows(report)}
    for part in json.JSONEncoder(indent=2).iterencode(whole):
        target.write(part)
    target.write("\n")


class _Rows(list[dict[str, object]]):
    """A list to the encoder; each row is made when its turn comes, and forgotten."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def __bool__(self) -> bool:
        return bool(self._report.rows)

    def __iter__(self) -> Iterator[dict[str, object]]:
        return (_row(row, self._report) for row in self._report.rows)


def period_object(period: ReportPeriod) -> dict[str, object]:
    """A period with stable keys; instants are ISO 8601 in UTC."""
    return {
        "month": period.month,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "time_zone": period.time_zone,
        "state": period.state,
        "digest": period.digest,
    }


def _row(row: UsageRow, report: Report) -> dict[str, object]:
    beside: dict[str, object] = {}
    if report.previous is not None:
        beside["previous"] = None if row.previous is None else _figures(row.previous)
    return {**row.keys, **_figures(row), **beside}


def _figures(figures: Figures) -> dict[str, object]:
    return {
        "calls": figures.calls,
        "asked": figures.asked,
        "images": figures.images,
        "amount": amount_text(figures.amount),
        "refunded": amount_text(figures.refunded),
        "cost": _text(figures.cost),
        "margin": _text(figures.margin),
        "costs": [
            {"currency": currency, "amount": amount_text(cost)}
            for currency, cost in sorted(figures.costs.items())
        ],
        "uncosted": figures.uncosted,
        "currency": figures.currency,
    }


def _reconciled(found: Reconciled | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "statement_sha256": found.statement_sha256,
        "at": found.at.isoformat(),
        "actor": found.actor,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else amount_text(amount)


def _held(held: HeldSum) -> dict[str, object]:
    return {"currency": held.currency, "amount": amount_text(held.amount), "holds": held.holds}
