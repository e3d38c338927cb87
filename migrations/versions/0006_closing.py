"""Closing a month: the database lets nothing more be posted into it.

Purpose: `balance.closed_through` is the newest closed month (YYYYMM; 0: none), the same in every
row, so the one update of a balance refuses a row of a closed month, under its lock. `booked_in` of
a transfer is set when its own month was closed: the month that it counts in instead; `occurred_at`
stays what it was. A trigger keeps both rules against rows that were not written by that update.

`period_event` says who closed and reopened which month, when and why. number is dense from 1 in a
month and odd for a closing, so a missing row is visible; hash covers the row and the hash of the
event before it. The table is append-only, guarded like the others; the guards are those of 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

_MONTHS = "BETWEEN 190001 AND 999912"
#: The month (YYYYMM, UTC) in which a new row occurred.
_OCCURRED = {
    "sqlite": "CAST(substr(NEW.occurred_at, 1, 4) || substr(NEW.occurred_at, 6, 2) AS INTEGER)",
    "postgresql": "(extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 "
    "+ extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint",
}
_REFUSED = "transfer breaks a rule of the ledger: period"


def upgrade() -> None:
    """Add the columns, the table of events, its guards and the rule of a closed month."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    whole = "INTEGER" if is_sqlite else "BIGINT"
    # On PostgreSQL the trigger has the rules of a transfer: a CHECK would cost at every statement.
    check = f" CHECK (booked_in {_MONTHS})" if is_sqlite else ""
    op.execute(f"ALTER TABLE balance ADD COLUMN closed_through {whole} NOT NULL DEFAULT 0")
    op.execute(f"ALTER TABLE transfer ADD COLUMN booked_in {whole}{check}")
    _events()
    if is_sqlite:
        _guards_sqlite()
        _rule_sqlite()
    else:
        _guards_postgresql()
        _rule_postgresql()


def downgrade() -> None:
    """Refused: a closed month is not opened by a migration."""
    message = "What was closed is not forgotten by a migration."
    raise RuntimeError(message)


def _events() -> None:
    op.create_table(
        "period_event",
        sa.Column("month", WHOLE, nullable=False, comment="YYYYMM, UTC"),
        sa.Column("number", WHOLE, nullable=False, comment="dense from 1: a gap is a missing row"),
        sa.Column("kind", sa.Text(), nullable=False, comment="close or reopen"),
        sa.Column("forced", WHOLE, nullable=False, comment="1: closed before the grace was over"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("recorded_at", TIME, nullable=False, comment="later than all that was there"),
        sa.Column("report_digest", sa.LargeBinary(), comment="sha256 of what counts in the month"),
        sa.Column("book_digests", sa.Text(), comment="JSON: the price books of its charges"),
        sa.Column(
            "hash",
            sa.LargeBinary(),
            nullable=False,
            comment="over the row and the event before it",
        ),
        sa.PrimaryKeyConstraint("month", "number", name="pk_period_event"),
        sa.CheckConstraint(
            "month >= 190001 AND month <= 999912 AND number >= 1", name="ck_period_event_month"
        ),
        sa.CheckConstraint("kind IN ('close', 'reopen')", name="ck_period_event_kind"),
        sa.CheckConstraint("(kind = 'close') = (number % 2 = 1)", name="ck_period_event_turn"),
        sa.CheckConstraint(
            "forced = 0 OR (forced = 1 AND kind = 'close')", name="ck_period_event_forced"
        ),
        sa.CheckConstraint(
            "actor <> '' AND (kind = 'close' OR (reason IS NOT NULL AND reason <> ''))",
            name="ck_period_event_reason",
        ),
        sa.CheckConstraint(
            "(report_digest IS NOT NULL) = (kind = 'close') "
            "AND (book_digests IS NOT NULL) = (kind = 'close')",
            name="ck_period_event_digest",
        ),
        sqlite_strict=True,
    )


def _guards_sqlite() -> None:
    clash = "EXISTS (SELECT 1 FROM period_event WHERE month = NEW.month AND number = NEW.number)"
    for verb, name, when in (
        ("UPDATE", "update", "1"),
        ("DELETE", "delete", "1"),
        ("INSERT", "replace", clash),
    ):
        op.execute(
            f"CREATE TRIGGER period_event_no_{name} BEFORE {verb} ON period_event WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'period_event is append-only: {name} refused'); END"
        )


def _guards_postgresql() -> None:
    for name, event, level in (
        ("rows", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER period_event_append_only_{name} BEFORE {event} ON period_event "
            f"FOR EACH {level} EXECUTE FUNCTION billing_append_only()"
        )
        op.execute(
            f"ALTER TABLE period_event ENABLE ALWAYS TRIGGER period_event_append_only_{name}"
        )


def _rule_sqlite() -> None:
    occurred = _OCCURRED["sqlite"]
    op.execute(
        "CREATE TRIGGER transfer_period BEFORE INSERT ON transfer "
        f"WHEN NEW.booked_in <= {occurred} "
        f"OR (SELECT closed_through >= coalesce(NEW.booked_in, {occurred}) "
        "FROM balance WHERE account_id = NEW.account_id) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    )


def _rule_postgresql() -> None:
    occurred = _OCCURRED["postgresql"]
    # The usual row is decided by one look at its balance: while nothing is closed, no month is
    # worked out.
    op.execute(
        "CREATE FUNCTION billing_transfer_period() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through >= NEW.booked_in "
        f"OR NEW.booked_in <= {occurred} OR NOT NEW.booked_in {_MONTHS} "
        f"WHEN b.closed_through > 0 THEN b.closed_through >= {occurred} END "
        "FROM balance b WHERE b.account_id = NEW.account_id) THEN "
        f"RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{_REFUSED}'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER transfer_period BEFORE INSERT ON transfer FOR EACH ROW "
        "EXECUTE FUNCTION billing_transfer_period()"
    )
    op.execute("ALTER TABLE transfer ENABLE ALWAYS TRIGGER transfer_period")
