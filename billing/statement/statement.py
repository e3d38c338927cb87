"""A statement file: known by its bytes, recognised by its header, read line by line."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Generator, Iterator
from collections.abc import Mapping as Dictionary
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from billing.statement.errors import StatementError
from billing.statement.model import BadLine, BucketLine, RapidLine, StatementLine
from billing.statement.source import Source

if TYPE_CHECKING:
    from billing.statement.mapping import Mapping
    from billing.statement.summary import Summary

Line = StatementLine | BucketLine | BadLine


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement file and the mapping it is read by."""

    source: Source
    mapping: Mapping
    #: Whether its rows are calls, or sums of many.
    level: Literal["line", "bucket"]

    @classmethod
    def open(cls, path: str | Path, mapping: str | Path | Mapping | None = None) -> Statement:
        """Take the file's sha256 and check its header; the lines are read by `lines`.

        Args:
            path: CSV, JSON, JSONL or Parquet by its name, any but the last also as .gz.
            mapping: the name of a ready one, a file, or a `Mapping`; None: recognised by the header
                when that is unambiguous.

        Raises:
            StatementError: the file or the mapping cannot be read, the header lacks columns, or no
                ready mapping, or more than one, fits it.
            MissingExtra: Parquet without the extra `fast`.
        """
        from billing.statement.recognition import level_of, recognised

        source = Source.open(path)
        found = recognised(source, mapping)
        return cls(source, found, level_of(source, found))

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def sha256(self) -> str:
        """Of the bytes in the file, packed or not: what `sha256sum` prints."""
        return self.source.sha256

    @property
    def id(self) -> str:
        """`statement_` and the first half of the sha256: the same bytes, the same id."""
        return f"statement_{self.sha256[:32]}"

    @property
    def writes_floats(self) -> bool:
        """Whether its amounts come from floats, so that their last digits mean nothing."""
        return self.mapping.format.floats or self.source.kind != "csv"

    def currency(self) -> str:
        """The currency of the first good line; empty when there is none."""
        with closing(self.lines()) as lines:
            return next((each.currency for each in lines if not isinstance(each, BadLine)), "")

    def summary(self) -> Summary:
        """What is in it, by one pass: counts, sums, the time it covers, its name and revision."""
        from billing.statement.summary import summary_of

        return summary_of(self.source, self.mapping)

    def lines(self, left_out: Counter[str] | None = None) -> Generator[Line]:
        """Every line in order, the bad ones included; memory does not grow with a CSV file.

        A statement has one currency: that of its first good line. Lines in another one are bad.
        Rows that the mapping leaves out are not lines; at the end they are counted in `left_out`.

        Raises:
            StatementError: the file cannot be read on: not CSV, JSON or Parquet, in another
                encoding, cut off, with lines out of bounds, or changed since it was opened.
        """
        with self._items(left_out) as items:
            for item in items:
                if isinstance(item, StatementLine | BucketLine | BadLine):
                    yield item
                else:
                    number, request_id, created_at, combination = item
                    yield combination.line(number, request_id, created_at)

    def rapid(self, left_out: Counter[str] | None = None) -> Generator[RapidLine | Line]:
        """The same lines; plain usage of single calls as tuples instead of `StatementLine`s.

        A tuple has the number, the request id, the time and a `Combination` that lines share: ask
        for `type(item) is tuple`, which no line is.

        Raises:
            StatementError: as `lines`.
        """
        with self._items(left_out) as items:
            yield from items

    def ids_left_out(self, among: Collection[str]) -> Dictionary[str, str]:
        """Which of these request ids rows have that are no lines, and why they are not.

        Raises:
            StatementError: as `lines`.
        """
        from billing.statement.passes import open_pass

        if not among or not self.mapping.leaves_out_ids:
            return {}
        with open_pass(self.source, self.mapping) as (items, skipped):
            skipped.looked_for = frozenset(among)
            deque(items, maxlen=0)
        return skipped.found

    @contextmanager
    def _items(self, left_out: Counter[str] | None) -> Iterator[Iterator[RapidLine | Line]]:
        from billing.statement.passes import open_pass

        with open_pass(self.source, self.mapping) as (items, skipped):
            yield items
            if left_out is not None:
                left_out.update(skipped)


def read_statement(path: str | Path) -> list[StatementLine]:
    """All lines of a statement of single calls that must be good throughout.

    Raises:
        StatementError: with every bad line of the file, by number.
    """
    lines = list(Statement.open(path).lines())
    bad = [str(line) for line in lines if isinstance(line, BadLine)]
    if any(isinstance(line, BucketLine) for line in lines):
        bad.append("its rows are sums of many calls")
    if bad:
        raise StatementError(str(path), bad)
    return [line for line in lines if isinstance(line, StatementLine)]
