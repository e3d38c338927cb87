"""What a month of usage costs under two price lists; it re-prices, and changes no charge.

The file is the canonical usage CSV, read line by line in constant memory. Only charges of the
models of the two books are re-priced: refunds, taxes, fees, credits and totals are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pricing.csv_rows import (
    Columns,
    Key,
    LineError,
    LineErrors,
    Progress,
    columns_of,
    count_lines,
    reader_of,
)
from pricing.errors import InvalidValue, MissingParameter, RequestError
from pricing.margins import percent_of
from pricing.money import EXACT, plain
from pricing.plans import CellKey, key_of

if TYPE_CHECKING:
    from pricing.book import PriceBook
    from pricing.diff import BookDiff

_COLUMNS: Final = ("model", "endpoint", "size", "quality", "n", "status")
_CHARGED: Final = "charged"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEffect:
    """A month under two price lists, exactly; both sums are over the same lines."""

    old: Decimal
    new: Decimal
    currency: str
    calls: int
    images: int
    #: Lines that are no charges, or of models that neither book prices.
    skipped: int
    #: Charges that one of the two lists has no price for; `errors` has the first thousand.
    unpriced: int
    errors: tuple[LineError, ...]

    @property
    def change(self) -> Decimal:
        """New less old."""
        return plain(EXACT.subtract(self.new, self.old))

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of the old sum, two decimals; None of nothing."""
        return percent_of(self.change, self.old)


def usage_effect(
    lines: Iterable[str],
    diff: BookDiff,
    *,
    old: PriceBook,
    new: PriceBook,
    progress: Progress | None = None,
) -> UsageEffect:
    """Re-price the charges of a usage file under both lists of a difference.

    Raises:
        InvalidValue: For a file without the columns `model`, `size` and `n`.
    """
    reader, header = reader_of(lines)
    columns = columns_of(header, known=_COLUMNS, ignored=None)
    for name in ("model", "size", "n"):
        if name not in columns.names:
            raise InvalidValue("file", ",".join(header), allowed=f"a first line with {name}")
    effect = _Effect(diff, old, new, columns)
    count_lines(
        reader,
        columns,
        resolve=effect.resolve,
        flush=effect.flush,
        errors=effect.errors,
        progress=progress,
    )
    return effect.answer()


class _Effect:
    def __init__(self, diff: BookDiff, old: PriceBook, new: PriceBook, columns: Columns) -> None:
        self._old = {key_of(cell): cell.unit_price for cell in diff.old.cells}
        self._new = {key_of(cell): cell.unit_price for cell in diff.new.cells}
        self._models = {old.model, new.model}
        self._default = old.default_quality
        self._columns, self._currency = columns, diff.currency
        self._images: dict[CellKey, int] = {}
        self._calls = self._skipped = 0
        self.errors = LineErrors()

    def resolve(self, key: Key, line: int) -> bool:
        fields = self._columns.cells(key)
        if self._is_other(fields):
            return True
        try:
            self._read(fields)
        except RequestError as error:
            self.errors.add(line, error)
            return False
        return True

    def flush(self, counts: dict[Key, int]) -> None:
        for key, calls in counts.items():
            fields = self._columns.cells(key)
            if self._is_other(fields):
                self._skipped += calls
                continue
            cell, n = self._read(fields)
            self._calls += calls
            self._images[cell] = self._images.get(cell, 0) + calls * n

    def answer(self) -> UsageEffect:
        return UsageEffect(
            old=self._sum(self._old),
            new=self._sum(self._new),
            currency=self._currency,
            calls=self._calls,
            images=sum(self._images.values()),
            skipped=self._skipped,
            unpriced=self.errors.count,
            errors=tuple(self.errors.kept),
        )

    def _sum(self, prices: Mapping[CellKey, Decimal]) -> Decimal:
        total = Decimal(0)
        for cell, images in self._images.items():
            total = EXACT.add(total, EXACT.multiply(prices[cell], images))
        return plain(total)

    def _is_other(self, fields: Mapping[str, str]) -> bool:
        charged = fields.get("status", _CHARGED) == _CHARGED
        return not charged or ("model" in fields and fields["model"] not in self._models)

    def _read(self, fields: Mapping[str, str]) -> tuple[CellKey, int]:
        """The cell and the images of a charge that both lists have a price for."""
        for name in ("model", "size", "n"):
            if name not in fields:
                raise MissingParameter(name)
        n = fields["n"]
        if not (n.isascii() and n.isdigit() and len(n) <= 12 and int(n) > 0):
            raise InvalidValue("n", n, allowed="a whole number from 1")
        quality = fields.get("quality", self._default)
        cell = fields.get("endpoint", "generations"), fields["size"], quality
        for prices, which in ((self._old, "old"), (self._new, "new")):
            if cell not in prices:
                endpoint, size, quality = cell
                allowed = f"one that the {which} list has a price for"
                raise InvalidValue(
                    "size", size, allowed=allowed, why=f"It has none for {quality} {endpoint}."
                )
        return cell, int(n)
