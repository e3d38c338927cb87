"""DuckDB in memory, for one file and nothing else; needs the extra `fast`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

#: What a path may not mean: a pattern for many files.
_PATTERN: Final = re.compile(r"([*?\[])")


def open_duckdb(path: Path) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection, and the path as its queries write it.

    Raises:
        ImportError: DuckDB is not installed.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": "2",
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    # Nothing but this file is opened, whatever is in it.
    whole = str(path.absolute())
    escaped = _PATTERN.sub(r"[\1]", whole)
    connection.execute("SET allowed_paths = [?, ?]", [whole, escaped])
    connection.execute("SET enable_external_access = false")
    return connection, escaped
