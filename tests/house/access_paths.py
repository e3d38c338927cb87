"""How a database would get at the rows of a statement, by the plan it makes for it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Connection

#: Bound by a value; `= ANY` or the row of a join may be many.
_ONE_ACCOUNT: Final = re.compile(r"\baccount_id ?= ?(?:'|\?)")
_CONDITIONS: Final = ("Index Cond", "Recheck Cond", "Filter")


def accesses(connection: Connection, sql: str, tables: Collection[str]) -> list[str]:
    """By which condition each access to these tables finds its rows; "" is all of them."""
    if connection.dialect.name == "sqlite":
        return _accesses_of_sqlite(connection, sql, tables)
    # The tables of a test are nearly empty; what counts is what a plan can be bound by.
    connection.exec_driver_sql("SET enable_seqscan = off")
    (plans,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%")).one()
    return [
        " ".join(str(node.get(condition, "")) for condition in _CONDITIONS)
        for plan in (json.loads(plans) if isinstance(plans, str) else plans)
        for node in _nodes(plan["Plan"])
        if node.get("Relation Name") in tables and node["Node Type"].endswith("Scan")
    ]


def is_of_one_account(condition: str) -> bool:
    """Whether a condition of a plan holds for the rows of one account only."""
    return _ONE_ACCOUNT.search(condition) is not None


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _accesses_of_sqlite(connection: Connection, sql: str, tables: Collection[str]) -> list[str]:
    aliases = re.findall(r"\b(\w+)\s+(?:AS\s+)?(\w+)", sql, re.IGNORECASE)
    names = {*tables, *(alias for table, alias in aliases if table in tables)}
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")
    words = [str(step[3]).split(maxsplit=2) for step in steps]
    return [" ".join(step[2:]) for step in words if step[1:] and step[1] in names]
