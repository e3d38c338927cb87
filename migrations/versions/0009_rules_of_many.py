"""The rules of a row on PostgreSQL in one trigger, and for many rows at once in another.

Purpose: the triggers that look at a new transfer take half of what a row of a batch costs. They
become one, with one look-up. Rows of a statement that begins with `_MANY` are checked by a
statement trigger, in one query over all that it added. The text of a statement cannot change while
it runs, so every row meets exactly one of the two, whoever writes it. The rules stay what they
were; since the second sees all rows at once, a row must also be younger, by its version, than the
one that it comes from. Both look in the ledger's own schema, whatever the path of the session: a
temporary table cannot stand before a real one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: How a statement begins whose rows are checked together; `billing.ledger.posting_sql` writes it.
_MANY = "WITH many AS ("

_MONTHS = "BETWEEN 190001 AND 999912"
#: The month (YYYYMM, UTC) in which a new row occurred.
_OCCURRED = (
    "(extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 "
    "+ extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint"
)
#: Of a balance `b`: while nothing is closed, no month is worked out.
_IS_OPEN = (
    "CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in "
    f"AND NEW.booked_in > {_OCCURRED} AND NEW.booked_in {_MONTHS} "
    f"WHEN b.closed_through > 0 THEN b.closed_through < {_OCCURRED} ELSE true END"
)

_NO_HOLD = "NEW.hold_id IS NULL AND NEW.from_bucket IS NULL"
_NO_DEADLINE = "NEW.on_deadline IS NULL AND NEW.expires_at IS NULL"
_NO_LINKS = "NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL"
_OF_HOLD = f"NEW.hold_id IS NOT NULL AND {_NO_DEADLINE} AND {_NO_LINKS}"
_UNHELD = f"{_NO_HOLD} AND {_NO_DEADLINE} AND NEW.released = 0"
_FROM_EITHER = "NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt')"
#: What a row must keep by its kind, without a look elsewhere; the same as in revision 0003.
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
    "AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL "
    "OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0)",
    "top-up": f"{_UNHELD} AND {_NO_LINKS}",
}
_LIMIT = 1_000_000_000_000_000_000
_COSTED = "(NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL)"
_SAME_MEMBER = "coalesce({0}.member_id, {0}.account_id) = coalesce(NEW.member_id, NEW.account_id)"

#: Tables that a row is looked up in: by their primary keys alone, since with more in the WHERE a
#: planner without statistics may prefer an index that has all rows of the account. For @ comes the
#: schema of the ledger.
_BALANCE = ("@balance b", "b.account_id = NEW.account_id", _IS_OPEN)
_ACCOUNT_AND_RATE = (
    "@account a, @rate r",
    "a.id = NEW.account_id AND r.id = NEW.rate_id",
    "r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)",
)
_HOLD = (
    "@transfer h",
    "h.account_id = NEW.account_id AND h.id = NEW.hold_id",
    "h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released "
    f"AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND {_SAME_MEMBER.format('h')}",
)
_PAID = (
    "@transfer p",
    "p.account_id = NEW.account_id AND p.id = NEW.refunds_id",
    "p.version < NEW.version AND p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable "
    f"AND {_SAME_MEMBER.format('p')}",
)
#: Where a row comes from, by the column that says so; every row has a balance.
_ORIGINS = {"hold_id": _HOLD, "refunds_id": _PAID, "rate_id": _ACCOUNT_AND_RATE}
_ORIGIN_OF = {
    "hold": "rate_id",
    **dict.fromkeys(("capture", "void", "expire", "doubt"), "hold_id"),
    "refund": "refunds_id",
}
#: The same for references that most rows do not have.
_RARE = {
    "late_hold_id": (
        "@transfer e",
        "e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire'",
        "e.version < NEW.version",
    ),
    "cost_rate_id": ("@rate r", "r.id = NEW.cost_rate_id", "true"),
    "member_id": ("@account m", "m.id = NEW.member_id", "m.parent_id = NEW.account_id"),
}


def upgrade() -> None:
    """Put them in the place of those that were there."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for name in ("period", "rules"):
        op.execute(f"DROP TRIGGER IF EXISTS transfer_{name} ON transfer")
        op.execute(f"DROP FUNCTION IF EXISTS billing_transfer_{name}()")
    for function in (_rules_of_one(), _rules_of_many()):
        op.execute(function.replace("@", f"{_schema()}."))
    begins = f"starts_with(current_query(), '{_MANY}')"
    _always("rules", f"BEFORE INSERT ON transfer FOR EACH ROW WHEN ({begins} IS NOT TRUE)")
    _always(
        "rules_of_many",
        "AFTER INSERT ON transfer REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT WHEN ({begins})",
    )


def downgrade() -> None:
    """Refused: the rules of a row are never taken off by a migration."""
    message = "The rules of the ledger are not taken off by a migration."
    raise RuntimeError(message)


def _schema() -> str:
    found = (
        "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.oid = 'transfer'::regclass"
    )
    name = op.get_bind().execute(sa.text(found)).scalar_one()
    return '"' + str(name).replace('"', '""') + '"'


def _always(name: str, when: str) -> None:
    function = f"billing_transfer_{name}"
    op.execute(f"CREATE TRIGGER transfer_{name} {when} EXECUTE FUNCTION {function}()")
    op.execute(f"ALTER TABLE transfer ENABLE ALWAYS TRIGGER transfer_{name}")


def _rules_of_one() -> str:
    """The usual row is decided by two expressions and one look-up."""
    kept = " ".join(
        f"WHEN '{kind}' THEN IF NOT ({_kept(kind)}) THEN {_raised(repr(kind))} END IF; "
        f"broken := {_looked_up(kind)};"
        for kind in RULES
    )
    rare = " ".join(
        f"IF NEW.{name} IS NOT NULL THEN IF NOT {_is_found(looked)} THEN "
        f"{_raised(repr(name))} END IF; END IF;"
        for name, looked in _RARE.items()
    )
    return (
        "CREATE FUNCTION billing_transfer_rules() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE broken text; BEGIN "
        f"CASE NEW.kind {kept} ELSE {_raised(repr('kind'))} END CASE; "
        f"IF broken <> '' THEN {_raised('broken')} END IF; {rare} RETURN NEW; END $$"
    )


def _rules_of_many() -> str:
    """A query for each kind that there is: what a query names costs, whether it is used or not."""
    kinds = " ".join(
        f"WHEN '{kind}' THEN "
        + _first_broken(
            f"CASE WHEN ({_kept(kind)}) IS NOT TRUE THEN '{kind}' ELSE {_looked_up(kind)} END",
            f"NEW.kind = '{kind}'",
        )
        for kind in RULES
    )
    rare = " AND ".join(
        f"(NEW.{name} IS NULL OR {_is_found(looked)})" for name, looked in _RARE.items()
    )
    rare = f"CASE WHEN {rare} THEN '' ELSE 'origin' END"
    # NEW is each of the rows that were added here, and no variable of the trigger's.
    return (
        "CREATE FUNCTION billing_transfer_rules_of_many() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "#variable_conflict use_column\n"
        "DECLARE broken text; sort text; kinds text[]; referring bigint; BEGIN "
        "SELECT array_agg(DISTINCT kind), count(late_hold_id) + count(cost_rate_id) "
        "+ count(member_id) INTO kinds, referring FROM added; "
        "IF kinds IS NULL THEN RETURN NULL; END IF; "
        f"FOREACH sort IN ARRAY kinds LOOP CASE sort {kinds} ELSE {_raised(repr('kind'))} "
        "END CASE; END LOOP; "
        f"IF referring > 0 THEN {_first_broken(rare)} "
        "END IF; RETURN NULL; END $$"
    )


def _first_broken(rule: str, which: str = "true") -> str:
    return (
        f"SELECT rule INTO broken FROM (SELECT {rule} AS rule FROM added AS new WHERE {which}) "
        f"AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN {_raised('broken')} END IF;"
    )


def _looked_up(kind: str) -> str:
    """The name of the rule that is broken, or an empty text."""
    if (name := _ORIGIN_OF.get(kind)) is not None:
        return _look_up(name, *_ORIGINS[name])
    priced = _look_up("rate_id", *_ORIGINS["rate_id"])
    return f"CASE WHEN NEW.rate_id IS NOT NULL THEN {priced} ELSE {_look_up('account_id')} END"


def _look_up(name: str, tables: str = "", by_keys: str = "true", holds: str = "true") -> str:
    balance, by_account, is_open = _BALANCE
    return (
        f"coalesce((SELECT CASE WHEN ({holds}) IS NOT TRUE THEN '{name}' "
        f"WHEN {is_open} THEN '' ELSE 'period' END "
        f"FROM {balance}{tables and ', '}{tables} WHERE {by_account} AND {by_keys}), '{name}')"
    )


def _kept(kind: str) -> str:
    if kind == "adjustment":
        return f"{RULES[kind]} AND NEW.amount BETWEEN {-_LIMIT} AND {_LIMIT}"
    return f"{RULES[kind]} AND {_COSTED} AND NEW.amount BETWEEN 0 AND {_LIMIT}"


def _is_found(looked: tuple[str, str, str]) -> str:
    tables, by_keys, holds = looked
    return f"coalesce((SELECT {holds} FROM {tables} WHERE {by_keys} LIMIT 1), false)"


def _raised(rule: str) -> str:
    return (
        "RAISE EXCEPTION USING ERRCODE = 'check_violation', "
        f"MESSAGE = 'transfer breaks a rule of the ledger: ' || ({rule});"
    )
