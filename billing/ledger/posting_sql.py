"""The SQL that moves money: the guarded update of a balance, and the rows it lets in.

The guard is in the WHERE of the update: money going out must leave the floor untouched and a hard
limit of the month unbroken, after all that comes back in the same group. What takes nothing, and
late charges (`forced`), pass both. Nothing passes into a closed month: `period` is the month that
a row is booked in (of a group, the earliest), `late` the closed month before it, of a row that is
too late for its own (of a group, the latest): it goes to the first open month and to no other. The
update takes the account's row lock, so its rows are written one after the other and versions are
dense.

`spend` counts in the month that the balance stands at; `back` counts in `back_month`, the month
that an earlier row counted in, and only while the balance stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from billing.database.statements import ARRAY_OF, BYTES, ID, INT, TEXT, TIME, Kind, Statement
from billing.database.statements import statement as _statement
from billing.ledger.rollup.sql import many_rolled, one_rolled

#: Columns of `transfer` and their types, in the order of the table.
COLUMNS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("account_id", "id"), ID),
    "version": INT,
    "kind": TEXT,
    **dict.fromkeys(("amount", "released"), INT),
    "idem_key": TEXT,
    "request_digest": BYTES,
    "hold_id": ID,
    "from_bucket": TEXT,
    "rate_id": ID,
    **dict.fromkeys(("images", "over_delivered"), INT),
    "late_hold_id": ID,
    "cost": INT,
    "cost_rate_id": ID,
    "actual_cost": INT,
    "refunds_id": ID,
    **dict.fromkeys(("refundable", "refunded_before"), INT),
    "quote_id": TEXT,
    "expires_at": TIME,
    **dict.fromkeys(("on_deadline", "request_id"), TEXT),
    **dict.fromkeys(("occurred_at", "recorded_at"), TIME),
    **dict.fromkeys(("reason", "actor", "tags"), TEXT),
    "month": INT,
    "member_id": ID,
    **dict.fromkeys(("over_limit", "member_over_limit", "booked_in"), INT),
}
BUCKETS: Final = ("available", "held", "in_doubt", "posted")
#: What a group of rows does to one balance, as parameters of the update.
SUMS: Final = (*BUCKETS, "takes", "forced", "rows", "spend", "back", "period", "late")
#: What is known of each of many rows beside its columns; and of those that the roll-up takes.
_OF_ROWS: Final = ("place", "turn", "counts", "so_far")
_ROLLED: Final = ("day", "asked")

_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys((*SUMS, "back_month", "now_month", *_ROLLED), INT),
    "now": TIME,
    "of_account": ID,
    "of_member": ID,
    **COLUMNS,
}
#: The same as arrays, for many balances and many rows in one statement of PostgreSQL.
_MANY: Final[dict[str, Kind]] = {
    **{name: _KINDS[name] for name in ("now", "now_month")},
    **{f"all_{name}": ARRAY_OF[_KINDS[name]] for name in (*SUMS, "of_account")},
    **{f"each_{name}": ARRAY_OF[kind] for name, kind in COLUMNS.items()},
    **{f"each_{name}": ARRAY_OF[INT] for name in (*_OF_ROWS, *_ROLLED)},
}

#: How a statement begins whose rows the database checks together: in one query, not row by row.
_MANY_ROWS: Final = "WITH many AS ("
#: The limit, where going above it is told and not refused.
_SOFT: Final = "CASE WHEN limit_kind = 'soft' THEN month_limit END"
#: The instant of the row when it is not ours: the clock of an account never runs backwards.
_LATER: Final[dict[str, str]] = {
    "sqlite": "CASE WHEN recorded_at > :now THEN recorded_at END",
    "postgresql": "CASE WHEN recorded_at > :now "
    "THEN (extract(epoch FROM recorded_at) * 1000000)::bigint END",
}
_MONTH: Final = "{greatest}(month, :now_month)"


def _months(given: Mapping[str, str]) -> tuple[str, str]:
    """The changed columns of a month, and the condition that keeps its limit."""
    spent = "CASE WHEN month < :now_month THEN 0 ELSE month_spent END"
    if "spend" in given:
        spent += f" + {given['spend']}"
    if "back" in given:
        spent += f" + CASE WHEN {given['back_month']} = {_MONTH} THEN {given['back']} ELSE 0 END"
    # What is forced counts in the present month, always: other rows of its group are no part of it.
    forced = "CASE WHEN month < :now_month THEN 0 ELSE month_forced END"
    if "forced" in given:
        forced += f" + {given['forced']}"
    return (
        f"month = {_MONTH}, month_spent = {spent}, month_forced = {forced}",
        f"(month_limit IS NULL OR limit_kind = 'soft' OR {spent} <= month_limit)",
    )


def _move(given: Mapping[str, str], source: str, where: str, *, is_group: bool) -> str:
    """The guarded update of `balance`, by the SQL of each sum that is not always zero.

    An expression costs by its length in every transaction: what one row leaves as it is, is not in
    its statement.
    """
    months, within = _months(given)
    moved = "".join(
        f"{bucket} = balance.{bucket} + {given[bucket]}, "
        for bucket in (*BUCKETS, "forced")
        if bucket in given
    )
    text = (
        f"UPDATE balance SET {moved}version = version + {given['rows']}, {months}, "  # noqa: S608
        f"recorded_at = {{greatest}}(recorded_at, :now){source} "
        f"WHERE {where} AND closed_through < {given['period']}"
    )
    if "late" in given:
        text += f" AND closed_through >= {given['late']}"
    if "takes" not in given:
        return text
    guard = f"balance.available + {given['available']} >= floor"
    if is_group:
        guard = (
            f"({given['takes']} = 0 OR {given['forced']} > 0 "
            f"OR ({guard} AND ({given['spend']} <= 0 OR {within})))"
        )
    elif "spend" in given:
        guard += f" AND {within}"
    return f"{text} AND {guard}"


def _move_one(sums: tuple[str, ...]) -> str:
    """For one row, with only those sums that it changes: those for a group have all of them."""
    given = {name: f":{name}" for name in sums}
    is_group = "rows" in given
    given["back_month"] = ":back_month" if is_group else ":month"
    return _move({"rows": "1"} | given, "", "account_id = :account_id", is_group=is_group)


@cache
def move(dialect: str, sums: tuple[str, ...] = SUMS) -> Statement:
    """Move the buckets of one balance under guard.

    Answers (version, month, month_spent, soft limit, later instant), or no row when refused.
    """
    answers = f"version, month, month_spent, {_SOFT}, {_LATER[dialect]}"
    return _statement(dialect, f"{_move_one(sums)} RETURNING {answers}", _KINDS)


@cache
def allow(dialect: str) -> Statement:
    """Count rows against their member, under the member's limit.

    Answers (month_spent, soft limit), or no row when refused.
    """
    months, within = _months({name: f":{name}" for name in (*SUMS, "back_month")})
    text = (
        "UPDATE allowance SET held = held + :held, in_doubt = in_doubt + :in_doubt, "  # noqa: S608
        f"posted = posted + :posted, {months} "
        "WHERE account_id = :account_id AND member_id = :of_member "
        f"AND (:forced > 0 OR :spend <= 0 OR {within}) RETURNING month_spent, {_SOFT}"
    )
    return _statement(dialect, text, _KINDS)


@cache
def write(dialect: str, columns: tuple[str, ...]) -> Statement:
    """Write a row whose decided columns are known."""
    values = ", ".join(f":{name}" for name in columns)
    text = f"INSERT INTO transfer ({', '.join(columns)}) VALUES ({values})"  # noqa: S608
    return _statement(dialect, text, _KINDS)


@cache
def write_many(columns: tuple[str, ...]) -> Statement:
    """The same for many rows at once, on PostgreSQL."""
    arrays = ", ".join(f":each_{name}" for name in columns)
    text = (
        f"{_MANY_ROWS}SELECT * FROM unnest({arrays})) "  # noqa: S608
        f"INSERT INTO transfer ({', '.join(columns)}) SELECT * FROM many"
    )
    return _statement("postgresql", text, _MANY)


@cache
def move_and_write(
    columns: tuple[str, ...], sums: tuple[str, ...], *, counts: bool, rolls: bool
) -> Statement:
    """Move and write in one statement, for PostgreSQL: neither happens when refused.

    Answers (version, month of the row, over_limit, later instant).

    Args:
        columns: those of the row that have a value; without `occurred_at` it is now.
        sums: those that the row changes.
        counts: the row counts in the month that the balance stands at.
        rolls: it is added to the roll-up.
    """
    decided = {"version": "version", "recorded_at": "recorded_at"}
    returned = "version, recorded_at"
    if "occurred_at" not in columns:
        decided["occurred_at"] = ":now"
    if counts:
        decided["month"] = "month"
        returned += ", month"
    if "spend" in sums:
        decided["over_limit"] = "CASE WHEN month_spent > soft THEN month_spent - soft END"
        returned += f", month_spent, {_SOFT} AS soft"
    plain = [name for name in columns if name not in decided]
    values = [f":{name}" for name in plain]
    text = (
        f"WITH moved AS ({_move_one(sums)} RETURNING {returned})"  # noqa: S608
        f"{f', {one_rolled(columns)}' if rolls else ''} "
        f"INSERT INTO transfer ({', '.join([*plain, *decided])}) "
        f"SELECT {', '.join([*values, *decided.values()])} FROM moved "
        f"RETURNING version, month, over_limit, {_LATER['postgresql']}"
    )
    return _statement("postgresql", text, _KINDS)


@cache
def move_and_write_many(columns: tuple[str, ...], *, rolls: bool) -> Statement:
    """Move many balances and write all their rows in one statement, for PostgreSQL.

    Balances are locked in the order of their ids. One that refuses its rows moves nothing and is
    missing from the answers: (place of the account, version before, month, spent before, soft
    limit, later instant).
    """
    sums = ", ".join(f":all_{name}" for name in (*SUMS, "of_account"))
    moves = _move(
        {name: f"s.{name}" for name in SUMS} | {"back_month": ":now_month"},
        f" FROM (SELECT * FROM unnest({sums}) WITH ORDINALITY AS s({', '.join(SUMS)}, "  # noqa: S608
        "of_account, place)) AS s JOIN locked ON locked.account_id = s.of_account",
        "balance.account_id = s.of_account",
        is_group=True,
    )
    decided = {
        "account_id": "moved.account_id",
        "version": "moved.before + many.turn",
        "month": "CASE WHEN many.counts = 1 THEN moved.month ELSE many.month END",
        "over_limit": "CASE WHEN many.counts = 1 AND many.amount > 0 "
        "AND moved.spent + many.so_far > moved.soft "
        "THEN moved.spent + many.so_far - moved.soft END",
        "recorded_at": "moved.recorded_at",
    }
    plain = [name for name in columns if name not in decided]
    arrays = [*plain, "month", *_OF_ROWS, *(_ROLLED if rolls else ())]
    text = (
        f"{_MANY_ROWS}SELECT * FROM unnest({', '.join(f':each_{name}' for name in arrays)}) "  # noqa: S608
        f"AS many({', '.join(arrays)})), "
        "locked AS MATERIALIZED (SELECT account_id FROM balance "
        "WHERE account_id = ANY(:all_of_account) ORDER BY account_id FOR UPDATE), "
        f"moved AS ({moves} RETURNING balance.account_id, s.place, version - s.rows AS before, "
        f"month, month_spent - s.spend AS spent, {_SOFT} AS soft, recorded_at), "
        f"{f'{many_rolled(columns)}, ' if rolls else ''}"
        f"written AS (INSERT INTO transfer ({', '.join([*plain, *decided])}) "
        f"SELECT {', '.join([*(f'many.{name}' for name in plain), *decided.values()])} "
        "FROM many JOIN moved ON moved.place = many.place) "
        f"SELECT place, before, month, spent, soft, {_LATER['postgresql']} FROM moved"
    )
    return _statement("postgresql", text, _MANY)


_EVIDENCE: Final[dict[str, Kind]] = {
    **dict.fromkeys(("account_id", "id", "hold_id", "transfer_id"), ID),
    **dict.fromkeys(("request_id", "detail"), TEXT),
    **dict.fromkeys(("http_status", "delivered"), INT),
    "recorded_at": TIME,
}


@cache
def write_evidence(dialect: str) -> Statement:
    """Write a row of `evidence`."""
    values = ", ".join(f":{name}" for name in _EVIDENCE)
    text = f"INSERT INTO evidence ({', '.join(_EVIDENCE)}) VALUES ({values})"  # noqa: S608
    return _statement(dialect, text, _EVIDENCE)


@cache
def stands(dialect: str, *, of_member: bool = False) -> Statement:
    """Where a balance (or an allowance) stands, locked until the end of the transaction.

    Answers (available, floor, newest closed month, month, month_spent, month_limit, 1 if the limit
    is soft).
    """
    money = "0, 0, 0" if of_member else "available, floor, closed_through"
    table, key = ("allowance", " AND member_id = :of_member") if of_member else ("balance", "")
    lock = "" if dialect == "sqlite" or of_member else " FOR UPDATE"
    text = (
        f"SELECT {money}, month, month_spent, month_limit, "  # noqa: S608
        f"CASE WHEN limit_kind = 'soft' THEN 1 ELSE 0 END FROM {table} "
        f"WHERE account_id = :of_account{key}{lock}"
    )
    return _statement(dialect, text, _KINDS)
