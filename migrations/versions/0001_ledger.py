"""The ledger: accounts, balances, rates, append-only transfers and their evidence.

Purpose: one row of `transfer` is one movement with two legs, so an unbalanced entry cannot be
written; unique indexes decide every race for a hold; `balance` is a projection of the transfers,
guarded by CHECKs. The triggers that refuse to edit history are the next revision.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
MONEY = WHOLE
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")


def upgrade() -> None:
    """Create the tables and the view of both legs."""
    _accounts()
    _rates()
    _transfers()
    _evidence()
    _posting_view()


def downgrade() -> None:
    """Refused: a ledger is never thrown away by a migration."""
    message = "The first revision cannot be undone: dropping a ledger is not a migration."
    raise RuntimeError(message)


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("tag", WHOLE, nullable=False, comment="last 32 bits of every id of this account"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("floor", MONEY, nullable=False, comment="0: prepaid; below 0: credit"),
        sa.Column("plan", sa.Text()),
        sa.Column("opened_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("code", name="uq_account_code"),
        sa.UniqueConstraint("tag", name="uq_account_tag"),
        sqlite_strict=True,
    )
    op.create_table(
        "balance",
        sa.Column("account_id", ID, nullable=False),
        *(
            sa.Column(name, MONEY, nullable=False)
            for name in ("available", "held", "in_doubt", "posted", "floor")
        ),
        sa.Column(
            "forced", MONEY, nullable=False, comment="late charges: posted whatever the floor"
        ),
        sa.Column("version", WHOLE, nullable=False, comment="version of the newest transfer"),
        sa.PrimaryKeyConstraint("account_id", name="pk_balance"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_balance_account"),
        sa.CheckConstraint("available + forced >= floor", name="ck_balance_floor"),
        sa.CheckConstraint("held >= 0", name="ck_balance_held"),
        sa.CheckConstraint("in_doubt >= 0", name="ck_balance_in_doubt"),
        sqlite_strict=True,
        postgresql_with={"fillfactor": "50"},
    )


def _rates() -> None:
    op.create_table(
        "rate",
        sa.Column("id", ID, nullable=False, comment="first 16 bytes of the sha256 of the columns"),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("model", "endpoint", "size", "tier", "quality")
        ),
        sa.Column("unit_price", MONEY, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("currency", "book_id", "book_version", "book_digest")
        ),
        sa.Column("plan", sa.Text(), comment="the plan of the account"),
        sa.Column("set_by", sa.Text(), nullable=False, comment="book, or the catalog's rule"),
        sa.PrimaryKeyConstraint("id", name="pk_rate"),
        sqlite_strict=True,
    )


def _transfers() -> None:
    op.create_table(
        "transfer",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", WHOLE, nullable=False, comment="dense from 1: a gap is a missing row"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("released", MONEY, nullable=False, comment="what a capture gives back"),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column(
            "request_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="sha256 of what was asked",
        ),
        sa.Column("hold_id", ID, comment="the hold that this row moves or ends"),
        sa.Column("from_bucket", sa.Text(), comment="held or in_doubt: where the hold's money was"),
        sa.Column("rate_id", ID),
        sa.Column("images", WHOLE, comment="asked (hold) or delivered and paid (capture)"),
        sa.Column("over_delivered", WHOLE, comment="images beyond the n that was held"),
        sa.Column(
            "late_hold_id", ID, comment="the expired hold that this charge came too late for"
        ),
        sa.Column(
            "cost", MONEY, comment="what the provider charges us, in the currency of cost_rate"
        ),
        sa.Column("cost_rate_id", ID),
        sa.Column(
            "actual_cost", MONEY, comment="from the usage tokens of the answer, same currency"
        ),
        sa.Column("refunds_id", ID, comment="the transfer whose money this refund gives back"),
        sa.Column("refundable", MONEY, comment="amount of that transfer"),
        sa.Column("refunded_before", MONEY, comment="sum of its refunds before this one"),
        sa.Column("quote_id", sa.Text()),
        sa.Column("expires_at", TIME),
        sa.Column("on_deadline", sa.Text(), comment="expire or doubt"),
        sa.Column("request_id", sa.Text(), comment="the provider's id of the call"),
        sa.Column("occurred_at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("actor", sa.Text()),
        sa.Column("tags", sa.Text(), comment="JSON object of text to text"),
        *_transfer_constraints(),
        sqlite_strict=True,
    )
    _transfer_indexes()


def _transfer_constraints() -> tuple[sa.Constraint, ...]:
    # Not IN: for a list of more than two SQLite builds a table, for every row that is checked.
    kinds = ("hold", "doubt", "capture", "void", "expire", "charge", "refund", "adjustment")
    of_hold = "(kind = 'doubt' OR kind = 'capture' OR kind = 'void' OR kind = 'expire')"
    return (
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_transfer"),
        sa.UniqueConstraint("account_id", "idem_key", name="uq_transfer_account_id_idem_key"),
        sa.UniqueConstraint("account_id", "version", name="uq_transfer_account_id_version"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_transfer_account"),
        sa.ForeignKeyConstraint(["rate_id"], ["rate.id"], name="fk_transfer_rate"),
        sa.ForeignKeyConstraint(["cost_rate_id"], ["rate.id"], name="fk_transfer_cost_rate"),
        *(
            sa.ForeignKeyConstraint(
                ["account_id", column],
                ["transfer.account_id", "transfer.id"],
                name=f"fk_transfer_{column.removesuffix('_id')}",
            )
            for column in ("hold_id", "late_hold_id", "refunds_id")
        ),
        sa.CheckConstraint(
            " OR ".join(f"kind = '{kind}'" for kind in (*kinds, "top-up")), name="ck_transfer_kind"
        ),
        sa.CheckConstraint("amount >= 0 OR kind = 'adjustment'", name="ck_transfer_amount"),
        sa.CheckConstraint(
            "amount BETWEEN -1000000000000000000 AND 1000000000000000000", name="ck_transfer_range"
        ),
        sa.CheckConstraint(
            "released >= 0 AND (released = 0 OR kind = 'capture')", name="ck_transfer_released"
        ),
        sa.CheckConstraint(f"(hold_id IS NOT NULL) = {of_hold}", name="ck_transfer_hold"),
        sa.CheckConstraint(
            f"CASE WHEN {of_hold} THEN from_bucket IN ('held', 'in_doubt') "
            "ELSE from_bucket IS NULL END",
            name="ck_transfer_bucket",
        ),
        sa.CheckConstraint(
            "CASE WHEN kind = 'hold' THEN rate_id IS NOT NULL AND images >= 1 "
            "AND expires_at IS NOT NULL AND on_deadline IN ('expire', 'doubt') "
            "ELSE on_deadline IS NULL AND expires_at IS NULL END",
            name="ck_transfer_deadline",
        ),
        sa.CheckConstraint("kind <> 'doubt' OR from_bucket = 'held'", name="ck_transfer_doubt"),
        sa.CheckConstraint(
            "kind <> 'adjustment' OR (reason <> '' AND actor <> '')", name="ck_transfer_reason"
        ),
        sa.CheckConstraint("late_hold_id IS NULL OR kind = 'charge'", name="ck_transfer_late"),
        # An adjustment corrects a cost and moves no money; its rate may be unknown.
        sa.CheckConstraint(
            "CASE WHEN kind = 'adjustment' THEN cost_rate_id IS NULL AND cost IS NULL "
            "OR cost IS NOT NULL AND cost <> 0 AND amount = 0 "
            "ELSE (cost IS NULL) = (cost_rate_id IS NULL) END",
            name="ck_transfer_cost",
        ),
        sa.CheckConstraint(
            "CASE WHEN kind = 'refund' THEN refunds_id IS NOT NULL AND refunded_before >= 0 "
            "AND refunded_before + amount <= refundable ELSE refunds_id IS NULL END",
            name="ck_transfer_refund",
        ),
    )


def _transfer_indexes() -> None:
    # The money of a hold leaves each bucket once, so a doubt and a capture cannot both take it.
    _partial_index(
        "uq_transfer_leaves_bucket_once",
        ["account_id", "hold_id", "from_bucket"],
        "hold_id IS NOT NULL",
        unique=True,
    )
    _partial_index(
        "uq_transfer_hold_ends_once",
        ["account_id", "hold_id"],
        "hold_id IS NOT NULL AND kind <> 'doubt'",
        unique=True,
    )
    _partial_index(
        "uq_transfer_late_once",
        ["account_id", "late_hold_id"],
        "late_hold_id IS NOT NULL",
        unique=True,
    )
    # Two refunds at once see the same sum before them: this index lets one of them look again.
    _partial_index(
        "uq_transfer_refunds_in_order",
        ["account_id", "refunds_id", "refunded_before"],
        "refunds_id IS NOT NULL",
        unique=True,
    )
    _partial_index("ix_transfer_deadline", ["account_id", "expires_at"], "kind = 'hold'")
    op.create_index("ix_transfer_occurred", "transfer", ["account_id", "occurred_at"])
    _partial_index("ix_transfer_request", ["request_id"], "request_id IS NOT NULL")


def _partial_index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(
        name,
        "transfer",
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("hold_id", ID, nullable=False),
        sa.Column("transfer_id", ID, nullable=False, comment="the row that this evidence led to"),
        sa.Column("request_id", sa.Text()),
        sa.Column("http_status", WHOLE),
        sa.Column("delivered", WHOLE),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON; never a key, never a prompt"),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_evidence"),
        sa.ForeignKeyConstraint(
            ["account_id", "hold_id"],
            ["transfer.account_id", "transfer.id"],
            name="fk_evidence_hold",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "transfer_id"],
            ["transfer.account_id", "transfer.id"],
            name="fk_evidence_transfer",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_evidence_hold", "evidence", ["account_id", "hold_id"])
    op.create_index("ix_evidence_request", "evidence", ["request_id"])


def _posting_view() -> None:
    """Both legs of every row, signed; within a currency they sum to zero."""
    legs = (
        # (kinds, bucket that gives, bucket that takes, column of the amount)
        ("'hold'", "'available'", "'held'", "amount"),
        ("'doubt'", "'held'", "'in_doubt'", "amount"),
        ("'capture'", "from_bucket", "'posted'", "amount"),
        ("'capture'", "from_bucket", "'available'", "released"),
        ("'void', 'expire'", "from_bucket", "'available'", "amount"),
        ("'charge'", "'available'", "'posted'", "amount"),
        ("'refund'", "'posted'", "'available'", "amount"),
        ("'top-up', 'adjustment'", "'outside'", "'available'", "amount"),
    )
    selects = [
        f"SELECT account_id, id AS transfer_id, version, kind, {bucket} AS bucket, "
        f"{sign}{column} AS amount, occurred_at FROM transfer WHERE kind IN ({kinds})"
        for kinds, giver, taker, column in legs
        for bucket, sign in ((giver, "-"), (taker, ""))
    ]
    op.execute("CREATE VIEW posting AS " + " UNION ALL ".join(selects))
