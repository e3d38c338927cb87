"""The provider's statement in the canonical CSV: read line by line and checked; it matches nothing.

UTF-8 (a byte order mark is tolerated), a header, columns in any order, dot decimals, times with an
offset. `account`, `endpoint` and `status` may be absent; columns of other names are not read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from billing.errors import StatementError
from pricing import MoneyError
from pricing.money import from_nanos, parse_amount, to_nanos

REQUIRED: Final = (
    *("request_id", "created_at", "model", "size"),
    *("quality", "n", "amount", "currency"),
)
OPTIONAL: Final = ("account", "endpoint", "status")

#: Statuses of usage, and of the lines that are no usage.
USAGE: Final = ("charged", "refunded")
NOT_USAGE: Final = ("tax", "fee", "credit", "total")

_IMAGES: Final = re.compile(r"[0-9]{1,9}")
_CURRENCY: Final = re.compile(r"[A-Z][A-Z0-9_]{2,15}")


class StatementLine(NamedTuple):
    """One line as the provider wrote it; `amount_nanos` carries no sign for its status."""

    #: Of the file, counted from 1; the header is line 1.
    line: int
    #: Empty when the provider gave none.
    request_id: str
    #: Aware UTC.
    created_at: datetime
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    n: int
    amount_nanos: int
    currency: str
    status: str
    #: False where the statement leaves the endpoint out; it then stands for generations.
    names_endpoint: bool = True

    @property
    def amount(self) -> Decimal:
        """The amount as it was written."""
        return from_nanos(self.amount_nanos)

    @property
    def is_usage(self) -> bool:
        """Whether it charges or refunds a call."""
        return self.status in USAGE

    @property
    def effect_nanos(self) -> int:
        """What it adds to the bill: refunds and credits take away, a total only repeats."""
        return _effect(self.status, self.amount_nanos)


class BadLine(NamedTuple):
    """A line that cannot be read, with everything that is wrong with it."""

    line: int
    problems: tuple[str, ...]
    #: What can be read of it all the same.
    request_id: str = ""
    currency: str = ""
    #: What it adds to the bill, in its currency; None when nobody can know.
    effect_nanos: int | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {'; '.join(self.problems)}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement file, known by the sha256 of its bytes."""

    path: Path
    sha256: str

    @classmethod
    def open(cls, path: str | Path) -> Statement:
        """Take the file's sha256 and check its header; the lines are read by `lines`.

        Raises:
            StatementError: it cannot be opened, or its header lacks columns.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise StatementError(str(path), [error.strerror or type(error).__name__]) from None
        statement = cls(path, digest)
        with closing(statement.lines()) as lines:
            next(lines, None)
        return statement

    @property
    def id(self) -> str:
        """`statement_` and the first half of the sha256: the same bytes, the same id."""
        return f"statement_{self.sha256[:32]}"

    def currency(self) -> str:
        """The currency of the first good line; empty when there is none."""
        with closing(self.lines()) as lines:
            return next((line.currency for line in lines if isinstance(line, StatementLine)), "")

    def lines(self) -> Generator[StatementLine | BadLine]:
        """Every line in order, the bad ones included; memory does not grow with the file.

        A statement has one currency: that of its first good line. Lines in another one are bad.

        Raises:
            StatementError: the header lacks columns, or the file is not CSV in UTF-8.
        """
        source, number = str(self.path), 0
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, strict=True)
                columns = _columns(next(rows, []), source)
                currency, number = "", rows.line_num
                for row in rows:
                    # A quoted field may hold line breaks: the line is where the record starts.
                    if row:
                        line = _read(row, columns, number + 1, currency)
                        if not currency and isinstance(line, StatementLine):
                            currency = line.currency
                        yield line
                    number = rows.line_num
        except (csv.Error, UnicodeDecodeError) as error:
            raise StatementError(source, [f"line {number + 1} or after: {error}"]) from None


def read_statement(path: str | Path) -> list[StatementLine]:
    """All lines of a statement that must be good throughout.

    Raises:
        StatementError: with every bad line of the file, by number.
    """
    lines = list(Statement.open(path).lines())
    bad = [str(line) for line in lines if isinstance(line, BadLine)]
    if bad:
        raise StatementError(str(path), bad)
    return [line for line in lines if isinstance(line, StatementLine)]


def _columns(header: list[str], source: str) -> dict[str, int]:
    names = [name.strip() for name in header]
    columns: dict[str, int] = {
        name: names.index(name) for name in (*REQUIRED, *OPTIONAL) if name in names
    }
    missing = [name for name in REQUIRED if name not in columns]
    twice = [name for name in columns if names.count(name) > 1]
    problems = [f"line 1: the header has no column {name}" for name in missing]
    problems += [f"line 1: the header has column {name} twice" for name in twice]
    if missing:
        problems.append(f"line 1: the header is {','.join(names)[:200]!r}")
    if problems:
        raise StatementError(source, problems)
    return {**columns, "": len(names)}


def _read(
    row: list[str], columns: Mapping[str, int], number: int, currency: str
) -> StatementLine | BadLine:
    width = columns[""]
    if len(row) != width:
        return BadLine(number, (f"{len(row)} fields where the header has {width}",))
    given = {name: row[index].strip() for name, index in columns.items() if name}
    status = given.get("status") or "charged"
    problems: list[str] = []

    def field(name: str, reader: Callable[[str], object]) -> object:
        try:
            return reader(given[name])
        except (ValueError, MoneyError) as error:
            said = str(error).rstrip(".")
            problems.append(f"{name}: {said}")
            return None

    usage = status not in NOT_USAGE
    line = StatementLine(
        line=number,
        request_id=given["request_id"],
        created_at=field("created_at", _instant),  # type: ignore[arg-type]  # None only with a problem
        account=given.get("account", ""),
        model=given["model"],
        endpoint=given.get("endpoint") or "generations",
        names_endpoint=bool(given.get("endpoint")),
        size=given["size"],
        quality=given["quality"],
        n=field("n", _images) if usage else 0,  # type: ignore[arg-type]  # as above
        amount_nanos=field("amount", _nanos),  # type: ignore[arg-type]  # as above
        currency=given["currency"],
        status=status,
    )
    if usage:
        problems += _usage_problems(line)
    if not _CURRENCY.fullmatch(line.currency):
        problems.append(f"currency: {line.currency!r} is not one; write it as in USD")
    elif currency and line.currency != currency:
        problems.append(f"currency: {line.currency}, but the statement is in {currency}")
    return _bad(line, problems) if problems else line


def _bad(line: StatementLine, problems: list[str]) -> BadLine:
    # A total only repeats the other lines, and nobody checks a bad one: it says nothing of money.
    amount: int | None = None if line.status == "total" else line.amount_nanos
    effect = None if amount is None else _effect(line.status, amount)
    return BadLine(line.line, tuple(problems), line.request_id, line.currency, effect)


def _effect(status: str, amount_nanos: int) -> int:
    match status:
        case "refunded" | "credit":
            return -abs(amount_nanos)
        case "total":
            return 0
    return amount_nanos


def _usage_problems(line: StatementLine) -> Iterator[str]:
    if line.status not in USAGE:
        yield f"status: {line.status!r} is not one of {', '.join((*USAGE, *NOT_USAGE))}"
    for name in ("model", "size", "quality"):
        if not getattr(line, name):
            yield f"{name}: empty"
    if line.status == "charged" and (line.amount_nanos or 0) < 0:
        yield "amount: below zero; write what is paid back with status refunded"


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not ISO 8601, such as 2026-10-31T23:59:59Z"
        raise ValueError(message) from None
    if at.tzinfo is None:
        message = f"{text!r} has no offset; write Z or +02:00 behind it"
        raise ValueError(message)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        message = f"{text!r} is out of range"
        raise ValueError(message) from None


def _images(text: str) -> int:
    if not _IMAGES.fullmatch(text) or int(text) < 1:
        message = f"{text!r} is not a whole number from 1"
        raise ValueError(message)
    return int(text)


@lru_cache(maxsize=4096)
def _nanos(text: str) -> int:
    # Few different prices make up a statement of many lines.
    return to_nanos(parse_amount(text))
