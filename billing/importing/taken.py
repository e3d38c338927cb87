"""Keys of an import that stand for something else in the ledger; looked for after a clash only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from billing.database.tables import transfer
from billing.importing.drafts import KEY_PREFIX
from billing.importing.lines import UsageLine
from billing.ledger.accounts import Payer
from billing.ledger.ids import to_text
from pricing.csv_rows import LineError


def taken_keys(
    connection: Connection, charged: Sequence[tuple[UsageLine, Payer]]
) -> Iterator[LineError]:
    """The lines whose key another request has: only a call with their own id is theirs."""
    by_account: defaultdict[UUID, dict[str, UsageLine]] = defaultdict(dict)
    for line, payer in charged:
        by_account[payer.account.id][payer.stored_key(KEY_PREFIX + line.request_id)] = line
    columns = transfer.c.idem_key, transfer.c.request_id, transfer.c.kind, transfer.c.id
    for account_id, lines in by_account.items():
        of_keys = transfer.c.account_id == account_id, transfer.c.idem_key.in_(list(lines))
        for key, request_id, kind, row_id in connection.execute(select(*columns).where(*of_keys)):
            line = lines[key]
            if (kind, request_id) != ("charge", line.request_id):
                message = (
                    f"request_id: key {KEY_PREFIX + line.request_id!r} stands for "
                    f"{to_text(kind, row_id)} already"
                )
                yield LineError(line.line, message, "idempotency_conflict", "request_id")
