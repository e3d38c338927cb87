"""Ways round the guards are closed: a row's place on SQLite, and the keys of projections.

Purpose: INSERT OR REPLACE removes whatever row stands in its way. On SQLite that may be one with
the same `rowid`, which no declared key tells of, or another ending of the same hold; the guards now
see both coming. UPDATE OR REPLACE of a key takes another row away in the same manner: the keys of
`balance`, `allowance` and `rollup` stay what they are, on PostgreSQL too. On SQLite what looks at a
new transfer becomes one trigger. Each guard is made anew, whether the old one was there or not.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Every table with the unique keys that a new row could hit; the ones of a partial index apart.
_KEYS = {
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
    "seal": (("account_id", "from_version"), ("account_id", "to_version")),
    "limit_change": (("account_id", "number"), ("account_id", "idem_key")),
    "period_event": (("month", "number"),),
    "recon_run": (("number",),),
    "recon_item": (("run", "number"),),
    "balance": (("account_id",),),
    "allowance": (("account_id", "member_id"),),
}
#: A hold ends once, whichever bucket its money leaves.
_ENDED = (
    "NEW.kind <> 'doubt' AND EXISTS (SELECT 1 FROM transfer WHERE account_id = NEW.account_id "
    "AND hold_id = NEW.hold_id AND hold_id IS NOT NULL AND kind <> 'doubt')"
)
#: The keys of what is updated; `rollup` has no rowid on SQLite.
_PROJECTIONS = {
    "balance": ("account_id",),
    "allowance": ("account_id", "member_id"),
    "rollup": (
        *("account_id", "month", "kind", "booked_in"),
        *("spender_id", "rate_id", "cost_rate_id", "day"),
    ),
}
_ROWID = ("rowid", "oid", "_rowid_")

_SAME_MEMBER = "coalesce({0}.member_id, {0}.account_id) = coalesce(NEW.member_id, NEW.account_id)"
_BY_KEY = "coalesce((SELECT {1} FROM transfer {0} WHERE {0}.account_id = NEW.account_id "
_BY_KEY += "AND {0}.id = NEW.{2}), false)"
#: Where a transfer comes from, by the column that says so; as in revision 0003.
_ORIGINS = {
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
_RARE_ORIGINS = {
    "late_hold_id": "EXISTS (SELECT 1 FROM transfer e WHERE e.account_id = NEW.account_id "
    "AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire')",
    "cost_rate_id": "EXISTS (SELECT 1 FROM rate r WHERE r.id = NEW.cost_rate_id)",
    "member_id": "EXISTS (SELECT 1 FROM account m WHERE m.id = NEW.member_id "
    "AND m.parent_id = NEW.account_id)",
}
_OCCURRED = "CAST(substr(NEW.occurred_at, 1, 4) || substr(NEW.occurred_at, 6, 2) AS INTEGER)"
#: As in revision 0006.
_IS_CLOSED = (
    f"NEW.booked_in <= {_OCCURRED} OR (SELECT closed_through >= coalesce(NEW.booked_in, "
    f"{_OCCURRED}) FROM balance WHERE account_id = NEW.account_id)"
)


def upgrade() -> None:
    """Make the guards anew."""
    if op.get_bind().dialect.name == "sqlite":
        _guards_sqlite()
    else:
        _guards_postgresql()


def downgrade() -> None:
    """Refused: a ledger is never left without its guards by a migration."""
    message = "The guards of the ledger are not taken off by a migration."
    raise RuntimeError(message)


def _guards_sqlite() -> None:
    for table in _KEYS:
        refused = f"RAISE(ABORT, '{table} is append-only: replace refused')"
        # Before a row is written, -1 stands for a rowid that was not given: none may be there.
        _trigger(f"{table}_no_rowid", f"AFTER INSERT ON {table} WHEN NEW.rowid < 0", refused)
        if table != "transfer":
            when = f"BEFORE INSERT ON {table} WHEN {_clashes(table)}"
            _trigger(f"{table}_no_replace", when, refused)
    for table, key in _PROJECTIONS.items():
        columns = key if table == "rollup" else (*key, *_ROWID)
        refused = f"RAISE(ABORT, '{table} is append-only: change of key refused')"
        _trigger(f"{table}_no_rekey", f"BEFORE UPDATE OF {', '.join(columns)} ON {table}", refused)
    for name in ("no_replace", "origin", "period"):
        op.execute(f"DROP TRIGGER IF EXISTS transfer_{name}")
    _trigger("transfer_rules", "BEFORE INSERT ON transfer", f"CASE {_rules()} END")


def _trigger(name: str, when: str, does: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT {does}; END")


def _clashes(table: str) -> str:
    keys = (("rowid",), *_KEYS[table])
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in key)
        + ")"
        for key in keys
    )


def _rules() -> str:
    """What a new transfer must not be, in the order in which it is told."""
    first = " ".join(f"WHEN NEW.{name} IS NOT NULL THEN {rule}" for name, rule in _ORIGINS.items())
    rare = "".join(f" AND (NEW.{name} IS NULL OR {rule})" for name, rule in _RARE_ORIGINS.items())
    broken = "transfer breaks a rule of the ledger:"
    rules = {
        "transfer is append-only: replace refused": f"{_clashes('transfer')} OR {_ENDED}",
        f"{broken} origin": f"NOT (CASE {first} END{rare})",
        f"{broken} period": _IS_CLOSED,
    }
    return " ".join(f"WHEN {when} THEN RAISE(ABORT, '{told}')" for told, when in rules.items())


def _guards_postgresql() -> None:
    # AFTER, as the foreign keys' own: a BEFORE trigger would lock the row once more at each update.
    for table, key in _PROJECTIONS.items():
        name = f"{table}_append_only_keys"
        op.execute(
            f"CREATE TRIGGER {name} AFTER UPDATE OF {', '.join(key)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION billing_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
