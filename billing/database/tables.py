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
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from billing.database.columns import Id, Nanos, UtcTime, Whole

#: Kinds of transfer that end a hold; a unique index lets one such row exist for a hold.
ENDINGS = ("capture", "void", "expire")
#: Kinds whose row belongs to a hold.
HOLD_KINDS = ("doubt", *ENDINGS)
KINDS = ("hold", *HOLD_KINDS, "charge", "refund", "adjustment", "top-up")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _listed(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


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
    PrimaryKeyConstraint("id"),
    UniqueConstraint("code"),
    UniqueConstraint("tag"),
    sqlite_strict=True,
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
    PrimaryKeyConstraint("account_id"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
    CheckConstraint("available + forced >= floor", name="floor"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("in_doubt >= 0", name="in_doubt"),
    sqlite_strict=True,
    postgresql_with={"fillfactor": "50"},
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
    PrimaryKeyConstraint("account_id", "id"),
    UniqueConstraint("account_id", "idem_key"),
    UniqueConstraint("account_id", "version"),
    ForeignKeyConstraint(["account_id"], ["account.id"]),
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
    CheckConstraint(f"kind IN {_listed(KINDS)}", name="kind"),
    CheckConstraint("amount >= 0 OR kind = 'adjustment'", name="amount"),
    CheckConstraint("amount BETWEEN -1000000000000000000 AND 1000000000000000000", name="range"),
    CheckConstraint("released >= 0 AND (released = 0 OR kind = 'capture')", name="released"),
    CheckConstraint(f"(hold_id IS NOT NULL) = (kind IN {_listed(HOLD_KINDS)})", name="hold"),
    CheckConstraint(
        f"CASE WHEN kind IN {_listed(HOLD_KINDS)} THEN from_bucket IN ('held', 'in_doubt') "
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
    CheckConstraint("(cost IS NULL) = (cost_rate_id IS NULL)", name="cost"),
    CheckConstraint(
        "CASE WHEN kind = 'refund' THEN refunds_id IS NOT NULL AND refunded_before >= 0 "
        "AND refunded_before + amount <= refundable ELSE refunds_id IS NULL END",
        name="refund",
    ),
    sqlite_strict=True,
)

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
    postgresql_where=text(f"kind IN {_listed(ENDINGS)}"),
    sqlite_where=text(f"kind IN {_listed(ENDINGS)}"),
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
