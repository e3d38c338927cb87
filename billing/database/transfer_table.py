"""The table that everything else follows from: one row is one movement with two legs.

On PostgreSQL a trigger keeps the rules that stand here as CHECKs and foreign keys, see the
revision 0003; the unique indexes are the same on both engines.
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
    func,
    text,
)

from billing.database.columns import Id, Nanos, UtcTime, Whole
from billing.database.metadata import metadata

#: Kinds of transfer that end a hold; a unique index lets one such row exist for a hold.
ENDINGS = ("capture", "void", "expire")
#: Kinds whose row belongs to a hold.
HOLD_KINDS = ("doubt", *ENDINGS)
KINDS = ("hold", *HOLD_KINDS, "charge", "refund", "adjustment", "top-up")


def _is_one_of(kinds: tuple[str, ...]) -> str:
    # Not IN: for a list of more than two SQLite builds a table, for every row that is checked.
    return "(" + " OR ".join(f"kind = '{kind}'" for kind in kinds) + ")"


transfer = Table(
    "transfer",
    metadata,
    Column("account_id", Id(), nullable=False),
    Column("id", Id(), nullable=False),
    Column("version", Whole, nullable=False, comment="dense from 1: a gap is a missing row"),
    Column("kind", Text(), nullable=False),
    Column("amount", Nanos, nullable=False),
    Column("released", Nanos, nullable=False, comment="what a capture gives back"),
    Column("idem_key", Text(), nullable=False),
    Column("request_digest", LargeBinary(), nullable=False, comment="sha256 of what was asked"),
    Column("hold_id", Id(), comment="the hold that this row moves or ends"),
    Column("from_bucket", Text(), comment="held or in_doubt: where the hold's money was"),
    Column("rate_id", Id()),
    Column("images", Whole, comment="asked (hold) or delivered and paid (capture)"),
    Column("over_delivered", Whole, comment="images beyond the n that was held"),
    Column("late_hold_id", Id(), comment="the expired hold that this charge came too late for"),
    Column("cost", Nanos, comment="what the provider charges us, in the currency of cost_rate"),
    Column("cost_rate_id", Id()),
    Column("actual_cost", Nanos, comment="from the usage tokens of the answer, same currency"),
    Column("refunds_id", Id(), comment="the transfer whose money this refund gives back"),
    Column("refundable", Nanos, comment="amount of that transfer"),
    Column("refunded_before", Nanos, comment="sum of its refunds before this one"),
    Column("quote_id", Text()),
    Column("expires_at", UtcTime()),
    Column("on_deadline", Text(), comment="expire or doubt"),
    Column("request_id", Text(), comment="the provider's id of the call"),
    Column("occurred_at", UtcTime(), nullable=False),
    Column("recorded_at", UtcTime(), nullable=False),
    Column("reason", Text()),
    Column("actor", Text()),
    Column("tags", Text(), comment="JSON object of text to text"),
    # The month (YYYYMM) whose limits this row counts against, and for which member.
    Column("month", Whole),
    Column("member_id", Id()),
    # How far this row took the month above a soft limit: the account's, the member's.
    Column("over_limit", Nanos),
    Column("member_over_limit", Nanos),
    # The month (YYYYMM) that a late row counts in: its own was closed. Null for all others.
    Column("booked_in", Whole),
    PrimaryKeyConstraint("account_id", "id"),
    UniqueConstraint("account_id", "idem_key"),
    UniqueConstraint("account_id", "version"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    ForeignKeyConstraint(["member_id"], ["account.id"], name="fk_transfer_member"),
    ForeignKeyConstraint(["rate_id"], ["rate.id"]),
    ForeignKeyConstraint(["cost_rate_id"], ["rate.id"], name="fk_transfer_cost_rate"),
    ForeignKeyConstraint(
        ["account_id", "hold_id"],
        ["transfer.account_id", "transfer.id"],
        name="fk_transfer_hold",
    ),
    ForeignKeyConstraint(
        ["account_id", "late_hold_id"],
        ["transfer.account_id", "transfer.id"],
        name="fk_transfer_late_hold",
    ),
    ForeignKeyConstraint(
        ["account_id", "refunds_id"],
        ["transfer.account_id", "transfer.id"],
        name="fk_transfer_refunds",
    ),
    CheckConstraint(_is_one_of(KINDS), name="kind"),
    CheckConstraint("amount >= 0 OR kind = 'adjustment'", name="amount"),
    CheckConstraint("amount BETWEEN -1000000000000000000 AND 1000000000000000000", name="range"),
    CheckConstraint("released >= 0 AND (released = 0 OR kind = 'capture')", name="released"),
    CheckConstraint(f"(hold_id IS NOT NULL) = {_is_one_of(HOLD_KINDS)}", name="hold"),
    CheckConstraint(
        f"CASE WHEN {_is_one_of(HOLD_KINDS)} THEN from_bucket IN ('held', 'in_doubt') "
        "ELSE from_bucket IS NULL END",
        name="bucket",
    ),
    CheckConstraint(
        "CASE WHEN kind = 'hold' THEN rate_id IS NOT NULL AND images >= 1 "
        "AND expires_at IS NOT NULL AND on_deadline IN ('expire', 'doubt') "
        "ELSE on_deadline IS NULL AND expires_at IS NULL END",
        name="deadline",
    ),
    CheckConstraint("kind <> 'doubt' OR from_bucket = 'held'", name="doubt"),
    CheckConstraint("kind <> 'adjustment' OR (reason <> '' AND actor <> '')", name="reason"),
    CheckConstraint("late_hold_id IS NULL OR kind = 'charge'", name="late"),
    CheckConstraint(
        "CASE WHEN kind = 'adjustment' THEN cost_rate_id IS NULL AND cost IS NULL "
        "OR cost IS NOT NULL AND cost <> 0 AND amount = 0 "
        "ELSE (cost IS NULL) = (cost_rate_id IS NULL) END",
        name="cost",
    ),
    CheckConstraint(
        "CASE WHEN kind = 'refund' THEN refunds_id IS NOT NULL AND refunded_before >= 0 "
        "AND refunded_before + amount <= refundable ELSE refunds_id IS NULL END",
        name="refund",
    ),
    sqlite_strict=True,
)

#: Who spent: the member, or the account itself.
spender_id = func.coalesce(transfer.c.member_id, transfer.c.account_id)

Index(
    "uq_transfer_leaves_bucket_once",
    transfer.c.account_id,
    transfer.c.hold_id,
    transfer.c.from_bucket,
    unique=True,
    postgresql_where=text("hold_id IS NOT NULL"),
    sqlite_where=text("hold_id IS NOT NULL"),
)
Index(
    "uq_transfer_hold_ends_once",
    transfer.c.account_id,
    transfer.c.hold_id,
    unique=True,
    postgresql_where=text("hold_id IS NOT NULL AND kind <> 'doubt'"),
    sqlite_where=text("hold_id IS NOT NULL AND kind <> 'doubt'"),
)
Index(
    "uq_transfer_late_once",
    transfer.c.account_id,
    transfer.c.late_hold_id,
    unique=True,
    postgresql_where=text("late_hold_id IS NOT NULL"),
    sqlite_where=text("late_hold_id IS NOT NULL"),
)
# Two refunds at once see the same sum before them: this index lets one of them look again.
Index(
    "uq_transfer_refunds_in_order",
    transfer.c.account_id,
    transfer.c.refunds_id,
    transfer.c.refunded_before,
    unique=True,
    postgresql_where=text("refunds_id IS NOT NULL"),
    sqlite_where=text("refunds_id IS NOT NULL"),
)
Index(
    "ix_transfer_deadline",
    transfer.c.account_id,
    transfer.c.expires_at,
    postgresql_where=text("kind = 'hold'"),
    sqlite_where=text("kind = 'hold'"),
)
Index("ix_transfer_occurred", transfer.c.account_id, transfer.c.occurred_at)
Index(
    "ix_transfer_request",
    transfer.c.request_id,
    postgresql_where=text("request_id IS NOT NULL"),
    sqlite_where=text("request_id IS NOT NULL"),
)
