"""The constraints that decide every race and bound every figure: are all of them still there?

Primary keys, unique keys and indexes, and CHECKs, as the database itself writes them. Without a
unique index two captures of one hold would both be let in, long before anybody verifies. A test
compares the lists with what a fresh upgrade makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, text

from billing.database.tables import metadata

_LIMIT: Final = (
    "CHECK month_limit IS NULL OR limit_kind = 'soft' OR month_spent - month_forced <= month_limit"
)
#: On both engines, without brackets: the two write them differently.
_EVERYWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "account": (
        "PRIMARY KEY id",
        "UNIQUE code",
        "UNIQUE tag",
        "CHECK limit_kind IN 'hard', 'soft'",
        "CHECK month_limit >= 0",
    ),
    "allowance": (
        "PRIMARY KEY account_id, member_id",
        "CHECK held >= 0 AND in_doubt >= 0",
        "CHECK limit_kind IN 'hard', 'soft'",
        _LIMIT,
    ),
    "balance": (
        "PRIMARY KEY account_id",
        "CHECK available + forced >= floor",
        "CHECK held >= 0",
        "CHECK in_doubt >= 0",
        _LIMIT,
    ),
    "evidence": ("PRIMARY KEY account_id, id",),
    "limit_change": (
        "PRIMARY KEY account_id, number",
        "UNIQUE account_id, idem_key",
        "CHECK limit_kind IN 'hard', 'soft'",
        "CHECK member_id IS NULL = floor IS NOT NULL",
        "CHECK month_limit >= 0",
        "CHECK reason <> '' AND actor <> ''",
    ),
    "period_event": (
        "PRIMARY KEY month, number",
        "CHECK month >= 190001 AND month <= 999912 AND number >= 1",
        "CHECK kind IN 'close', 'reopen'",
        "CHECK kind = 'close' = number % 2 = 1",
        "CHECK forced = 0 OR forced = 1 AND kind = 'close'",
        "CHECK actor <> '' AND kind = 'close' OR reason IS NOT NULL AND reason <> ''",
        "CHECK report_digest IS NOT NULL = kind = 'close' "
        "AND book_digests IS NOT NULL = kind = 'close'",
    ),
    "rate": ("PRIMARY KEY id",),
    "recon_item": (
        "PRIMARY KEY run, number",
        "CHECK number >= 1",
        "CHECK decision IN 'capture', 'void', 'cost', 'refund', 'carry', 'resolve', 'person'",
        "CHECK of_run IS NOT NULL = decision = 'resolve'",
    ),
    "recon_run": (
        "PRIMARY KEY month, number",
        "UNIQUE number",
        "CHECK number >= 1 AND items >= 0",
        "CHECK month >= 190001 AND month <= 999912",
        "CHECK supersedes < number",
        "CHECK is_clean IN 0, 1",
        "CHECK actor <> '' AND approver IS NULL OR approver <> actor",
    ),
    "rollup": (
        "PRIMARY KEY account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day",
    ),
    "seal": (
        "PRIMARY KEY account_id, from_version",
        "UNIQUE account_id, to_version",
        "CHECK from_version >= 0 AND to_version >= from_version",
    ),
    "transfer": (
        "PRIMARY KEY account_id, id",
        "UNIQUE account_id, idem_key",
        "UNIQUE account_id, version",
        "UNIQUE account_id, hold_id WHERE hold_id IS NOT NULL AND kind <> 'doubt'",
        "UNIQUE account_id, hold_id, from_bucket WHERE hold_id IS NOT NULL",
        "UNIQUE account_id, late_hold_id WHERE late_hold_id IS NOT NULL",
        "UNIQUE account_id, refunds_id, refunded_before WHERE refunds_id IS NOT NULL",
    ),
}
#: On PostgreSQL a trigger of `guards` has the rules of a transfer.
_ON_SQLITE: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer": (
        "CHECK kind = 'hold' OR kind = 'doubt' OR kind = 'capture' OR kind = 'void' "
        "OR kind = 'expire' OR kind = 'charge' OR kind = 'refund' OR kind = 'adjustment' "
        "OR kind = 'top-up'",
        "CHECK amount >= 0 OR kind = 'adjustment'",
        "CHECK amount BETWEEN -1000000000000000000 AND 1000000000000000000",
        "CHECK released >= 0 AND released = 0 OR kind = 'capture'",
        "CHECK hold_id IS NOT NULL = kind = 'doubt' OR kind = 'capture' OR kind = 'void' "
        "OR kind = 'expire'",
        "CHECK CASE WHEN kind = 'doubt' OR kind = 'capture' OR kind = 'void' OR kind = 'expire' "
        "THEN from_bucket IN 'held', 'in_doubt' ELSE from_bucket IS NULL END",
        "CHECK CASE WHEN kind = 'hold' THEN rate_id IS NOT NULL AND images >= 1 "
        "AND expires_at IS NOT NULL AND on_deadline IN 'expire', 'doubt' "
        "ELSE on_deadline IS NULL AND expires_at IS NULL END",
        "CHECK kind <> 'doubt' OR from_bucket = 'held'",
        "CHECK kind <> 'adjustment' OR reason <> '' AND actor <> ''",
        "CHECK late_hold_id IS NULL OR kind = 'charge'",
        "CHECK CASE WHEN kind = 'adjustment' THEN cost_rate_id IS NULL AND cost IS NULL "
        "OR cost IS NOT NULL AND cost <> 0 AND amount = 0 "
        "ELSE cost IS NULL = cost_rate_id IS NULL END",
        "CHECK CASE WHEN kind = 'refund' THEN refunds_id IS NOT NULL AND refunded_before >= 0 "
        "AND refunded_before + amount <= refundable ELSE refunds_id IS NULL END",
        "CHECK month BETWEEN 190001 AND 999912",
        "CHECK over_limit > 0",
        "CHECK member_over_limit > 0",
        "CHECK booked_in BETWEEN 190001 AND 999912",
    ),
}

_SQLITE_MASTER: Final = text(
    "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') "
    "AND sql IS NOT NULL AND tbl_name IN :tables"
).bindparams(bindparam("tables", expanding=True))
#: Constraints that hold (p, u, c), and unique indexes that are no constraint.
_POSTGRESQL_CATALOG: Final = text(
    "SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
    "JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'c') "
    "AND pg_table_is_visible(c.oid) AND c.relname IN :tables "
    "UNION ALL SELECT c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), "
    "'^CREATE UNIQUE INDEX .* USING btree ', 'UNIQUE ') FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND i.indisvalid "
    "AND pg_table_is_visible(c.oid) AND c.relname IN :tables "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid "
    "AND k.contype IN ('p', 'u'))"
).bindparams(bindparam("tables", expanding=True))

_UNIQUE_INDEX: Final = re.compile(r"CREATE UNIQUE INDEX \S+ ON \S+ (.*)")
_FENCE: Final = re.compile(r"\b(PRIMARY KEY|UNIQUE|CHECK) ?\(")


def missing(connection: Connection) -> Iterator[str]:
    """Every constraint that is not there as it should be, in words."""
    there = found(connection)
    for table, fences in expected(connection.dialect.name).items():
        for fence in sorted(fences - there.get(table, set())):
            yield f"{table} has no {fence}: the database does not refuse what it should"


def expected(dialect: str) -> dict[str, set[str]]:
    """The constraints of an up-to-date schema, by table."""
    own = _ON_SQLITE if dialect == "sqlite" else {}
    return {table: {*fences, *own.get(table, ())} for table, fences in _EVERYWHERE.items()}


def found(connection: Connection) -> dict[str, set[str]]:
    """The constraints of this database, by table."""
    tables = {"tables": list(metadata.tables)}
    by_table: dict[str, set[str]] = {}
    if connection.dialect.name == "sqlite":
        for table, sql in connection.execute(_SQLITE_MASTER, tables):
            by_table.setdefault(table, set()).update(map(_plain, _of_sqlite(sql)))
    else:
        for table, fence in connection.execute(_POSTGRESQL_CATALOG, tables):
            by_table.setdefault(table, set()).add(_plain(fence))
    return by_table


def _plain(fence: str) -> str:
    """A constraint without what the engines write differently: casts, ANY, brackets."""
    words = re.sub(r"::\w+", "", fence).replace("= ANY (ARRAY[", "IN (")
    return re.sub(r"[][()]", "", words)


def _of_sqlite(sql: str) -> Iterator[str]:
    """The constraints in the text of a table or an index, which SQLite keeps as it was written."""
    words = " ".join(sql.split())
    index = _UNIQUE_INDEX.fullmatch(words)
    if index is not None:
        yield f"UNIQUE {index[1]}"
    elif words.startswith("CREATE TABLE"):
        for start in _FENCE.finditer(words):
            yield f"{start[1]} ({words[start.end() : _closing(words, start.end())]})"


def _closing(words: str, start: int) -> int:
    """Where the bracket that opened before `start` is closed; quoted ones do not count."""
    depth, is_quoted = 1, False
    for at in range(start, len(words)):
        if words[at] == "'":
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += (words[at] == "(") - (words[at] == ")")
        if depth == 0:
            return at
    return len(words)
