"""Texts of a statement as amounts, counts and instants, by the format that a mapping declares.

What cannot be read raises `ValueError` or `MoneyError` with a message for people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from billing.period import FIRST_YEAR, LAST_YEAR
from pricing.errors import shown
from pricing.money import SCALE, parse_amount, to_nanos

if TYPE_CHECKING:
    from billing.statement.mapping import Format

CURRENCY: Final = re.compile(r"[A-Z][A-Z0-9_]{2,15}")
#: What spreadsheets make of a long number.
_SPREADSHEET_ID: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_WHOLE_FLOAT: Final = re.compile(r"(-?[0-9]{1,9})(?:\.0*)?")
#: Microseconds in what a count of time since 1970 counts.
_UNIX: Final = {"unix": 1_000_000, "unix_ms": 1_000}
_UNIX_TIME: Final = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,20})?")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NANO: Final = Decimal(1).scaleb(-SCALE)
_WIDE: Final = Context(prec=400)
_TEXT_MAX: Final = 200


@dataclass(frozen=True)
class Numbers:
    """Reads amounts and counts; `floats` as in the mapping's format."""

    decimal: str = "."
    thousands: str | None = None
    symbols: tuple[str, ...] = ()
    floats: bool = False

    def nanos(self, text: str) -> int:
        """An amount in nano-units; only floats may have more decimals, and are rounded half-even.

        Raises:
            ValueError: The marks between the digits are not where they belong, or it is too long.
            MoneyError: It is no amount, or out of range.
        """
        plain = self._plain(text)
        if not self.floats:
            return to_nanos(parse_amount(plain))
        if not _FLOAT.fullmatch(plain):
            message = f"{shown(text)} is not a number"
            raise ValueError(message)
        try:
            amount = Decimal(plain)
        except InvalidOperation:
            message = f"{shown(text)} is out of range"
            raise ValueError(message) from None
        if amount.adjusted() <= SCALE and amount:
            amount = amount.quantize(_NANO, ROUND_HALF_EVEN, context=_WIDE)
        return to_nanos(amount if amount else Decimal(0))

    def count(self, text: str) -> int:
        """A number of images; below zero only among floats, where images are taken back."""
        if self.floats:
            found = _WHOLE_FLOAT.fullmatch(self._plain(text))
            whole = found[1] if found else ""
        else:
            whole = text if _WHOLE.fullmatch(text) else ""
        if not whole:
            message = f"{shown(text)} is not a whole number from 1"
            raise ValueError(message)
        return int(whole)

    def _plain(self, text: str) -> str:
        """The text with a dot for the decimal mark, and nothing but digits otherwise."""
        if len(text) > _TEXT_MAX:
            message = f"{shown(text)} is too long for a number"
            raise ValueError(message)
        for symbol in self.symbols:
            text = text.removeprefix(symbol).removesuffix(symbol).strip()
        if self.thousands is not None and self.thousands in text:
            if not self._grouped.fullmatch(text):
                message = f"{shown(text)} has {self.thousands!r} where no group of digits ends"
                raise ValueError(message)
            text = text.replace(self.thousands, "")
        if self.decimal == ".":
            return text
        if "." in text:
            message = f"{shown(text)} has a dot, but the decimal mark is a comma"
            raise ValueError(message)
        return text.replace(self.decimal, ".", 1)

    @cached_property
    def _grouped(self) -> re.Pattern[str]:
        mark, point = re.escape(self.thousands or ""), re.escape(self.decimal)
        return re.compile(rf"-?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{point}[0-9]+)?")


@dataclass(frozen=True)
class Instants:
    """Reads instants; `form` is `iso`, `unix`, `unix_ms` or a strptime format."""

    form: str = "iso"
    zone: ZoneInfo | None = None
    ambiguous: str | None = None

    @classmethod
    def of(cls, declared: Format) -> Instants:
        """By the format that a mapping declares."""
        zone = None if declared.time_zone is None else ZoneInfo(declared.time_zone)
        return cls(declared.date, zone, declared.ambiguous)

    def read(self, text: str) -> datetime:
        """The instant, in UTC.

        Raises:
            ValueError: It is no time of this form, has no offset and there is no declared zone,
                or clocks that go forward or back make it none or two.
        """
        try:
            at = self._parsed(text)
            if at.tzinfo is None:
                at = self._local(at, text)
            at = at.astimezone(UTC)
        except OverflowError:
            at = datetime.min.replace(tzinfo=UTC)
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            message = f"{shown(text)} is out of range; years are {FIRST_YEAR} to {LAST_YEAR}"
            raise ValueError(message)
        return at

    def _parsed(self, text: str) -> datetime:
        if self.form in _UNIX:
            return _EPOCH + timedelta(microseconds=_microseconds(text, _UNIX[self.form]))
        try:
            if self.form == "iso":
                return datetime.fromisoformat(text)
            return datetime.strptime(text, self.form)  # noqa: DTZ007 - the zone is declared
        except ValueError:
            allowed = "ISO 8601, such as 2026-10-31T23:59:59Z" if self.form == "iso" else self.form
            message = f"{shown(text)} is not {allowed}"
            raise ValueError(message) from None

    def _local(self, at: datetime, text: str) -> datetime:
        if self.zone is None:
            message = f"{shown(text)} has no offset; write Z or +02:00 behind it"
            raise ValueError(message)
        earlier, later = (at.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        if earlier.utcoffset() == later.utcoffset():
            return earlier
        back = earlier.astimezone(UTC).astimezone(self.zone)
        if back.replace(tzinfo=None) != at:
            message = f"{shown(text)} does not exist in {self.zone.key}: clocks go forward over it"
            raise ValueError(message)
        if self.ambiguous is None:
            message = (
                f"{shown(text)} is there twice in {self.zone.key}, where clocks go back; the "
                "mapping can say which: format.ambiguous"
            )
            raise ValueError(message)
        return earlier if self.ambiguous == "earlier" else later


def _microseconds(text: str, unit: int) -> int:
    if not _UNIX_TIME.fullmatch(text):
        message = f"{shown(text)} is no count of time since 1970"
        raise ValueError(message)
    return int(Decimal(text.replace(",", ".")) * unit)


def id_problem(text: str) -> str | None:
    """What is wrong with an id, if anything."""
    if not text.isprintable():
        return f"{shown(text)} has control characters"
    if _SPREADSHEET_ID.fullmatch(text):
        return f"{shown(text)} was rounded by a spreadsheet; export the file again"
    return None
