"""A file of requests, JSONL or CSV, priced in constant memory; a bad line stops nothing.

A CSV has a first line of field names, empty cells are fields left out. A line of JSON is a request,
or a line of OpenAI's batch files (`url` and `body`). Either may have an `endpoint`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Final

from pricing.csv_rows import (
    PROGRESS_LINES,
    Columns,
    Key,
    LineError,
    LineErrors,
    Progress,
    columns_of,
    count_lines,
    reader_of,
)
from pricing.errors import CurrencyMismatch, InvalidValue, RequestError
from pricing.money import EXACT, plain
from pricing.quote import Quote
from pricing.rates import Cell
from pricing.request_checks import FIELD_NAMES

#: Prices a request at an endpoint, always at the same instant.
Price = Callable[[Mapping[str, object], str], Quote]

GENERATIONS: Final = "generations"
ENDPOINT: Final = "endpoint"

#: Any text is right in these, and none changes a price.
_FREE: Final = frozenset(
    {"background", "image", "input_fidelity", "mask", "moderation", "prompt", "safety_identifier"}
    | {"style", "user"}
)
_COUNTS: Final = frozenset({"n", "output_compression", "partial_images"})
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTotal:
    """What the lines of one cell come to, exactly."""

    cell: Cell
    calls: int
    images: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkQuote:
    """What a file of requests costs."""

    #: Requests in the file, refused ones too.
    lines: int
    #: How many lines were refused; `errors` has the first thousand.
    refused: int
    errors: tuple[LineError, ...]
    #: In the order of their first lines.
    totals: tuple[CellTotal, ...]
    total: Decimal
    #: None when no line has a price.
    currency: str | None


def quote_lines(
    lines: Iterable[str],
    price: Price,
    *,
    model: str | None = None,
    progress: Progress | None = None,
) -> BulkQuote:
    """Price every request of a file.

    Args:
        lines: The lines with their ends; JSONL when the first that is not blank starts with `{`.
        price: Prices one request; called once for each different one of a CSV.
        model: What a line without a model means.
        progress: Told the number of lines from time to time.

    Raises:
        InvalidValue: For a file that is neither, or has columns that no request has.
        CurrencyMismatch: When the lines have prices in two currencies.
    """
    bulk = _Bulk(price, {} if model is None else {"model": model})
    stream, read = iter(lines), []
    for line in stream:
        read.append(line.removeprefix("\ufeff"))
        if read[-1].strip():
            break
    is_json = bool(read) and read[-1].lstrip().startswith("{")
    add = bulk.add_json if is_json else bulk.add_csv
    count = add(chain(read, stream), progress)
    return bulk.answer(count)


class _Bulk:
    """What has been added up so far."""

    def __init__(self, price: Price, defaults: Mapping[str, object]) -> None:
        self._price, self._defaults = price, defaults
        self.errors = LineErrors()
        # By the identity of the cell: hashing one takes longer than pricing a request.
        self._cells: dict[int, Cell] = {}
        self._calls: dict[int, int] = {}
        self._images: dict[int, int] = {}
        self._resolved: dict[Key, Quote] = {}

    def add_csv(self, lines: Iterable[str], progress: Progress | None) -> int:
        reader, header = reader_of(lines)
        known = [name for name in (*FIELD_NAMES, ENDPOINT) if name not in _FREE]
        columns = columns_of(header, known=known, ignored=_FREE)

        def resolve(key: Key, line: int) -> bool:
            quote = self._priced(_fields(columns, key), line)
            if quote is not None:
                self._resolved[key] = quote
            return quote is not None

        return count_lines(
            reader,
            columns,
            resolve=resolve,
            flush=self._flush,
            errors=self.errors,
            progress=progress,
        )

    def add_json(self, lines: Iterable[str], progress: Progress | None) -> int:
        count = 0
        for number, line in enumerate(lines, start=1):
            if line.isspace():
                continue
            count += 1
            request = self._decoded(line, number)
            quote = None if request is None else self._priced(request, number)
            if quote is not None:
                self._add(quote, 1)
            if progress is not None and count % PROGRESS_LINES == 0:
                progress(count)
        return count

    def answer(self, lines: int) -> BulkQuote:
        totals = tuple(self._totals())
        currencies = list(dict.fromkeys(each.cell.currency for each in totals))
        if len(currencies) > 1:
            raise CurrencyMismatch(currencies[0], currencies[1])
        total = Decimal(0)
        for each in totals:
            total = EXACT.add(total, each.amount)
        return BulkQuote(
            lines=lines,
            refused=self.errors.count,
            errors=tuple(self.errors.kept),
            totals=totals,
            total=plain(total),
            currency=currencies[0] if currencies else None,
        )

    def _totals(self) -> Iterator[CellTotal]:
        for place, cell in self._cells.items():
            images = self._images[place]
            amount = plain(EXACT.multiply(cell.unit_price, images))
            yield CellTotal(cell=cell, calls=self._calls[place], images=images, amount=amount)

    def _flush(self, counts: dict[Key, int]) -> None:
        for key, calls in counts.items():
            self._add(self._resolved[key], calls)
        self._resolved.clear()

    def _add(self, quote: Quote, calls: int) -> None:
        cell = quote.cell
        place = id(cell)
        if place not in self._cells:
            self._cells[place], self._calls[place], self._images[place] = cell, 0, 0
        self._calls[place] += calls
        self._images[place] += calls * quote.n

    def _priced(self, request: dict[str, object], line: int) -> Quote | None:
        endpoint = request.pop(ENDPOINT, GENERATIONS)
        if self._defaults and "model" not in request:
            request = {**self._defaults, **request}
        try:
            # Whatever is not an endpoint is refused by name.
            return self._price(request, endpoint)  # type: ignore[arg-type]
        except RequestError as error:
            self.errors.add(line, error)
            return None

    def _decoded(self, line: str, number: int) -> dict[str, object] | None:
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            self.errors.add(number, InvalidValue("line", str(error), allowed="one JSON object"))
            return None
        if not isinstance(content, dict):
            self.errors.add(number, InvalidValue("line", content, allowed="one JSON object"))
            return None
        body, url = content.get("body"), content.get("url")
        if isinstance(body, dict) and isinstance(url, str):
            return {**body, ENDPOINT: url.rstrip("/").rpartition("/")[2]}
        return content


def _fields(columns: Columns, key: Key) -> dict[str, object]:
    """The fields of a line of CSV, counts as numbers where they are written as such."""
    fields: dict[str, object] = dict(columns.cells(key))
    for name, text in columns.cells(key).items():
        if name in _COUNTS and text.isascii() and text.isdigit() and text == str(int(text[:18])):
            fields[name] = int(text)
        elif name == "stream":
            fields[name] = _FLAGS.get(text, text)
    return fields
