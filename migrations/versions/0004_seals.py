"""Seals: hashes over ranges of an account's transfers, chained, written once.

Purpose: what the guards cannot stop (somebody who owns the database switches them off) becomes
visible. A seal covers the versions from_version..to_version of one account and carries the hash of
the seal before it; the first one, over version 0, stands for the row of the account itself.
row_digests and evidence_digests keep eight bytes a row, so that `verify` can name the row that
differs. The table is append-only, guarded like the others; the guards are those of revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")

#: Unique keys that INSERT OR REPLACE could hit on SQLite.
_KEYS = (("account_id", "from_version"), ("account_id", "to_version"))


def upgrade() -> None:
    """Create the table and its guards."""
    op.create_table(
        "seal",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("from_version", WHOLE, nullable=False),
        sa.Column("to_version", WHOLE, nullable=False),
        sa.Column("encoding", WHOLE, nullable=False, comment="how rows became bytes"),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", TIME, nullable=False),
        sa.Column("row_digests", sa.LargeBinary(), nullable=False, comment="8 bytes a row"),
        sa.Column("evidence_count", WHOLE, nullable=False),
        sa.Column("evidence_hash", sa.LargeBinary(), nullable=False),
        sa.Column("evidence_digests", sa.LargeBinary(), nullable=False, comment="8 bytes a row"),
        sa.PrimaryKeyConstraint("account_id", "from_version", name="pk_seal"),
        sa.UniqueConstraint("account_id", "to_version", name="uq_seal_account_id_to_version"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_seal_account"),
        sa.CheckConstraint(
            "from_version >= 0 AND to_version >= from_version", name="ck_seal_range"
        ),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _guards_sqlite()
    else:
        _guards_postgresql()


def downgrade() -> None:
    """Refused: the proof of the ledger is not taken off by a migration."""
    message = "The seals of the ledger are not taken off by a migration."
    raise RuntimeError(message)


def _guards_sqlite() -> None:
    clash = " OR ".join(
        "EXISTS (SELECT 1 FROM seal WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in key)
        + ")"
        for key in _KEYS
    )
    for verb, name, when in (
        ("UPDATE", "update", "1"),
        ("DELETE", "delete", "1"),
        ("INSERT", "replace", clash),
    ):
        op.execute(
            f"CREATE TRIGGER seal_no_{name} BEFORE {verb} ON seal WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'seal is append-only: {name} refused'); END"
        )


def _guards_postgresql() -> None:
    for name, event, level in (
        ("rows", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER seal_append_only_{name} BEFORE {event} ON seal "
            f"FOR EACH {level} EXECUTE FUNCTION billing_append_only()"
        )
        op.execute(f"ALTER TABLE seal ENABLE ALWAYS TRIGGER seal_append_only_{name}")
