"""The roll-up: sums of a UTC day beside the transfers that they are sums of.

Purpose: a month's report reads days times combinations, not charges. `rollup` is a projection like
`balance`: the transaction that writes a transfer adds it here, `verify` works the sums out again
from the transfers. Rows that are there already are summed up by this revision. A zero id stands
for "none": a primary key takes no NULL. The guards are those of `balance` in the revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")

#: In the order in which a month is read: an account's lines of a kind by what they are grouped by.
_KEYS = (
    *("account_id", "month", "kind", "booked_in"),
    *("spender_id", "rate_id", "cost_rate_id", "day"),
)
_SUMS = ("transfers", "asked", "images", "uncosted", "amount", "cost")
_NO_ID = {"sqlite": f"x'{'0' * 32}'", "postgresql": f"'{'0' * 32}'::uuid"}
_DAY = {
    "sqlite": "CAST(replace(substr(t.occurred_at, 1, 10), '-', '') AS INTEGER)",
    "postgresql": "to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYYMMDD')::bigint",
}


def upgrade() -> None:
    """Create the table, sum up what is there, and put the guards on."""
    dialect = op.get_bind().dialect.name
    op.create_table(
        "rollup",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("month", WHOLE, nullable=False, comment="YYYYMM of the day"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("booked_in", WHOLE, nullable=False, comment="YYYYMM of a late row, else 0"),
        sa.Column("spender_id", ID, nullable=False, comment="the member, or the account itself"),
        sa.Column("rate_id", ID, nullable=False, comment="a zero id: none"),
        sa.Column("cost_rate_id", ID, nullable=False, comment="a zero id: none"),
        sa.Column("day", WHOLE, nullable=False, comment="YYYYMMDD of occurred_at, in UTC"),
        sa.Column("transfers", WHOLE, nullable=False),
        sa.Column("asked", WHOLE, nullable=False, comment="images that were asked for"),
        sa.Column("images", WHOLE, nullable=False, comment="images that were paid"),
        sa.Column("uncosted", WHOLE, nullable=False, comment="transfers that name no cost"),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("cost", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint(*_KEYS, name="pk_rollup"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_rollup_account"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": "50"},
    )
    late = sa.text("booked_in > 0")
    op.create_index(
        "ix_rollup_late",
        "rollup",
        ["account_id", "booked_in"],
        sqlite_where=late,
        postgresql_where=late,
    )
    op.execute(_filled(dialect))
    if dialect == "sqlite":
        _guards_sqlite()
    else:
        _guards_postgresql()


def downgrade() -> None:
    """Refused: reports that were made from it would not be made again."""
    message = "The roll-up is not taken off by a migration."
    raise RuntimeError(message)


def _filled(dialect: str) -> str:
    keys = (
        "t.account_id",
        f"{_DAY[dialect]} / 100",
        "t.kind",
        "coalesce(t.booked_in, 0)",
        "coalesce(t.member_id, t.account_id)",
        f"coalesce(t.rate_id, {_NO_ID[dialect]})",
        f"coalesce(t.cost_rate_id, {_NO_ID[dialect]})",
        _DAY[dialect],
    )
    sums = (
        "count(*)",
        "sum(coalesce(h.images, t.images, 0))",
        "sum(coalesce(t.images, 0))",
        "count(*) - count(t.cost)",
        "sum(t.amount)",
        "sum(coalesce(t.cost, 0))",
    )
    kinds = "'capture', 'charge', 'refund', 'adjustment'"
    return (
        f"INSERT INTO rollup ({', '.join((*_KEYS, *_SUMS))}) "
        f"SELECT {', '.join((*keys, *sums))} FROM transfer t LEFT JOIN transfer h "
        "ON h.account_id = t.account_id AND h.id = coalesce(t.hold_id, t.late_hold_id) "
        f"WHERE t.kind IN ({kinds}) GROUP BY {', '.join(keys)}"
    )


def _guards_sqlite() -> None:
    clash = " AND ".join(f"{name} = NEW.{name}" for name in _KEYS)
    for verb, name, when in (
        ("DELETE", "delete", "1"),
        ("INSERT", "replace", f"EXISTS (SELECT 1 FROM rollup WHERE {clash})"),
    ):
        op.execute(
            f"CREATE TRIGGER rollup_no_{name} BEFORE {verb} ON rollup WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'rollup is append-only: {name} refused'); END"
        )


def _guards_postgresql() -> None:
    for name, event, level in (("rows", "DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER rollup_append_only_{name} BEFORE {event} ON rollup "
            f"FOR EACH {level} EXECUTE FUNCTION billing_append_only()"
        )
        op.execute(f"ALTER TABLE rollup ENABLE ALWAYS TRIGGER rollup_append_only_{name}")
