"""What no account shows by itself: edited rates, keys used twice, rows without an account."""

from __future__ import annotations

import hashlib
import json
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from billing.database.tables import (
    account,
    allowance,
    evidence,
    limit_change,
    rate,
    rollup,
    seal,
    transfer,
)
from billing.ledger.ids import to_text
from billing.ledger.proof.findings import LISTED_MAX, Findings
from billing.ledger.proof.row_pages import PAGE
from billing.ledger.rates import RateRow

_NO_ACCOUNT: Final = "-"

_homeless = {
    table.name: select(table.c.account_id, func.count())
    .where(~exists().where(account.c.id == table.c.account_id))
    .group_by(table.c.account_id)
    .limit(LISTED_MAX)
    for table in (transfer, seal, limit_change, rollup)
}
_twice = (
    select(account.c.code, transfer.c.idem_key, func.count())
    .join(account, account.c.id == transfer.c.account_id)
    .group_by(account.c.code, transfer.c.account_id, transfer.c.idem_key)
    .having(func.count() > 1)
    .limit(LISTED_MAX)
)
_stray_evidence = (
    select(evidence.c.account_id, evidence.c.id)
    .outerjoin(
        transfer,
        (transfer.c.account_id == evidence.c.account_id)
        & (transfer.c.id == evidence.c.transfer_id),
    )
    .where(
        or_(
            transfer.c.id.is_(None),
            evidence.c.hold_id
            != func.coalesce(transfer.c.hold_id, transfer.c.late_hold_id, transfer.c.id),
        )
    )
    .limit(LISTED_MAX)
)
_no_allowance = (
    select(account.c.code)
    .where(
        account.c.parent_id.is_not(None),
        ~exists().where(
            allowance.c.account_id == account.c.parent_id, allowance.c.member_id == account.c.id
        ),
    )
    .limit(LISTED_MAX)
)
_rates = (
    select(rate)
    .where(rate.c.id > bindparam("after", type_=rate.c.id.type))
    .order_by(rate.c.id)
    .limit(PAGE)
)


def check_strays(connection: Connection, findings: Findings) -> None:
    """Check that rows have what they name, and that a key stands for one row."""
    for table, statement in _homeless.items():
        for account_id, count in connection.execute(statement):
            said = f"rows of {table} of an account that is not there: {count}"
            findings.report(to_text("account", account_id), "orphan", said)
    for (code,) in connection.execute(_no_allowance):
        findings.report(code, "allowance", "a member without a row that counts what it used")
    for code, key, count in connection.execute(_twice):
        findings.report(code, "key", f"key {key!r} stands for {count} transfers")
    for account_id, evidence_id in connection.execute(_stray_evidence):
        said = f"{to_text('evidence', evidence_id)} names a transfer that it does not belong to"
        findings.report(to_text("account", account_id), "evidence", said)


def check_rates(connection: Connection, findings: Findings) -> None:
    """The id of a rate is a hash of its content, so an edited one no longer fits its id."""
    after = UUID(int=0)
    while page := connection.execute(_rates, {"after": after}).all():
        for found in page:
            row = RateRow(*found)
            content = json.dumps(row[1:]).encode()
            if hashlib.sha256(content).digest()[:16] != row.id.bytes:
                what = f"{row.model} {row.endpoint} {row.size} {row.quality}"
                said = f"{to_text('rate', row.id)} ({what}) is not the rate that was written"
                findings.report(_NO_ACCOUNT, "rate", said)
        after = page[-1].id
