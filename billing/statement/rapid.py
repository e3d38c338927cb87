"""The fast road through rows of single calls: what a row shares with others is looked up as text.

Where id and time are the first two columns of a CSV file without quotes, all the rest of a line is
one key, and no row is ever taken apart; else the cells of a row are. A row that is anything but
plain usage goes the careful road of `LineReader` and comes out as an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from billing.period import FIRST_YEAR, LAST_YEAR
from billing.statement.csv_rows import CsvRows
from billing.statement.layout import OWN, Layout
from billing.statement.line_reader import PLAIN_ID, LineReader
from billing.statement.model import BadLine, Combination, RapidLine, StatementLine

Row = tuple[int, list[str]]
Item = RapidLine | StatementLine | BadLine

#: Texts that are remembered; past it, they are hardly the same in any two lines.
_KEPT_MAX: Final = 20_000
#: Instead of the number of a cell.
_NOT_PLAIN: Final = -1


def rapid_items(rows: CsvRows, reader: LineReader) -> Iterator[Item]:
    """Every line below the header: as a tuple where it is plain usage, else as an object."""
    return _by_text(rows, reader) if is_plain_text(rows, reader) else by_cells(rows.rows(), reader)


def is_plain_text(rows: CsvRows, reader: LineReader) -> bool:
    """Whether id and time come first, and all that follows is what lines share."""
    layout = reader.layout
    places = layout.places
    own = {field: [place.at for place in places[field]] for field in OWN if field in places}
    shared = {place.at for found in places.values() for place in found} - {0, 1}
    return (
        own == {"request_id": [0], "created_at": [1]}
        and shared | set(layout.filters) | set(layout.counts) == set(range(2, layout.width))
        and layout.mapping.format.date == "iso"
        and '"' not in rows.header_line
    )


def _by_text(rows: CsvRows, reader: LineReader) -> Iterator[Item]:
    known: dict[str, Combination] = {}
    blanks = 0  # since the last row that went the careful way: only such a one is held back
    delimiter, instant, is_plain = rows.delimiter, datetime.fromisoformat, PLAIN_ID.fullmatch
    utc, first_year, last_year = UTC, FIRST_YEAR, LAST_YEAR
    number = rows.number
    for line in rows.lines:
        number += 1
        try:
            request_id, time, rest = line.split(delimiter, 2)
            combination = known[rest]
            created_at = instant(time)
        except (ValueError, KeyError):
            pass
        else:
            is_usual = created_at.tzinfo is utc and first_year <= created_at.year <= last_year
            if is_usual and (request_id.isidentifier() or is_plain(request_id)):
                yield number, request_id, created_at, combination
                continue
        rows.number = number
        row = rows.row(line)
        blanks = 0 if row else blanks + 1
        read = reader.read(number, row) if row else None
        is_one_line, number = rows.number == number, rows.number
        if read is None:
            continue
        if read.combination is None:
            yield read.line
            continue
        if is_one_line and '"' not in line and len(known) < _KEPT_MAX:
            known[line.split(delimiter, 2)[2]] = read.combination
        yield _item(read.line, read.combination)
    yield from reader.held(number - blanks)


def by_cells(rows: Iterable[Row | BadLine], reader: LineReader) -> Iterator[Item]:
    """The same for rows that are taken apart already; bad ones are passed on."""
    number = 0
    known: dict[tuple[str, ...], Combination] = {}
    layout, shared, read_instant = reader.layout, reader.layout.shared, reader.instants.read
    width = layout.width
    # What stands below a path or under a second header is found the careful way.
    id_at, key_at = _only_cell(layout, "request_id"), _only_cell(layout, "key")
    time_at = _only_cell(layout, "created_at") or 0
    is_plain = _NOT_PLAIN not in (id_at, key_at, time_at)
    for each in rows:
        if isinstance(each, BadLine):
            yield each
            continue
        number, row = each
        if is_plain and len(row) == width and (key_at is None or not row[key_at]):
            combination = known.get(shared(row))
            request_id = "" if id_at is None else row[id_at]
            if combination is not None and PLAIN_ID.fullmatch(request_id):
                try:
                    yield number, request_id, read_instant(row[time_at]), combination
                    continue
                except ValueError:
                    pass
        read = reader.read(number, row)
        if read is None:
            continue
        if read.combination is None:
            yield read.line
            continue
        if len(known) < _KEPT_MAX:
            known[shared(row)] = read.combination
        yield _item(read.line, read.combination)
    yield from reader.held(number)


def _only_cell(layout: Layout, field: str) -> int | None:
    """Where a field is all of one cell; None where the file has no such field."""
    places = layout.places.get(field, ())
    if not places:
        return None
    return places[0].at if len(places) == 1 and not places[0].path else _NOT_PLAIN


def _item(line: StatementLine | BadLine, combination: Combination) -> RapidLine:
    assert isinstance(line, StatementLine)
    return line.line, line.request_id, line.created_at, combination
