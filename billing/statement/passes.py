"""One pass over a statement file, whatever its kind, as a stream of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from billing.statement.bucket_reader import BucketReader
from billing.statement.csv_rows import open_csv
from billing.statement.json_rows import Record, header_of, open_json, row_of
from billing.statement.layout import Layout
from billing.statement.line_reader import LineReader
from billing.statement.model import BadLine, BucketLine, RapidLine, StatementLine
from billing.statement.parquet_rows import open_parquet
from billing.statement.rapid import Row, by_cells, rapid_items
from billing.statement.row_texts import Skipped
from billing.statement.source import Source

if TYPE_CHECKING:
    from billing.statement.mapping import Mapping

Line = StatementLine | BucketLine | BadLine

#: Records of a JSON file whose keys say what columns it has.
_LOOKED_AT: Final = 100


@contextmanager
def open_pass(
    source: Source, mapping: Mapping
) -> Iterator[tuple[Iterator[RapidLine | Line], Skipped]]:
    """The lines, and the counts of rows that are left out, which grow as the lines are read.

    Raises:
        StatementError: the header lacks columns, or the file cannot be read.
    """
    if source.kind == "csv":
        with open_csv(source, mapping.format) as rows:
            reader = new_reader(source, mapping, rows.header)
            if isinstance(reader, LineReader):
                yield rapid_items(rows, reader), reader.skipped
            else:
                yield _buckets(rows.rows(), reader), reader.skipped
    elif source.kind == "parquet":
        with open_parquet(source, mapping.format.decimal) as (header, cells):
            reader = new_reader(source, mapping, header)
            yield _items(cells, reader), reader.skipped
    else:
        header = header_of(mapping, None)
        reader = new_reader(source, mapping, header, seen=_seen(source, mapping))
        form = mapping.format
        with open_json(source, form.encoding, form.rows, decimal=form.decimal) as records:
            found = (
                each if isinstance(each, BadLine) else (each[0], row_of(each[1], header))
                for each in records
            )
            yield _items(found, reader), reader.skipped


def header_problems(source: Source, mapping: Mapping) -> tuple[str, list[str]]:
    """The level of a file, and why it cannot be read by a mapping; empty when it can."""
    seen = None
    if source.kind == "csv":
        with open_csv(source, mapping.format) as rows:
            header = rows.header
    elif source.kind == "parquet":
        with open_parquet(source, mapping.format.decimal) as (header, _rows):
            pass
    else:
        header, seen = header_of(mapping, None), _seen(source, mapping)
    layout, problems = Layout.of(header, mapping, seen=seen)
    return layout.level, problems


def _seen(source: Source, mapping: Mapping) -> list[str]:
    """The columns that the first records of a JSON file have; all of them when there is none."""
    form = mapping.format
    records = _first_records(source, form.encoding, tuple(form.rows))
    if not records:
        return header_of(mapping, None)
    return list(dict.fromkeys(name for each in records for name in header_of(mapping, each)))


@lru_cache(maxsize=2)  # a JSON file is read whole, and several mappings are tried on it
def _first_records(source: Source, encoding: str, path: tuple[str, ...]) -> list[Record]:
    with open_json(source, encoding, path) as found:
        return [each[1] for each in islice(found, _LOOKED_AT) if not isinstance(each, BadLine)]


def new_reader(
    source: Source, mapping: Mapping, header: list[str], seen: list[str] | None = None
) -> LineReader | BucketReader:
    """What reads the rows below a header.

    Raises:
        StatementError: it lacks columns.
    """
    layout, problems = Layout.of(header, mapping, seen=seen)
    if problems:
        raise source.error(*problems)
    kind = LineReader if layout.level == "line" else BucketReader
    return kind(layout, header, floats=source.kind != "csv")


def _items(
    rows: Iterable[Row | BadLine], reader: LineReader | BucketReader
) -> Iterator[RapidLine | Line]:
    return by_cells(rows, reader) if isinstance(reader, LineReader) else _buckets(rows, reader)


def _buckets(rows: Iterable[Row | BadLine], reader: BucketReader) -> Iterator[Line]:
    number = 0
    for each in rows:
        if isinstance(each, BadLine):
            yield each
            continue
        number, row = each
        line = reader.read(number, row)
        if line is not None:
            yield line
    yield from reader.held(number)
