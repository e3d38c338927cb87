"""Many rows of a table in few statements: what a whole file fills, and no single verb.

SQLite copies each page that a statement touches before the triggers may refuse it, so a statement
of many rows takes half as long as one for each of them. PostgreSQL takes them by COPY.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection

from billing.database.engines import may_pass, unavailable
from billing.database.statements import BYTES, ID, Kind
from billing.database.wire import Clash, is_taken

#: Values to a statement of SQLite, which takes 32,766 of them.
_VALUES_MAX: Final = 16_000
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

#: Cells as SQLite keeps them: ids and digests are bytes, instants texts.
Cells = tuple[int | str | bytes | None, ...]


def insert_rows(
    connection: Connection, table: str, columns: Mapping[str, Kind], rows: Sequence[Cells]
) -> None:
    """Write rows in an open transaction.

    Raises:
        Clash: a constraint refused one of them; roll the transaction back.
        LedgerUnavailable: locked or away.
    """
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi
    try:
        if connection.dialect.name == "sqlite":
            for start in range(0, len(rows), size := _VALUES_MAX // len(columns)):
                some = rows[start : start + size]
                text = _insert(table, tuple(columns), len(some))
                driver.execute(text, tuple(chain.from_iterable(some)))
        else:
            with driver.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                copy.write(_copied(columns.values(), rows))
    except errors.IntegrityError as error:
        raise Clash(str(error), is_taken=is_taken(error)) from error
    except errors.Error as error:
        raise unavailable(str(error).partition("\n")[0], passes=may_pass(error)) from error


@lru_cache(8)
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608


def _copied(kinds: Collection[Kind], rows: Sequence[Cells]) -> str:
    """The rows in the text format of COPY."""
    columns = [
        [_text(cell, kind) for cell in cells]
        for cells, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
    return "".join(["\t".join(row) + "\n" for row in zip(*columns, strict=True)])


def _text(cell: int | str | bytes | None, kind: Kind) -> str:
    if cell is None:
        return "\\N"
    if isinstance(cell, bytes):
        assert kind is ID or kind is BYTES
        return cell.hex() if kind is ID else f"\\\\x{cell.hex()}"
    return cell.translate(_ESCAPED) if isinstance(cell, str) else str(cell)
