"""CSV files of any length in constant memory: equal lines are counted, and looked at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Final, NamedTuple

from pricing.errors import InvalidValue, RequestError, listed

#: Distinct lines that are kept apart before they are added up.
KEYS_MAX: Final = 50_000
#: How often progress is told, in lines.
PROGRESS_LINES: Final = 100_000
#: How many refused lines are kept; the rest are counted.
ERRORS_MAX: Final = 1000

#: The cells of a line that decide what it is, in the order of `Columns.names`.
Key = tuple[str, ...]
Progress = Callable[[int], None]


class LineError(NamedTuple):
    """Why a line was refused; lines are counted from 1, the header included."""

    line: int
    message: str
    code: str
    param: str | None


class LineErrors:
    """The refused lines of a file: the first thousand, and how many there are."""

    def __init__(self) -> None:
        self.kept: list[LineError] = []
        self.count = 0

    def add(self, line: int, error: RequestError) -> None:
        """Keep the refusal of a line, as long as there are not too many."""
        self.keep(LineError(line, error.message, error.code, error.param))

    def keep(self, error: LineError) -> None:
        """The same for a refusal that names its line."""
        self.count += 1
        if self.count <= ERRORS_MAX:
            self.kept.append(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a file decide what a line is; the others are not looked at."""

    width: int
    names: tuple[str, ...]
    positions: tuple[int, ...]

    def cells(self, key: Key) -> dict[str, str]:
        """The cells that are not empty, by column."""
        return {name: cell for name, cell in zip(self.names, key, strict=True) if cell}


def columns_of(
    header: Iterable[str], *, known: Iterable[str], ignored: Iterable[str] | None
) -> Columns:
    """Find the columns of a header.

    Args:
        header: The first line.
        known: The names that decide what a line is.
        ignored: The names that may stand beside them; None allows any.

    Raises:
        InvalidValue: For a name that is unknown, or there twice.
    """
    known, names = tuple(known), [name.strip() for name in header]
    allowed = None if ignored is None else {*known, *ignored}
    for position, name in enumerate(names):
        if name in names[:position]:
            raise InvalidValue("file", name, allowed="each column once in the first line")
        if allowed is not None and name not in allowed:
            raise InvalidValue("file", name, allowed=f"these columns: {listed(sorted(allowed))}")
    positions = tuple(position for position, name in enumerate(names) if name in known)
    if not positions:
        allowed_text = f"a first line with some of these columns: {listed(known)}"
        raise InvalidValue("file", ",".join(names), allowed=allowed_text)
    return Columns(
        width=len(names), names=tuple(names[place] for place in positions), positions=positions
    )


def reader_of(lines: Iterable[str]) -> tuple[Iterator[list[str]], list[str]]:
    """A CSV reader and the header that it has read.

    Raises:
        InvalidValue: For a file without a first line, or with one that is not CSV.
    """
    reader = csv.reader(lines, strict=True)
    try:
        header = next((row for row in reader if row), [])
    except csv.Error as error:
        raise InvalidValue("file", str(error), allowed="CSV with a first line of names") from None
    return reader, [header[0].removeprefix("\ufeff"), *header[1:]] if header else []


def count_lines(
    reader: Iterator[list[str]],
    columns: Columns,
    *,
    resolve: Callable[[Key, int], bool],
    flush: Callable[[dict[Key, int]], None],
    errors: LineErrors,
    progress: Progress | None = None,
) -> int:
    """Count equal lines; the number of lines that are not blank.

    Args:
        reader: Positioned after the header.
        columns: What to look at.
        resolve: Called with a key that is new and its line; true when it is to be counted.
        flush: Takes the counts of the resolved keys, at the end and whenever they are many.
        errors: Takes the lines that are not CSV or have too few or too many cells.
        progress: Told the number of lines from time to time.
    """
    counts: dict[Key, int] = {}
    lines = 0
    while True:
        try:
            seen = _count(reader, columns, counts, resolve, errors)
        except csv.Error as error:
            errors.add(_line(reader), InvalidValue("file", str(error), allowed="CSV"))
            seen = 1
        if not seen:
            break
        lines += seen
        if len(counts) > KEYS_MAX:
            flush(counts)
            counts.clear()
        if progress is not None:
            progress(lines)
    flush(counts)
    return lines


def _count(
    reader: Iterator[list[str]],
    columns: Columns,
    counts: dict[Key, int],
    resolve: Callable[[Key, int], bool],
    errors: LineErrors,
) -> int:
    """Count the next lines; how many they were, blank ones too, 0 at the end of the file."""
    pick, width = _picker(columns.positions), columns.width
    seen = 0
    for row in islice(reader, PROGRESS_LINES):
        seen += 1
        if len(row) == width:
            key = pick(row)
            try:
                counts[key] += 1
            except KeyError:
                if resolve(key, _line(reader)):
                    counts[key] = 1
        elif row:
            allowed = f"{width} cells, as many as the first line has"
            errors.add(_line(reader), InvalidValue("file", row, allowed=allowed))
    return seen


def _picker(positions: tuple[int, ...]) -> Callable[[list[str]], Key]:
    if len(positions) > 1:
        return itemgetter(*positions)
    place = positions[0]
    return lambda row: (row[place],)


def _line(reader: Iterator[list[str]]) -> int:
    number: int = getattr(reader, "line_num", 0)
    return number
