"""Changes of floors and monthly limits: rows of their own, written once.

Purpose: an account keeps the terms it was opened with; what they became is a row here, with who
decided and why. `balance` and `allowance` follow in the same transaction, so the guard goes by the
new terms at once. number is dense from 1 in every account, so a missing change is visible; version
is that of the newest transfer then, so it is known for every transfer which terms it went by. Of a
member the account is its parent, whose money it spends. The table is append-only, guarded like the
others; the guards are those of revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")

#: Unique keys that INSERT OR REPLACE could hit on SQLite.
_KEYS = (("account_id", "number"), ("account_id", "idem_key"))


def upgrade() -> None:
    """Create the table and its guards."""
    op.create_table(
        "limit_change",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("number", WHOLE, nullable=False, comment="dense from 1: a gap is a missing row"),
        sa.Column("version", WHOLE, nullable=False, comment="of the newest transfer then"),
        sa.Column("member_id", ID, comment="whose limit it is; null: the account itself"),
        sa.Column("floor", WHOLE, comment="of the account; a member has none"),
        sa.Column("month_limit", WHOLE),
        sa.Column("limit_kind", sa.Text(), nullable=False),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column(
            "request_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="sha256 of what was asked",
        ),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "number", name="pk_limit_change"),
        sa.UniqueConstraint("account_id", "idem_key", name="uq_limit_change_account_id_idem_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_limit_change_account"),
        sa.ForeignKeyConstraint(["member_id"], ["account.id"], name="fk_limit_change_member"),
        sa.CheckConstraint(
            "(member_id IS NULL) = (floor IS NOT NULL)", name="ck_limit_change_floor"
        ),
        sa.CheckConstraint("month_limit >= 0", name="ck_limit_change_limit"),
        sa.CheckConstraint("limit_kind IN ('hard', 'soft')", name="ck_limit_change_kind"),
        sa.CheckConstraint("reason <> '' AND actor <> ''", name="ck_limit_change_reason"),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _guards_sqlite()
    else:
        _guards_postgresql()


def downgrade() -> None:
    """Refused: who changed a limit is not forgotten by a migration."""
    message = "The changes of limits are not taken off by a migration."
    raise RuntimeError(message)


def _guards_sqlite() -> None:
    clash = " OR ".join(
        "EXISTS (SELECT 1 FROM limit_change WHERE "
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
            f"CREATE TRIGGER limit_change_no_{name} BEFORE {verb} ON limit_change WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'limit_change is append-only: {name} refused'); END"
        )


def _guards_postgresql() -> None:
    for name, event, level in (
        ("rows", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER limit_change_append_only_{name} BEFORE {event} ON limit_change "
            f"FOR EACH {level} EXECUTE FUNCTION billing_append_only()"
        )
        op.execute(
            f"ALTER TABLE limit_change ENABLE ALWAYS TRIGGER limit_change_append_only_{name}"
        )
