"""What a ledger tells, as plain data: reports, statements of accounts, balances, months, runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing import Ledger
from billing.formats.account_statement import statement_object
from billing.formats.report_json import report_object
from billing.reconciliation.runs.runs import items_of, list_runs
from billing.report import build_report

_MONTHS: Final = ("2026-10", "2026-11")
_BY: Final = ("account", "model", "size", "quality", "day", "plan", "tag:project")


def told_by(ledger: Ledger) -> dict[str, object]:
    """Everything that the ledger of the story answers, ready for `json.dumps`."""
    codes = [account.code for account in ledger.list_accounts()]
    told = {
        "accounts": [asdict(account) for account in ledger.list_accounts()],
        "balances": [asdict(ledger.balance(code)) for code in codes],
        "limit_changes": {code: _all(ledger.limit_changes(code)) for code in codes},
        "alerts": _all(ledger.alerts()),
        "holds": _all(ledger.holds()),
        "statements": {
            f"{code} {month}": statement_object(ledger.statement(code, month))
            for code in codes
            for month in _MONTHS
        },
        "reports": {month: report_object(build_report(ledger, month, by=_BY)) for month in _MONTHS},
        "periods": _all(ledger.period_changes()),
        "runs": _all(list_runs(ledger)),
        "items": [[*map(dict, items_of(ledger, run.number))] for run in list_runs(ledger)],
    }
    plain = json.loads(json.dumps(told, default=_plain))
    assert isinstance(plain, dict)
    return plain


def missing_from(told: object, recorded: object, where: str = "") -> list[str]:
    """Where a ledger tells something else than was recorded; it may tell more of a thing."""
    if isinstance(recorded, Mapping) and isinstance(told, Mapping):
        return [
            problem
            for key, value in recorded.items()
            for problem in missing_from(told.get(key, "nothing"), value, f"{where}/{key}")
        ]
    if isinstance(recorded, list) and isinstance(told, list) and len(told) == len(recorded):
        pairs = enumerate(zip(told, recorded, strict=True))
        return [
            problem
            for number, (ours, theirs) in pairs
            for problem in missing_from(ours, theirs, f"{where}/{number}")
        ]
    return [] if told == recorded else [f"{where}: {told!r}, recorded was {recorded!r}"]


def _all(rows: Iterable[object]) -> list[dict[str, object]]:
    return [asdict(row) for row in rows]  # type: ignore[call-overload]  # dataclasses, all of them


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.hex() if isinstance(value, bytes) else str(value)
