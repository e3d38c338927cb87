"""Whether the lines of a CSV file can be cut at separators alone, by a reader that is not ours."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from billing.statement.csv_rows import open_csv
from billing.statement.line_reader import LineReader
from billing.statement.passes import new_reader
from billing.statement.rapid import is_plain_text
from billing.statement.source import Source

if TYPE_CHECKING:
    from billing.statement.mapping import Mapping

#: Stands in no text: a line that is cut at it stays whole.
UNCUT: Final = "\x01"
_BLOCK: Final = 1 << 20
_FORBIDDEN: Final = (b'"', b"\0", UNCUT.encode())


@dataclass(frozen=True, slots=True)
class PlainCsv:
    """Such a file: id, time, and all that lines share, between separators, without quotes."""

    source: Source
    mapping: Mapping
    header: list[str]
    delimiter: str
    #: Lines above the first row.
    above: int

    def reader(self) -> LineReader:
        """What reads the rows that are not plain."""
        found = new_reader(self.source, self.mapping, self.header)
        assert isinstance(found, LineReader)
        return found

    def line_end(self) -> str | None:
        """What all lines end with; None when not all do, or when some line has quotes after all.

        Raises:
            StatementError: as `Statement.lines`.
        """
        returns = feeds = 0
        with self.source.raw() as raw:
            while block := raw.read(_BLOCK):
                if any(byte in block for byte in _FORBIDDEN):
                    return None
                if block.endswith(b"\r"):
                    block += raw.read(1)
                returns += block.count(b"\r")
                feeds += block.count(b"\n")
                if returns and block.count(b"\r\n") != block.count(b"\n"):
                    return None
        if not returns:
            return "\n"
        return "\r\n" if returns == feeds else None


def plain_csv(source: Source, mapping: Mapping) -> PlainCsv | None:
    """How such a file is read, as its header shows; None when it is none.

    Raises:
        StatementError: as `Statement.lines`.
    """
    if source.kind != "csv" or source.is_packed or not _is_utf8(mapping.format.encoding):
        return None
    with open_csv(source, mapping.format) as rows:
        reader = new_reader(source, mapping, rows.header)
        if not isinstance(reader, LineReader) or not is_plain_text(rows, reader):
            return None
    return PlainCsv(source, mapping, rows.header, rows.delimiter, rows.number)


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
