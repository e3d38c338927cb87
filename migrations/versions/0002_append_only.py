"""The database refuses to edit history: UPDATE, DELETE, TRUNCATE, INSERT OR REPLACE.

Purpose: rows of every table but `balance` are written once; `balance` may be updated, never deleted
or replaced. On PostgreSQL the triggers fire ALWAYS, for replicas too; on SQLite an INSERT trigger
sees a replacement coming, which fires neither the UPDATE nor the DELETE trigger.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Append-only tables, each with the unique keys that INSERT OR REPLACE could hit on SQLite.
APPEND_ONLY = {
    "account": (("id",), ("code",), ("tag",)),
    "rate": (("id",),),
    "transfer": (
        ("account_id", "id"),
        ("account_id", "idem_key"),
        ("account_id", "version"),
        ("account_id", "hold_id", "from_bucket"),
        ("account_id", "late_hold_id"),
        ("account_id", "refunds_id", "refunded_before"),
    ),
    "evidence": (("account_id", "id"),),
}


def upgrade() -> None:
    """Create the guards."""
    if op.get_bind().dialect.name == "sqlite":
        _guards_sqlite()
    else:
        _guards_postgresql()


def downgrade() -> None:
    """Refused: a ledger is never left without its guards by a migration."""
    message = "The guards of the ledger are not taken off by a migration."
    raise RuntimeError(message)


def _guards_sqlite() -> None:
    for table, keys in APPEND_ONLY.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(_refusal_sqlite(table, verb, f"{verb.lower()}", "1"))
        # INSERT OR REPLACE fires neither of the two above; this one sees it coming.
        clash = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE "
            + " AND ".join(f"{column} = NEW.{column}" for column in key)
            + ")"
            for key in keys
        )
        op.execute(_refusal_sqlite(table, "INSERT", "replace", clash))
    op.execute(_refusal_sqlite("balance", "DELETE", "delete", "1"))
    clash = "EXISTS (SELECT 1 FROM balance WHERE account_id = NEW.account_id)"
    op.execute(_refusal_sqlite("balance", "INSERT", "replace", clash))


def _refusal_sqlite(table: str, verb: str, name: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {name} refused'); END"
    )


def _guards_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION billing_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP) "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in (*APPEND_ONLY, "balance"):
        verbs = "DELETE" if table == "balance" else "UPDATE OR DELETE"
        for name, event, level in (("rows", verbs, "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_append_only_{name} BEFORE {event} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION billing_append_only()"
            )
            # ALWAYS: else session_replication_role = replica would switch the guard off.
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only_{name}")
