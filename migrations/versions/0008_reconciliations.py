"""Signed-off reconciliations: the runs, and what each decided, written once.

Purpose: what was decided about a statement stays known: a later run takes over what was carried,
and a report says by which statement its month was reconciled. number is dense over all runs and
hash covers the row, its items and the run before it, so a missing or edited row is visible. Neither
table grows with the calls: a run is made by a person. Both are append-only, guarded like the
others; the guards are those of revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

#: The tables, each with the key that INSERT OR REPLACE could hit on SQLite.
_TABLES = {"recon_run": ("number",), "recon_item": ("run", "number")}


def upgrade() -> None:
    """Create the tables and their guards."""
    _runs()
    _items()
    for table, key in _TABLES.items():
        if op.get_bind().dialect.name == "sqlite":
            _guards_sqlite(table, key)
        else:
            _guards_postgresql(table)


def downgrade() -> None:
    """Refused: what was signed off is not forgotten by a migration."""
    message = "Signed-off reconciliations are not taken off by a migration."
    raise RuntimeError(message)


def _runs() -> None:
    op.create_table(
        "recon_run",
        sa.Column("number", WHOLE, nullable=False, comment="dense from 1: a gap is a missing row"),
        sa.Column("month", WHOLE, nullable=False, comment="YYYYMM, UTC"),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("statement_sha256", sa.Text(), nullable=False),
        sa.Column(
            "statement_name", sa.Text(), nullable=False, comment="of the file, without its folder"
        ),
        sa.Column("lines", WHOLE, nullable=False),
        sa.Column("supersedes", WHOLE, comment="the run of this month and currency before it"),
        sa.Column("is_clean", WHOLE, nullable=False, comment="1: nothing was left to decide"),
        sa.Column(
            "proof", sa.Text(), nullable=False, comment="JSON: the sums that tie, and what is left"
        ),
        sa.Column("settings", sa.Text(), nullable=False, comment="JSON: tolerances and options"),
        sa.Column(
            "result_digest", sa.LargeBinary(), nullable=False, comment="sha256 of the answer"
        ),
        sa.Column("items", WHOLE, nullable=False, comment="how many rows of recon_item"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text()),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="over row, items and the run before"
        ),
        # With the number alone, an engine would hand the numbers out by itself.
        sa.PrimaryKeyConstraint("month", "number", name="pk_recon_run"),
        sa.UniqueConstraint("number", name="uq_recon_run_number"),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["recon_run.number"], name="fk_recon_run_recon_run"
        ),
        sa.CheckConstraint("number >= 1 AND items >= 0", name="number"),
        sa.CheckConstraint("month >= 190001 AND month <= 999912", name="month"),
        sa.CheckConstraint("supersedes < number", name="supersedes"),
        sa.CheckConstraint("is_clean IN (0, 1)", name="clean"),
        sa.CheckConstraint("actor <> '' AND (approver IS NULL OR approver <> actor)", name="actor"),
        sqlite_strict=True,
    )


def _items() -> None:
    op.create_table(
        "recon_item",
        sa.Column("run", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False, comment="dense from 1"),
        sa.Column("class_name", sa.Text(), nullable=False),
        sa.Column(
            "decision", sa.Text(), nullable=False, comment="a booking, carry, resolve, or person"
        ),
        sa.Column("reason", sa.Text()),
        sa.Column("what", sa.Text(), comment="of the booking key"),
        sa.Column("line", WHOLE),
        sa.Column("request_id", sa.Text()),
        sa.Column("hold_id", sa.Text()),
        sa.Column("transfer_id", sa.Text(), comment="the charge that it concerns"),
        sa.Column("account", sa.Text()),
        sa.Column("occurred_at", TIME),
        sa.Column("day", sa.Text()),
        sa.Column("ledger_amount", WHOLE, nullable=False),
        sa.Column("statement_amount", WHOLE, nullable=False),
        sa.Column("amount", WHOLE, nullable=False, comment="of the decision"),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("booked_as", sa.Text(), comment="the transfer that it became"),
        sa.Column("of_run", WHOLE, comment="of what is resolved: the run that carried it"),
        sa.PrimaryKeyConstraint("run", "number", name="pk_recon_item"),
        sa.ForeignKeyConstraint(["run"], ["recon_run.number"], name="fk_recon_item_recon_run"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint(
            "decision IN ('capture', 'void', 'cost', 'refund', 'carry', 'resolve', 'person')",
            name="decision",
        ),
        sa.CheckConstraint("(of_run IS NOT NULL) = (decision = 'resolve')", name="resolve"),
        sqlite_strict=True,
    )


def _guards_sqlite(table: str, key: tuple[str, ...]) -> None:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    for verb, name, when in (
        ("UPDATE", "update", "1"),
        ("DELETE", "delete", "1"),
        ("INSERT", "replace", f"EXISTS (SELECT 1 FROM {table} WHERE {same})"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {name} refused'); END"
        )


def _guards_postgresql(table: str) -> None:
    for name, event, level in (
        ("rows", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{name} BEFORE {event} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION billing_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only_{name}")
