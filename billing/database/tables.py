"""The tables of the ledger, as code sees them; `migrations/` says how they came to be.

Rules that hold everywhere: `account_id` leads every primary and unique key of what grows; no
sequences and no server-side clock, ids and times come from the client; only `balance` is ever
updated. What a CHECK or a unique index can refuse is not left to Python.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from billing.database.columns import Id, Nanos, UtcTime, Whole
from billing.database.metadata import is_compared, metadata
from billing.database.run_tables import recon_item, recon_run
from billing.database.transfer_table import ENDINGS, HOLD_KINDS, KINDS, spender_id, transfer

__all__ = [
    "ENDINGS",
    "HOLD_KINDS",
    "KINDS",
    "account",
    "allowance",
    "balance",
    "evidence",
    "is_compared",
    "limit_change",
    "metadata",
    "period_event",
    "rate",
    "recon_item",
    "recon_run",
    "rollup",
    "seal",
    "spender_id",
    "transfer",
]

account = Table(
    "account",
    metadata,
    Column("id", Id(), nullable=False),
    Column("tag", Whole, nullable=False, comment="last 32 bits of every id of this account"),
    Column("code", Text(), nullable=False),
    Column("currency", Text(), nullable=False),
    Column("floor", Nanos, nullable=False, comment="0: prepaid; below 0: credit"),
    Column("plan", Text()),
    Column("opened_at", UtcTime(), nullable=False),
    # A member spends the money of its parent, by its own limit.
    Column("parent_id", Id()),
    # What a calendar month (UTC) may take, and whether it is refused (hard) or told (soft).
    Column("month_limit", Nanos),
    Column("limit_kind", Text(), nullable=False, server_default="hard"),
    PrimaryKeyConstraint("id"),
    ForeignKeyConstraint(["parent_id"], ["account.id"]),
    UniqueConstraint("code"),
    UniqueConstraint("tag"),
    sqlite_strict=True,
)


def _months() -> tuple[Column[object], ...]:
    """What a calendar month (YYYYMM, UTC) has taken of its limit; the month only moves forward."""
    return (
        Column("month", Whole, nullable=False, server_default="0"),
        Column("month_spent", Nanos, nullable=False, server_default="0"),
        Column("month_limit", Nanos),
        Column("limit_kind", Text(), nullable=False, server_default="hard"),
        # What late charges took, whatever the limit.
        Column("month_forced", Nanos, nullable=False, server_default="0"),
    )


balance = Table(
    "balance",
    metadata,
    Column("account_id", Id(), nullable=False),
    Column("available", Nanos, nullable=False),
    Column("held", Nanos, nullable=False),
    Column("in_doubt", Nanos, nullable=False),
    Column("posted", Nanos, nullable=False),
    Column("floor", Nanos, nullable=False),
    Column("forced", Nanos, nullable=False, comment="late charges: posted whatever the floor"),
    Column("version", Whole, nullable=False, comment="version of the newest transfer"),
    *_months(),
    Column("recorded_at", UtcTime(), nullable=False, server_default="1970-01-01T00:00:00.000000Z"),
    # The newest closed month (YYYYMM), the same in every row: the guard lets nothing into it.
    Column("closed_through", Whole, nullable=False, server_default="0"),
    PrimaryKeyConstraint("account_id"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    CheckConstraint("available + forced >= floor", name="floor"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("in_doubt >= 0", name="in_doubt"),
    sqlite_strict=True,
    postgresql_with={"fillfactor": "50"},
)

#: What a member has used of its parent's money; updated beside the parent's balance.
allowance = Table(
    "allowance",
    metadata,
    Column("account_id", Id(), nullable=False, comment="the parent, whose money it is"),
    Column("member_id", Id(), nullable=False),
    Column("held", Nanos, nullable=False),
    Column("in_doubt", Nanos, nullable=False),
    Column("posted", Nanos, nullable=False),
    *_months(),
    PrimaryKeyConstraint("account_id", "member_id"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    ForeignKeyConstraint(["member_id"], ["account.id"]),
    sqlite_strict=True,
    postgresql_with={"fillfactor": "50"},
)

#: What floors and limits became after an account was opened; of a member the account is its parent.
limit_change = Table(
    "limit_change",
    metadata,
    Column("account_id", Id(), nullable=False),
    Column("number", Whole, nullable=False, comment="dense from 1: a gap is a missing row"),
    Column("version", Whole, nullable=False, comment="of the newest transfer then"),
    Column("member_id", Id(), comment="whose limit it is; null: the account itself"),
    Column("floor", Nanos, comment="of the account; a member has none"),
    Column("month_limit", Nanos),
    Column("limit_kind", Text(), nullable=False),
    Column("idem_key", Text(), nullable=False),
    Column("request_digest", LargeBinary(), nullable=False, comment="sha256 of what was asked"),
    Column("recorded_at", UtcTime(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("actor", Text(), nullable=False),
    PrimaryKeyConstraint("account_id", "number"),
    UniqueConstraint("account_id", "idem_key"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    ForeignKeyConstraint(["member_id"], ["account.id"], name="fk_limit_change_member"),
    CheckConstraint("(member_id IS NULL) = (floor IS NOT NULL)", name="floor"),
    CheckConstraint("month_limit >= 0", name="limit"),
    CheckConstraint("limit_kind IN ('hard', 'soft')", name="kind"),
    CheckConstraint("reason <> '' AND actor <> ''", name="reason"),
    sqlite_strict=True,
)

#: Who closed and reopened which month; the rows of all months are one chain of hashes.
period_event = Table(
    "period_event",
    metadata,
    Column("month", Whole, nullable=False, comment="YYYYMM, UTC"),
    Column("number", Whole, nullable=False, comment="dense from 1: a gap is a missing row"),
    Column("kind", Text(), nullable=False, comment="close or reopen"),
    Column("forced", Whole, nullable=False, comment="1: closed before the grace was over"),
    Column("actor", Text(), nullable=False),
    Column("reason", Text()),
    Column("recorded_at", UtcTime(), nullable=False, comment="later than all that was there"),
    Column("report_digest", LargeBinary(), comment="sha256 of what counts in the month"),
    Column("book_digests", Text(), comment="JSON: the price books of its charges"),
    Column("hash", LargeBinary(), nullable=False, comment="over the row and the event before it"),
    PrimaryKeyConstraint("month", "number"),
    CheckConstraint("month >= 190001 AND month <= 999912 AND number >= 1", name="month"),
    CheckConstraint("kind IN ('close', 'reopen')", name="kind"),
    CheckConstraint("(kind = 'close') = (number % 2 = 1)", name="turn"),
    CheckConstraint("forced = 0 OR (forced = 1 AND kind = 'close')", name="forced"),
    CheckConstraint(
        "actor <> '' AND (kind = 'close' OR (reason IS NOT NULL AND reason <> ''))", name="reason"
    ),
    CheckConstraint(
        "(report_digest IS NOT NULL) = (kind = 'close') "
        "AND (book_digests IS NOT NULL) = (kind = 'close')",
        name="digest",
    ),
    sqlite_strict=True,
)

rate = Table(
    "rate",
    metadata,
    Column("id", Id(), nullable=False, comment="first 16 bytes of the sha256 of the columns"),
    Column("model", Text(), nullable=False),
    Column("endpoint", Text(), nullable=False),
    Column("size", Text(), nullable=False),
    Column("tier", Text(), nullable=False),
    Column("quality", Text(), nullable=False),
    Column("unit_price", Nanos, nullable=False),
    Column("currency", Text(), nullable=False),
    Column("book_id", Text(), nullable=False),
    Column("book_version", Text(), nullable=False),
    Column("book_digest", Text(), nullable=False),
    Column("plan", Text(), comment="the plan of the account"),
    Column("set_by", Text(), nullable=False, comment="book, or the catalog's rule"),
    PrimaryKeyConstraint("id"),
    sqlite_strict=True,
)

evidence = Table(
    "evidence",
    metadata,
    Column("account_id", Id(), nullable=False),
    Column("id", Id(), nullable=False),
    Column("hold_id", Id(), nullable=False),
    Column("transfer_id", Id(), nullable=False, comment="the row that this evidence led to"),
    Column("request_id", Text()),
    Column("http_status", Whole),
    Column("delivered", Whole),
    Column("detail", Text(), nullable=False, comment="JSON; never a key, never a prompt"),
    Column("recorded_at", UtcTime(), nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
    ForeignKeyConstraint(
        ["account_id", "hold_id"],
        ["transfer.account_id", "transfer.id"],
        name="fk_evidence_hold",
    ),
    ForeignKeyConstraint(
        ["account_id", "transfer_id"],
        ["transfer.account_id", "transfer.id"],
        name="fk_evidence_transfer",
    ),
    sqlite_strict=True,
)
Index("ix_evidence_hold", evidence.c.account_id, evidence.c.hold_id)
Index("ix_evidence_request", evidence.c.request_id)

#: A hash over a range of an account's transfers, chained; version 0 stands for the account's row.
seal = Table(
    "seal",
    metadata,
    Column("account_id", Id(), nullable=False),
    Column("from_version", Whole, nullable=False),
    Column("to_version", Whole, nullable=False),
    Column("encoding", Whole, nullable=False, comment="how rows became bytes"),
    Column("prev_hash", LargeBinary(), nullable=False),
    Column("hash", LargeBinary(), nullable=False),
    Column("sealed_at", UtcTime(), nullable=False),
    Column("row_digests", LargeBinary(), nullable=False, comment="8 bytes a row"),
    Column("evidence_count", Whole, nullable=False),
    Column("evidence_hash", LargeBinary(), nullable=False),
    Column("evidence_digests", LargeBinary(), nullable=False, comment="8 bytes a row"),
    PrimaryKeyConstraint("account_id", "from_version"),
    UniqueConstraint("account_id", "to_version"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    CheckConstraint("from_version >= 0 AND to_version >= from_version", name="range"),
    sqlite_strict=True,
)

#: Sums of a UTC day, by all that a report groups by; updated beside the transfers they sum up.
rollup = Table(
    "rollup",
    metadata,
    Column("account_id", Id(), nullable=False),
    Column("month", Whole, nullable=False, comment="YYYYMM of the day"),
    Column("kind", Text(), nullable=False),
    Column("booked_in", Whole, nullable=False, comment="YYYYMM of a late row, else 0"),
    Column("spender_id", Id(), nullable=False, comment="the member, or the account itself"),
    Column("rate_id", Id(), nullable=False, comment="a zero id: none"),
    Column("cost_rate_id", Id(), nullable=False, comment="a zero id: none"),
    Column("day", Whole, nullable=False, comment="YYYYMMDD of occurred_at, in UTC"),
    Column("transfers", Whole, nullable=False),
    Column("asked", Whole, nullable=False, comment="images that were asked for"),
    Column("images", Whole, nullable=False, comment="images that were paid"),
    Column("uncosted", Whole, nullable=False, comment="transfers that name no cost"),
    Column("amount", Nanos, nullable=False),
    Column("cost", Nanos, nullable=False),
    PrimaryKeyConstraint(
        *("account_id", "month", "kind", "booked_in"),
        *("spender_id", "rate_id", "cost_rate_id", "day"),
    ),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    postgresql_with={"fillfactor": "50"},
)
Index(
    "ix_rollup_late",
    rollup.c.account_id,
    rollup.c.booked_in,
    postgresql_where=text("booked_in > 0"),
    sqlite_where=text("booked_in > 0"),
)
