"""The SQL that keeps the roll-up: a day's sums, added to beside the transfers that they sum up.

Only ever added to, under the lock of the account's balance: two transactions cannot begin the same
row. On PostgreSQL an upsert; on SQLite an insert where there is nothing yet and an update, because
the guard against INSERT OR REPLACE cannot tell an upsert from it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final

from billing.database.statements import ARRAY_OF, ID, INT, TEXT, Kind, Statement, statement

#: Kinds of transfer that a day's sums are made of.
ROLLED: Final = ("capture", "charge", "refund", "adjustment")
KEYS: Final[dict[str, Kind]] = {
    "account_id": ID,
    "month": INT,
    "kind": TEXT,
    "booked_in": INT,
    **dict.fromkeys(("spender_id", "rate_id", "cost_rate_id"), ID),
    "day": INT,
}
SUMS: Final = ("transfers", "asked", "images", "uncosted", "amount", "cost")

_KINDS: Final = {**KEYS, **dict.fromkeys(SUMS, INT)}
_MANY: Final = {f"each_{name}": ARRAY_OF[kind] for name, kind in _KINDS.items()}
_ROLLED: Final = ", ".join(f"'{kind}'" for kind in ROLLED)
_NO_ID: Final = f"'{'0' * 32}'::uuid"
_INTO: Final = f"INSERT INTO rollup ({', '.join(_KINDS)})"
_ON_TOP: Final = f"ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET " + ", ".join(
    f"{name} = rollup.{name} + excluded.{name}" for name in SUMS
)
_SAME: Final = " AND ".join(f"{name} = :{name}" for name in KEYS)
_ADD: Final = (
    "UPDATE rollup SET "  # noqa: S608
    + ", ".join(f"{name} = {name} + :{name}" for name in SUMS)
    + f" WHERE {_SAME}"
)


def one_rolled(columns: Collection[str]) -> str:
    """For `move_and_write`: adds the one row that `moved` lets in; it has these columns."""
    values = (
        ":account_id, :day / 100, :kind",
        f"{':booked_in' if 'booked_in' in columns else 0}, :account_id",
        _id_of("rate_id", ":rate_id", columns),
        _id_of("cost_rate_id", ":cost_rate_id", columns),
        f":day, 1, :asked, {':images' if 'images' in columns else 0}",
        "0, :amount, :cost" if "cost" in columns else "1, :amount, 0",
    )
    return f"rolled AS ({_INTO} SELECT {', '.join(values)} FROM moved {_ON_TOP})"  # noqa: S608


def many_rolled(columns: Collection[str]) -> str:
    """For `move_and_write_many`: adds up the rows of `many` whose account `moved` lets in."""
    keys = (
        "moved.account_id, many.day / 100, many.kind",
        "coalesce(many.booked_in, 0)" if "booked_in" in columns else "0",
        "moved.account_id",
        _id_of("rate_id", "many.rate_id", columns, is_nullable=True),
        _id_of("cost_rate_id", "many.cost_rate_id", columns, is_nullable=True),
        "many.day",
    )
    sums = (
        "count(*), sum(many.asked)",
        "coalesce(sum(many.images), 0)" if "images" in columns else "0",
        "count(*) - count(many.cost)" if "cost" in columns else "count(*)",
        "sum(many.amount)",
        "coalesce(sum(many.cost), 0)" if "cost" in columns else "0",
    )
    return (
        f"rolled AS ({_INTO} SELECT {', '.join((*keys, *sums))} FROM many "  # noqa: S608
        f"JOIN moved ON moved.place = many.place WHERE many.kind IN ({_ROLLED}) "
        f"GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 {_ON_TOP})"
    )


@cache
def add_many() -> Statement:
    """Add sums that are worked out already, on PostgreSQL; no two with the same keys."""
    arrays = ", ".join(f":each_{name}" for name in _KINDS)
    text = f"{_INTO} SELECT * FROM unnest({arrays}) {_ON_TOP}"  # noqa: S608
    return statement("postgresql", text, _MANY)


@cache
def begin() -> Statement:
    """Sums of nothing under their keys, on SQLite, unless there are some."""
    values = ", ".join([f":{name}" for name in KEYS] + ["0"] * len(SUMS))
    there = f"SELECT 1 FROM rollup WHERE {_SAME}"  # noqa: S608
    return statement("sqlite", f"{_INTO} SELECT {values} WHERE NOT EXISTS ({there})", _KINDS)


@cache
def add() -> Statement:
    """Add to the sums that are there, on SQLite."""
    return statement("sqlite", _ADD, _KINDS)


@cache
def add_if_begun() -> Statement:
    """The same; answers nothing when there are none."""
    return statement("sqlite", f"{_ADD} RETURNING 1", _KINDS)


def _id_of(name: str, value: str, columns: Collection[str], *, is_nullable: bool = False) -> str:
    if name not in columns:
        return _NO_ID
    return f"coalesce({value}, {_NO_ID})" if is_nullable else value
