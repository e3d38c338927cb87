"""The rows of a Parquet file as texts; needs the extra `fast`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from billing.errors import MissingExtra
from billing.statement.duck import open_duckdb
from billing.statement.source import Source

_BATCH: Final = 10_000
_NUMBER: Final = re.compile(r"DECIMAL|FLOAT|DOUBLE|REAL")


@contextmanager
def open_parquet(
    source: Source, decimal: str
) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """The names of the columns, and the rows, counted from 1.

    Raises:
        MissingExtra: DuckDB is not installed.
        StatementError: the file is no Parquet.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("fast", "Reading Parquet") from None
    connection, escaped = open_duckdb(source.path)
    try:
        described = connection.execute("DESCRIBE FROM read_parquet(?)", [escaped]).fetchall()
        names = [str(name) for name, *_rest in described]
        decimals = [i for i, (_n, kind, *_r) in enumerate(described) if _NUMBER.match(kind)]
        connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [escaped])
        yield names, _rows(connection, [] if decimal == "." else decimals, decimal)
    except duckdb.Error as error:
        raise source.error(str(error).partition("\n")[0]) from None
    finally:
        connection.close()


def _rows(connection: object, decimals: list[int], decimal: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while batch := connection.fetchmany(_BATCH):  # type: ignore[attr-defined]  # an extra's class
        for cells in batch:
            number += 1
            row = ["" if cell is None else cell for cell in cells]
            for place in decimals:
                row[place] = row[place].replace(".", decimal)
            yield number, row
