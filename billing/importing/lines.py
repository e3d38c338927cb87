"""A usage file line by line, in bounded memory; what the cells say is `cells`' business.

Lines are mostly made of few combinations of cells, so each combination is read once.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Final, NamedTuple

from billing.importing.cells import (
    MONEY,
    SHARED,
    LeftLine,
    Unreadable,
    Usage,
    read_instant,
    read_request_id,
    read_tags,
    read_usage,
)
from billing.statement.source import Source
from pricing.csv_rows import LineError

REQUIRED: Final = ("request_id", "created_at", "model", "size", "quality", "n")
OPTIONAL: Final = ("account", "endpoint", "status", "cost", "tags")

#: Combinations that are remembered.
KNOWN_MAX: Final = 20_000


class UsageLine(NamedTuple):
    """One line of usage."""

    #: Of the file, counted from 1; the header is line 1.
    line: int
    request_id: str
    #: Aware UTC.
    created_at: datetime
    usage: Usage
    #: As the ledger keeps them.
    tags: str | None


class LineReader:
    """Reads a file as often as it is asked to."""

    def __init__(self, source: Source, *, account: str, needs_money: bool) -> None:
        """Take what the file does not say.

        Args:
            source: the file.
            account: of the lines that name none.
            needs_money: a line without `amount` and `currency` is wrong.
        """
        self._source, self._account, self._needs_money = source, account, needs_money
        self._known: dict[tuple[str, ...], Usage | LeftLine] = {}

    def lines(self) -> Iterator[UsageLine | LeftLine | LineError]:
        """Every line that is not blank, the wrong ones as errors.

        Raises:
            StatementError: the header lacks columns, or it is no CSV in UTF-8.
        """
        number = 0
        with self._source.text("utf-8-sig") as text:
            rows = csv.reader(text, strict=True)
            try:
                columns = self._columns(next(rows, []))
                number = rows.line_num
                for row in rows:
                    # A quoted field may hold line breaks: the line is where the record starts.
                    if row:
                        yield self._line(row, number + 1, columns)
                    number = rows.line_num
            except csv.Error as error:
                raise self._source.error(f"line {number + 1} or after: {error}") from None

    def _line(
        self, row: list[str], number: int, columns: _Columns
    ) -> UsageLine | LeftLine | LineError:
        try:
            if len(row) != columns.width:
                message = f"{len(row)} fields where the header has {columns.width}"
                raise Unreadable(message, None)
            key = columns.shared(row)
            usage = self._known.get(key) or self._first(key)
            if type(usage) is LeftLine:
                return usage
            assert isinstance(usage, Usage)
            request_id = read_request_id(row[columns.request_id])
            created_at = read_instant(row[columns.created_at])
            tags = None if columns.tags is None else read_tags(row[columns.tags])
        except Unreadable as problem:
            return LineError(number, str(problem), "unreadable_line", problem.param)
        return UsageLine(number, request_id, created_at, usage, tags)

    def _first(self, key: tuple[str, ...]) -> Usage | LeftLine:
        """Read a combination that was not seen before, or not lately."""
        cells = {name: cell.strip() for name, cell in zip(SHARED, key, strict=True)}
        cells["account"] = cells["account"] or self._account
        read = read_usage(cells, needs_money=self._needs_money)
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[key] = read
        return read

    def _columns(self, header: list[str]) -> _Columns:
        names = [name.strip() for name in header]
        if len(names) == 1 and (mark := _other_separator(names[0])):
            raise self._source.error(
                f"line 1: its columns seem to be separated by {mark}, not by commas; "
                "save it comma-separated (spreadsheets: CSV UTF-8, with dots in numbers)"
            )
        needed = (*REQUIRED, *MONEY) if self._needs_money else REQUIRED
        known = (*REQUIRED, *MONEY, *OPTIONAL)
        problems = [f"line 1: the header has no column {n}" for n in needed if n not in names]
        problems += [f"line 1: it has column {n} twice" for n in known if names.count(n) > 1]
        if problems:
            shown = ",".join(names)[:200]
            raise self._source.error(
                *problems,
                f"line 1: the header is {shown!r}",
                f"expected are {','.join(needed)} and, if need be, "
                f"{','.join(name for name in known if name not in needed)}: see docs/import.md",
            )
        places = {name: names.index(name) for name in known if name in names}
        return _Columns(
            width=len(names),
            request_id=places["request_id"],
            created_at=places["created_at"],
            tags=places.get("tags"),
            shared=_picker(places),
        )


def _other_separator(header: str) -> str | None:
    """What stands between the names of a header in which no comma does."""
    marks = {";": "semicolons (;)", "\t": "tabs", "|": "bars (|)"}
    found = (words for mark, words in marks.items() if header.count(mark) >= len(REQUIRED) - 1)
    return next(found, None)


class _Columns(NamedTuple):
    """Where the cells of a row are."""

    width: int
    request_id: int
    created_at: int
    tags: int | None
    #: Takes those of `SHARED` out of it.
    shared: Callable[[list[str]], tuple[str, ...]]


def _picker(places: Mapping[str, int]) -> Callable[[list[str]], tuple[str, ...]]:
    """What takes the shared cells out of a row, "" where the file has no such column."""
    if all(name in places for name in SHARED):
        return itemgetter(*[places[name] for name in SHARED])
    wanted = [places.get(name) for name in SHARED]
    return lambda row: tuple(["" if place is None else row[place] for place in wanted])
