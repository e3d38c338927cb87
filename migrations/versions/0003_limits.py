"""Monthly limits, members of an account, and the rules of a row as one trigger.

Purpose: `balance` learns what the month has taken of its limit, guarded in the same update as the
floor; `allowance` keeps the same for a member, an account that spends its parent's money;
`transfer` says in which month a row counts and how far it went above a soft limit.

The rules between rows (a capture accounts for its whole hold, a hold costs what its rate says) are
checked by a trigger on both engines. On PostgreSQL that trigger also takes over the CHECKs and
foreign keys of `transfer`: they are parsed anew for every statement, which cost more than writing
the row. It is as strong, since rows that are referred to can never go away, and it fires ALWAYS.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ID = sa.Uuid().with_variant(sa.LargeBinary(), "sqlite")

#: Columns by table: name, type of SQLite, type of PostgreSQL, the rest of the definition.
_KIND = "NOT NULL DEFAULT 'hard'"
_FENCE = "(month_limit IS NULL OR limit_kind = 'soft' OR month_spent - month_forced <= month_limit)"
_MONTHS = (
    ("month", "INTEGER", "BIGINT", "NOT NULL DEFAULT 0"),
    ("month_spent", "INTEGER", "BIGINT", "NOT NULL DEFAULT 0"),
    ("month_limit", "INTEGER", "BIGINT", ""),
    # Copied from the account, which checks it; a CHECK here would cost at every statement.
    ("limit_kind", "TEXT", "TEXT", _KIND),
    ("month_forced", "INTEGER", "BIGINT", f"NOT NULL DEFAULT 0 CHECK {_FENCE}"),
)
COLUMNS = {
    "account": (
        ("parent_id", "BLOB", "UUID", "REFERENCES account (id)"),
        ("month_limit", "INTEGER", "BIGINT", "CHECK (month_limit >= 0)"),
        ("limit_kind", "TEXT", "TEXT", f"{_KIND} CHECK (limit_kind IN ('hard', 'soft'))"),
    ),
    "balance": (
        *_MONTHS,
        ("recorded_at", "TEXT", "TIMESTAMPTZ", "NOT NULL DEFAULT '1970-01-01T00:00:00.000000Z'"),
    ),
    "transfer": (
        ("month", "INTEGER", "BIGINT", "CHECK (month BETWEEN 190001 AND 999912)"),
        ("member_id", "BLOB", "UUID", "REFERENCES account (id)"),
        ("over_limit", "INTEGER", "BIGINT", "CHECK (over_limit > 0)"),
        ("member_over_limit", "INTEGER", "BIGINT", "CHECK (member_over_limit > 0)"),
    ),
}

#: What a row must keep on PostgreSQL by its kind (SQLite has it as CHECKs): only the branch of its
#: kind is worked out, since an expression costs by its length in every transaction.
_NO_HOLD = "NEW.hold_id IS NULL AND NEW.from_bucket IS NULL"
_NO_DEADLINE = "NEW.on_deadline IS NULL AND NEW.expires_at IS NULL"
_NO_LINKS = "NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL"
_OF_HOLD = f"NEW.hold_id IS NOT NULL AND {_NO_DEADLINE} AND {_NO_LINKS}"
_UNHELD = f"{_NO_HOLD} AND {_NO_DEADLINE} AND NEW.released = 0"
_FROM_EITHER = "NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt')"
RULES = {
    "hold": f"{_NO_HOLD} AND {_NO_LINKS} AND NEW.released = 0 AND NEW.rate_id IS NOT NULL "
    "AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL "
    "AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt')",
    "capture": f"{_OF_HOLD} AND NEW.released >= 0 AND {_FROM_EITHER}",
    "charge": f"{_UNHELD} AND NEW.refunds_id IS NULL",
    "void": f"{_OF_HOLD} AND NEW.released = 0 AND {_FROM_EITHER}",
    "expire": f"{_OF_HOLD} AND NEW.released = 0 AND {_FROM_EITHER}",
    "doubt": f"{_OF_HOLD} AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL "
    "AND NEW.from_bucket = 'held'",
    "refund": f"{_UNHELD} AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL "
    "AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 "
    "AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable",
    "adjustment": f"{_UNHELD} AND {_NO_LINKS} AND NEW.reason IS NOT NULL AND NEW.reason <> '' "
    "AND NEW.actor IS NOT NULL AND NEW.actor <> '' "
    # It corrects a cost and moves no money, or moves money and names no cost.
    "AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL "
    "OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0)",
    "top-up": f"{_UNHELD} AND {_NO_LINKS}",
}
_LIMIT = 1_000_000_000_000_000_000
_COSTED = "(NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL)"
_SAME_MEMBER = "coalesce({0}.member_id, {0}.account_id) = coalesce(NEW.member_id, NEW.account_id)"
#: Found by the primary key alone: with more in the WHERE, a planner without statistics may prefer
#: an index that has all rows of the account.
_BY_KEY = "coalesce((SELECT {1} FROM transfer {0} WHERE {0}.account_id = NEW.account_id "
_BY_KEY += "AND {0}.id = NEW.{2}), false)"
ORIGINS = {
    "hold_id": _BY_KEY.format(
        "h",
        "h.kind = 'hold' AND h.amount = NEW.amount + NEW.released "
        f"AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND {_SAME_MEMBER.format('h')}",
        "hold_id",
    ),
    "refunds_id": _BY_KEY.format(
        "p",
        "p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable "
        f"AND {_SAME_MEMBER.format('p')}",
        "refunds_id",
    ),
    "rate_id": "EXISTS (SELECT 1 FROM account a, rate r WHERE a.id = NEW.account_id "
    "AND r.id = NEW.rate_id AND r.currency = a.currency "
    "AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount))",
    "account_id": "EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.account_id)",
}
#: The same for references that most rows do not have.
RARE_ORIGINS = {
    "late_hold_id": "EXISTS (SELECT 1 FROM transfer e WHERE e.account_id = NEW.account_id "
    "AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire')",
    "cost_rate_id": "EXISTS (SELECT 1 FROM rate r WHERE r.id = NEW.cost_rate_id)",
    "member_id": "EXISTS (SELECT 1 FROM account m WHERE m.id = NEW.member_id "
    "AND m.parent_id = NEW.account_id)",
}


def upgrade() -> None:
    """Add the columns, the table of allowances, the rules and the view of alerts."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in COLUMNS.items():
        for name, sqlite_type, postgresql_type, rest in columns:
            kind = sqlite_type if is_sqlite else postgresql_type
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind} {rest}".rstrip())
    _allowances()
    op.execute(_ALERTS)
    if is_sqlite:
        _rules_sqlite()
    else:
        _rules_postgresql()


def downgrade() -> None:
    """Refused: limits that were promised are not taken off by a migration."""
    message = "The limits of accounts are not taken off by a migration."
    raise RuntimeError(message)


def _allowances() -> None:
    op.create_table(
        "allowance",
        sa.Column("account_id", ID, nullable=False, comment="the parent, whose money it is"),
        sa.Column("member_id", ID, nullable=False),
        *(sa.Column(name, WHOLE, nullable=False) for name in ("held", "in_doubt", "posted")),
        sa.Column("month", WHOLE, nullable=False, server_default="0"),
        sa.Column("month_spent", WHOLE, nullable=False, server_default="0"),
        sa.Column("month_limit", WHOLE),
        sa.Column("limit_kind", sa.Text(), nullable=False, server_default="hard"),
        sa.Column("month_forced", WHOLE, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("account_id", "member_id", name="pk_allowance"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_allowance_account"),
        sa.ForeignKeyConstraint(["member_id"], ["account.id"], name="fk_allowance_member"),
        sa.CheckConstraint("held >= 0 AND in_doubt >= 0", name="buckets"),
        sa.CheckConstraint("limit_kind IN ('hard', 'soft')", name="limit_kind"),
        sa.CheckConstraint(_FENCE, name="limit"),
        sqlite_strict=True,
        postgresql_with={"fillfactor": "50"},
    )


#: A row that took a month's spending across a soft limit: once a crossing, whoever was told.
_ALERTS = " UNION ALL ".join(
    f"SELECT account_id, {whose} AS of_id, id AS transfer_id, version, month, "
    f"{over} AS over_limit, recorded_at FROM transfer WHERE {over} > 0 AND {over} <= amount"
    for whose, over in (("account_id", "over_limit"), ("member_id", "member_over_limit"))
)
_ALERTS = f"CREATE VIEW alert AS {_ALERTS}"


def _rules_sqlite() -> None:
    first = " ".join(f"WHEN NEW.{name} IS NOT NULL THEN {rule}" for name, rule in ORIGINS.items())
    rare = "".join(f" AND (NEW.{name} IS NULL OR {rule})" for name, rule in RARE_ORIGINS.items())
    op.execute(
        "CREATE TRIGGER transfer_origin BEFORE INSERT ON transfer "
        f"WHEN NOT (CASE {first} END{rare}) "
        "BEGIN SELECT RAISE(ABORT, 'transfer breaks a rule of the ledger: origin'); END"
    )
    refused = "BEGIN SELECT RAISE(ABORT, 'allowance is append-only: {0} refused'); END"
    for name, when in (
        ("delete", "BEFORE DELETE ON allowance "),
        (
            "replace",
            "BEFORE INSERT ON allowance WHEN EXISTS (SELECT 1 FROM allowance "
            "WHERE account_id = NEW.account_id AND member_id = NEW.member_id) ",
        ),
    ):
        op.execute(f"CREATE TRIGGER allowance_no_{name} {when}" + refused.format(name))


def _rules_postgresql() -> None:
    connection = op.get_bind()
    taken_over = "conrelid = 'transfer'::regclass AND contype IN ('c', 'f')"
    named = sa.text(f"SELECT conname FROM pg_constraint WHERE {taken_over}")
    for name in connection.execute(named).scalars().all():
        op.execute(f'ALTER TABLE transfer DROP CONSTRAINT "{name}"')
    _primary_key_last()
    op.execute(_rules_function())
    _always("transfer", "rules", "BEFORE INSERT ON transfer FOR EACH ROW", "billing_transfer_rules")
    for name, event in (("rows", "DELETE"), ("truncate", "TRUNCATE")):
        level = "ROW" if event == "DELETE" else "STATEMENT"
        when = f"BEFORE {event} ON allowance FOR EACH {level}"
        _always("allowance", f"append_only_{name}", when, "billing_append_only")


def _primary_key_last() -> None:
    """Make the primary key the newest index of `transfer`.

    Without statistics, in the first minutes of a ledger, all indexes that begin with the account
    look alike to the planner, and it takes the newest: a look-up by id would read all rows of the
    account, and a prepared statement would go on doing so.
    """
    op.execute("ALTER TABLE evidence DROP CONSTRAINT fk_evidence_hold")
    op.execute("ALTER TABLE evidence DROP CONSTRAINT fk_evidence_transfer")
    op.execute("ALTER TABLE transfer DROP CONSTRAINT pk_transfer")
    op.execute("ALTER TABLE transfer ADD CONSTRAINT pk_transfer PRIMARY KEY (account_id, id)")
    for name in ("hold", "transfer"):
        op.execute(
            f"ALTER TABLE evidence ADD CONSTRAINT fk_evidence_{name} FOREIGN KEY "
            f"(account_id, {name}_id) REFERENCES transfer (account_id, id)"
        )


def _always(table: str, name: str, when: str, function: str) -> None:
    op.execute(f"CREATE TRIGGER {table}_{name} {when} EXECUTE FUNCTION {function}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def _rules_function() -> str:
    kept = " ".join(
        f"WHEN '{kind}' THEN IF NOT ({rule} AND {_figures(kind)}) THEN "
        + _raised(f"'{kind}'")
        + " END IF;"
        for kind, rule in RULES.items()
    )
    # IF, ELSIF: a single CASE would start the plans of all its queries for every row.
    first = " ELSIF ".join(
        f"NEW.{name} IS NOT NULL THEN IF NOT {rule} THEN " + _raised(f"'{name}'") + " END IF;"
        for name, rule in ORIGINS.items()
    )
    rare = " ".join(
        f"IF NEW.{name} IS NOT NULL THEN IF NOT {rule} THEN "
        + _raised(f"'{name}'")
        + " END IF; END IF;"
        for name, rule in RARE_ORIGINS.items()
    )
    return (
        "CREATE FUNCTION billing_transfer_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"CASE NEW.kind {kept} ELSE " + _raised("'kind'") + f" END CASE; "
        f"IF {first} END IF; {rare} RETURN NEW; END $$"
    )


def _figures(kind: str) -> str:
    if kind == "adjustment":
        return f"NEW.amount BETWEEN {-_LIMIT} AND {_LIMIT}"
    return f"{_COSTED} AND NEW.amount BETWEEN 0 AND {_LIMIT}"


def _raised(rule: str) -> str:
    return (
        "RAISE EXCEPTION USING ERRCODE = 'check_violation', "
        f"MESSAGE = 'transfer breaks a rule of the ledger: ' || ({rule});"
    )
