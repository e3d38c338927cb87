"""The sandbox's statement: what it billed, a line of the canonical CSV per request, synced to disk.

It only appends; reading statements back is the reconciliation's work.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Self, TextIO

from billing.statement.errors import StatementError
from pricing.money import amount_text


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """One billed request; the fields are the columns of the canonical CSV, in its order."""

    request_id: str
    #: Aware UTC.
    created_at: datetime
    #: The `user` of the request, else the sandbox's account; may be empty.
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    #: Images billed, which is not always what was asked for.
    n: int
    amount: Decimal
    currency: str
    status: str = "charged"


COLUMNS = tuple(field.name for field in fields(BilledLine))


class StatementFile:
    """A statement open for appending; the header is written when the file is new or empty."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path = path
        self._file = file

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for appending, and start a new line when a crash left half of one.

        Raises:
            StatementError: When the file cannot be written, or begins with another header.
        """
        try:
            last_byte = _check(path)
            # JSON may carry half a surrogate pair, which UTF-8 cannot: escaped rather than refused.
            file = path.open("a", encoding="utf-8", errors="backslashreplace", newline="")
            opened = cls(path, file)
        except (OSError, UnicodeDecodeError) as error:
            raise StatementError(str(path), [str(error)]) from None
        if not last_byte:
            opened._write(_row(COLUMNS))
        elif last_byte != b"\n":
            opened._write("\n")
        return opened

    def append(self, line: BilledLine) -> None:
        """Write one line; it is on the disk when this returns."""
        values = astuple(line)
        self._write(_row([_text(value) for value in values]))

    def close(self) -> None:
        """Close the file; everything is on the disk already."""
        self._file.close()

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()
        os.fsync(self._file.fileno())


def _check(path: Path) -> bytes:
    """The file's last byte, empty for a file that is new; refuses another header than ours."""
    if not path.exists() or path.stat().st_size == 0:
        return b""
    with path.open("rb") as file:
        header = file.readline().rstrip(b"\r\n").decode("utf-8-sig")
        if header != ",".join(COLUMNS):
            problem = f"line 1: the header is {header[:120]!r}, not {','.join(COLUMNS)!r}"
            raise StatementError(str(path), [problem])
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return amount_text(value) if isinstance(value, Decimal) else str(value)


def _row(values: list[str] | tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(values)
    return buffer.getvalue()
