"""Charges of an import as rows, many to a statement: what one account's lines come to at once.

For accounts whose rows need no look of their own: no member, no limit of the month, nothing late.
Their balance moves under the same guard as by any verb.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from billing.database.bulk import Cells, insert_rows
from billing.database.wires import wire_within
from billing.importing.drafts import KEY_PREFIX, Draft, Drafted
from billing.ledger import posting_sql
from billing.ledger.accounts import AccountRow
from billing.ledger.ids import new_ids
from billing.ledger.orders import month_number
from billing.ledger.posting import instant
from billing.ledger.rollup import parts

_COLUMNS: Final = {
    name: posting_sql.COLUMNS[name]
    for name in (
        *("account_id", "id", "version", "kind", "amount", "released", "idem_key"),
        *("request_digest", "rate_id", "images", "cost", "cost_rate_id", "request_id"),
        *("occurred_at", "recorded_at", "tags", "month"),
    )
}
#: Sums of the roll-up that are kept before they are written, and that are worked out at a time.
_SUMS_MAX: Final = 50_000
_PARTS: Final = 1000


@dataclass(slots=True, eq=False)
class _Rolled:
    """Lines that one row of the roll-up is about; any of their drafts says which."""

    draft: Draft
    lines: int = 0
    images: int = 0


class ChargeRows:
    """The rows of one import that are written without orders, and their part of the roll-up."""

    def __init__(self, connection: Connection, *, clock: Callable[[], datetime]) -> None:
        self._connection, self._clock = connection, clock
        self._wire = wire_within(connection)
        self._rows: list[Cells] = []
        #: By account, rates and day (YYYYMMDD).
        self._rolled: dict[tuple[tuple[bytes, ...], int], _Rolled] = {}

    def add(self, drafted: Sequence[Drafted]) -> bool:
        """Move an account's money and keep the rows for `write`; False when it does not allow it.

        Args:
            drafted: lines of one account that has no limit, none of them in a closed month.
        """
        account = drafted[0][1].payer.account
        now = self._clock()
        present = month_number(now)
        months = [line.created_at.year * 100 + line.created_at.month for line, _draft in drafted]
        amounts = [draft.amount for _line, draft in drafted]
        amount = sum(amounts)
        # A past month's charge leaves this month's limit alone; what is a little ahead counts now.
        spend = sum([paid for paid, month in zip(amounts, months, strict=True) if month >= present])
        moved = dict.fromkeys(posting_sql.SUMS, 0) | {
            "available": -amount,
            "takes": -amount,
            "posted": amount,
            "spend": spend,
            "rows": len(drafted),
            "period": min(months),
        }
        whose = {"account_id": account.id, "now": now, "now_month": present, "back_month": present}
        answers = self._wire.run(posting_sql.move(self._wire.dialect), {**moved, **whose})
        if not answers:
            return False
        version, stands_at, _spent, soft, later = answers[0]
        assert soft is None, "accounts with a limit are booked by orders"
        self._keep(
            account,
            drafted,
            version=version - len(drafted),
            months=[stands_at if month >= present else month for month in months],
            recorded_at=now if later is None else instant(later),
        )
        return True

    def write(self) -> None:
        """Write the rows that are kept.

        Raises:
            Clash: a key is taken.
        """
        rows, self._rows = self._rows, []
        if rows:
            insert_rows(self._connection, "transfer", _COLUMNS, rows)
        if len(self._rolled) > _SUMS_MAX:
            self.roll_up()

    def roll_up(self) -> None:
        """Add what was written to the roll-up."""
        rolled, self._rolled = iter(self._rolled.items()), {}
        while some := [_part(sums, day) for (_place, day), sums in islice(rolled, _PARTS)]:
            parts.add_parts(self._wire, some)

    def _keep(
        self,
        account: AccountRow,
        drafted: Sequence[Drafted],
        *,
        version: int,
        months: Sequence[int],
        recorded_at: datetime,
    ) -> None:
        account_id, recorded = account.id.bytes, _text(recorded_at.astimezone(UTC))
        keep, rolled = self._rows.append, self._rolled
        ids = new_ids(account.tag, len(drafted))
        for (line, draft), row_id, month in zip(drafted, ids, months, strict=True):
            version += 1
            at = line.created_at
            place = draft.place, at.year * 10_000 + at.month * 100 + at.day
            sums = rolled.get(place) or rolled.setdefault(place, _Rolled(draft))
            sums.lines += 1
            sums.images += draft.images
            keep(
                (
                    *(account_id, row_id, version, "charge", draft.amount, 0),
                    *(KEY_PREFIX + line.request_id, draft.request_digest, draft.rate_id),
                    *(draft.images, draft.cost, draft.cost_rate_id, line.request_id),
                    *(_text(at), recorded),
                    *(line.tags, month),
                )
            )


def _text(at: datetime) -> str:
    """An instant in UTC as SQLite keeps it; PostgreSQL reads it too."""
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def _part(sums: _Rolled, day: int) -> dict[str, object]:
    """What the lines of one account, by the same rates, add to a day of the roll-up."""
    draft, images = sums.draft, sums.images
    price, *costs = draft.rates
    added = {
        "account_id": draft.payer.account.id,
        "kind": "charge",
        "rate_id": price.id,
        "cost_rate_id": costs[0].id if costs else None,
        "images": images,
        "amount": price.unit_price * images,
        "cost": costs[0].unit_price * images if costs else None,
    }
    uncosted = 0 if costs else sums.lines
    return parts.part_of(added, day=day, transfers=sums.lines, asked=images, uncosted=uncosted)
