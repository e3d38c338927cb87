"""The records of a JSON or JSONL file as rows of texts, one cell for each field of a mapping.

Numbers keep the digits they were written with; none becomes a float.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn

from billing.statement.layout import text_at, text_of
from billing.statement.model import BadLine
from billing.statement.source import JSON_MAX, Source

if TYPE_CHECKING:
    from billing.statement.mapping import Mapping

Record = dict[str, object]
_NESTED_MAX: Final = 100


def header_of(mapping: Mapping, record: Record | None) -> list[str]:
    """The columns of the rows: names that the mapping knows, those that a record has if given."""
    names = [*mapping.only, *mapping.n_only]
    for field in mapping.FIELDS:
        names += [name for name in mapping.names_of(field) if name not in names]
    return [name for name in names if record is None or _has(record, name)]


def row_of(record: Record, header: Sequence[str]) -> list[str]:
    """The cells of a record."""
    return [
        text_of(record[name]) if name in record else text_at(record, _path(name)) for name in header
    ]


@contextmanager
def open_json(
    source: Source, encoding: str, path: Sequence[str], *, decimal: str = "."
) -> Iterator[Iterator[tuple[int, Record] | BadLine]]:
    """The records, each with its number: the line of a JSONL file of records, else counted from 1.

    `path` are the keys that lead to them; numbers are written with the decimal mark given.

    Raises:
        StatementError: a JSON file is no JSON or too large. A line of JSONL that is no JSON is bad.
    """
    if source.kind == "json":
        yield _of_document(source, encoding, path, decimal)
        return
    with source.text(encoding) as text:
        yield _of_lines(text, path, decimal)


def _of_document(
    source: Source, encoding: str, path: Sequence[str], decimal: str
) -> Iterator[tuple[int, Record] | BadLine]:
    with source.text(encoding) as file:
        text = file.read(JSON_MAX)
        if file.read(1):
            limit = f"JSON is read up to {JSON_MAX // 1_000_000} MB"
            raise source.error(f"{limit}; write a record a line (.jsonl), which has no such limit")
    try:
        document = _parsed(text, decimal)
        records = list(_records(document, path, {}))
    except (ValueError, RecursionError) as error:
        raise source.error(f"this is not JSON of records: {_said(error)}") from None
    yield from enumerate(records, start=1)
    if _has_more(document):
        yield _incomplete(len(records) + 1)


def _of_lines(
    lines: Iterator[str], path: Sequence[str], decimal: str
) -> Iterator[tuple[int, Record] | BadLine]:
    shift, number, document = 0, 0, None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = _parsed(line, decimal)
            records = list(_records(document, path, {}))
        except (ValueError, RecursionError) as error:
            yield BadLine(number + shift, (f"this is not a JSON object: {_said(error)}",))
            continue
        for place, record in enumerate(records):
            yield number + shift + place, record
        # A line may be a page of records: numbers go on behind them, so that none is there twice.
        shift += max(len(records) - 1, 0)
    if _has_more(document):
        yield _incomplete(number + shift + 1)


@cache
def _decoder(decimal: str) -> json.JSONDecoder:
    def number(digits: str) -> str:
        return digits.replace(".", decimal)

    return json.JSONDecoder(
        parse_float=number,
        parse_int=number,
        parse_constant=_no_constant,
        object_pairs_hook=_unique,
    )


def _parsed(text: str, decimal: str) -> object:
    found: object = _decoder(decimal).decode(text)
    return found


def _records(node: object, path: Sequence[str], above: Record, depth: int = 0) -> Iterator[Record]:
    if isinstance(node, list):
        if depth > _NESTED_MAX:
            message = "lists in lists in lists"
            raise ValueError(message)
        for each in node:
            yield from _records(each, path, above, depth + 1)
    elif isinstance(node, dict):
        step = next((place for place, key in enumerate(path) if key in node), None)
        if step is None:
            yield {**above, **node}
            return
        inner = node[path[step]]
        beside = {key: value for key, value in node.items() if not isinstance(value, list | dict)}
        yield from _records(inner, path[step + 1 :], {**above, **beside}, depth)
    else:
        message = "a record is no object"
        raise ValueError(message)


@cache
def _path(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def _has(record: Record, name: str) -> bool:
    value: object = record
    if name in record:
        return True
    for key in _path(name):
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _has_more(document: object) -> bool:
    return isinstance(document, dict) and document.get("has_more") is True


def _incomplete(number: int) -> BadLine:
    return BadLine(number, ("has_more: the last page is missing, the export is not complete",))


def _unique(pairs: list[tuple[str, object]]) -> Record:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key is there twice in one object"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _said(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
