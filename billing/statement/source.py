"""A statement's file as bytes and text, unpacked where it ends in .gz, within limits; no format.

The limits stop bombs, not statements: a line of 1 MB, of JSONL 32 MB, and 200 bytes unpacked from
one packed. A JSON document may be one line: it is limited as a whole.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TextIO

from billing.statement.errors import StatementError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Kind = Literal["csv", "json", "jsonl", "parquet"]

LINE_MAX: Final = 1_000_000
#: A line of JSONL may be a page of thousands of records.
PAGE_MAX: Final = 32_000_000
RATIO_MAX: Final = 200
#: Below this much unpacked, the ratio does not matter.
RATIO_FROM: Final = 16_000_000
#: JSON is read whole; JSONL is not.
JSON_MAX: Final = 256_000_000
_LINES: Final[dict[Kind, int | None]] = {"json": None, "jsonl": PAGE_MAX}
_BUFFER: Final = 1 << 18
_KINDS: Final[dict[str, Kind]] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was there when it was opened; it must not change while it is read."""

    path: Path
    #: Of the bytes as they are in the file, packed or not: what `sha256sum` prints.
    sha256: str
    kind: Kind
    is_packed: bool
    _stamp: tuple[int, int]

    @classmethod
    def open(cls, path: str | Path) -> Source:
        """Take the file's sha256; its name says what kind it is.

        Raises:
            StatementError: it cannot be opened, or Parquet is packed once more.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                stamp = _stamp(file.fileno())
        except (OSError, ValueError) as error:
            raise StatementError(str(path), [_said(error)]) from None
        suffixes = [suffix.lower() for suffix in path.suffixes]
        is_packed = suffixes[-1:] == [".gz"]
        kind = _KINDS.get("".join(suffixes[:-1][-1:] if is_packed else suffixes[-1:]), "csv")
        if is_packed and kind == "parquet":
            raise StatementError(str(path), ["Parquet is packed already: unpack the .gz"])
        return cls(path, digest, kind, is_packed, stamp)

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIO]:
        """The text, every line end as a line feed, which is twice as fast as to keep them.

        Raises:
            StatementError: on leaving, for whatever made the file unreadable.
        """
        with self.raw() as raw, io.TextIOWrapper(raw, encoding=encoding) as text:
            yield text

    @contextmanager
    def raw(self) -> Iterator[io.BufferedReader]:
        """The bytes, unpacked.

        Raises:
            StatementError: as `text`.
        """
        try:
            with self.path.open("rb") as file:
                if _stamp(file.fileno()) != self._stamp:
                    raise self.error("it was changed after it was opened")
                line_max = _LINES.get(self.kind, LINE_MAX)
                limited = _Limited(file, is_packed=self.is_packed, line_max=line_max)
                yield io.BufferedReader(limited, _BUFFER)
        except (OSError, EOFError, zlib.error, UnicodeError, _TooMuch) as error:
            raise self.error(_said(error)) from None

    def error(self, *problems: str) -> StatementError:
        """An error about this file."""
        return StatementError(str(self.path), problems)


class _TooMuch(Exception):
    """A limit was passed."""


class _Limited(io.RawIOBase):
    """The bytes of a file, unpacked, as long as lines are short and little does not become much."""

    def __init__(self, file: io.BufferedReader, *, is_packed: bool, line_max: int | None) -> None:
        self._file = file
        self._line_max = line_max
        self._unpacked = gzip.GzipFile(fileobj=file, mode="rb") if is_packed else None
        self._count = 0
        self._since_line_end = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        count = self._file.readinto(view) if self._unpacked is None else self._unpack(view)
        block = bytes(view[:count])
        end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._since_line_end = count - end - 1 + (self._since_line_end if end < 0 else 0)
        if self._line_max is not None and self._since_line_end > self._line_max:
            message = f"a line is longer than {self._line_max:,} bytes"
            raise _TooMuch(message)
        return count

    def _unpack(self, view: memoryview) -> int:
        assert self._unpacked is not None
        count = self._unpacked.readinto(view)
        self._count += count
        if self._count > RATIO_FROM and self._count > RATIO_MAX * self._file.tell():
            message = f"it unpacks to more than {RATIO_MAX} times its size, as no statement does"
            raise _TooMuch(message)
        return count


def _stamp(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_size, found.st_mtime_ns


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return (
            f"it is not text in {error.encoding}: save it as CSV in UTF-8, or say "
            "`format: {encoding: ...}` in a mapping"
        )
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text or type(error).__name__
