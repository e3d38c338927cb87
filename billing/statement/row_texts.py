"""A row as texts by field, the way its mapping declares, and whether the row counts at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from billing.statement.fields import CURRENCY, Instants, Numbers
from billing.statement.model import BadLine
from pricing import MoneyError
from pricing.errors import shown

if TYPE_CHECKING:
    from billing.statement.layout import Layout
    from billing.statement.mapping import Cut

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DIGIT: Final = re.compile(r"\d")
_GUARDED: Final = ("'=", "'+", "'-", "'@")
_Value = TypeVar("_Value")


class Skipped(Counter[str]):
    """Why rows were left out, and how many; of the ids that are looked for, why each was."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.looked_for: frozenset[str] = frozenset()
        self.found: dict[str, str] = {}


class RowTexts:
    """Reads the rows of one file: what is in a row before it is a line or a bucket."""

    def __init__(self, layout: Layout, header: Sequence[str], *, floats: bool) -> None:
        """Prepare for rows below a header; `floats` also where the mapping does not say so."""
        self.layout, self.mapping = layout, layout.mapping
        form = self.mapping.format
        symbols = tuple(form.symbols)
        self.numbers = Numbers(form.decimal, form.thousands, symbols, form.floats or floats)
        self.instants = Instants.of(form)
        #: Why rows were left out, and how many.
        self.skipped = Skipped()
        #: Of the first good line; all others must be in it.
        self.currency = ""
        self._header = list(header)
        self._amount = ("cost", "amount") if "amount" in layout.places else ("n",)
        self._held: list[BadLine] = []
        self._values = {str(name): texts for name, texts in self.mapping.values.items()}
        self._cuts = {str(name): cut for name, cut in self.mapping.cut.items()}

    def skips(self, number: int, row: Sequence[str]) -> bool:
        """Whether the row is left out, or held back because it may be the last one."""
        reason = self._reason(row)
        if reason:
            self.skipped[reason] += 1
            if self.skipped.looked_for:
                request_id = self.layout.text("request_id", row)
                if request_id in self.skipped.looked_for:
                    self.skipped.found[request_id] = reason
        return bool(reason) or self._holds(number, row)

    def held(self, last: int) -> list[BadLine]:
        """Rows that were held back and turn out to be bad, given the number of the last row."""
        if self._held and self._held[-1].line == last:
            self._held.pop()
            self.skipped["trailing_total"] += 1
        return self._held

    def width_problem(self, row: Sequence[str]) -> str | None:
        """What is wrong with how many cells there are, if anything."""
        width = self.layout.width
        return None if len(row) == width else f"{len(row)} fields where the header has {width}"

    def texts(self, row: Sequence[str]) -> dict[str, str]:
        """What the row says by field: cut, translated, and completed with constants."""
        mapping, found = self.mapping, {}
        for field in self.layout.places:
            text = self.layout.text(field, row)
            if mapping.format.formula_guard and text.startswith(_GUARDED):
                text = text[1:]
            if field in self._cuts:
                text = _cut(text, self._cuts[field])
            found[field] = self._values.get(field, {}).get(text, text)
        if not _passes(row, self.layout.counts):
            found["n"] = ""
        for field, constant in mapping.constants.items():
            found[field] = found.get(field) or str(constant)
        if mapping.format.any_case_currency:
            found["currency"] = found.get("currency", "").upper()
        return found

    def currency_problems(self, currency: str) -> list[str]:
        """What is wrong with a currency, if anything."""
        if not CURRENCY.fullmatch(currency):
            return [f"currency: {currency!r} is not one; write it as in USD"]
        if self.currency and currency != self.currency:
            return [f"currency: {currency}, but the statement is in {self.currency}"]
        return []

    def _reason(self, row: Sequence[str]) -> str:
        skip, layout = self.mapping.skip, self.layout
        if skip.repeated_header and list(row) == self._header:
            return "repeated_header"
        if len(row) != layout.width:
            return ""
        if not _passes(row, layout.filters):
            return "only"
        if skip.empty_amount and not any(layout.text(field, row) for field in self._amount):
            return "empty_amount"
        return "zero_amount" if skip.zero_amount and self._is_zero(row) else ""

    def _is_zero(self, row: Sequence[str]) -> bool:
        text = next(filter(None, (self.layout.text(field, row) for field in self._amount)), "")
        try:
            return self.numbers.nanos(text) == 0
        except (ValueError, MoneyError):
            return False

    def _holds(self, number: int, row: Sequence[str]) -> bool:
        if not self.mapping.skip.trailing_total:
            return False
        padded = [*row, *[""] * (self.layout.width - len(row))]
        if any(self.layout.text(field, padded) for field in ("created_at", "start")):
            return False
        # `Total` may stand in the column of ids; no id is without a digit.
        if _DIGIT.search(self.layout.text("request_id", padded)):
            return False
        cells = ", ".join(cell for cell in row if cell.strip())
        problem = f"neither an id nor a time, and more rows come after it: {shown(cells)}"
        self._held.append(BadLine(number, (problem,)))
        return True


def _passes(row: Sequence[str], tests: Mapping[int, frozenset[str]]) -> bool:
    return all(row[place].strip() in texts for place, texts in tests.items())


def read_field(
    name: str,
    text: str,
    reader: Callable[[str], _Value],
    problems: list[str],
    *,
    otherwise: _Value,
) -> _Value:
    """What a reader makes of a text; a problem more, and `otherwise`, where it cannot."""
    try:
        return reader(text)
    except (ValueError, MoneyError) as error:
        said = str(error).rstrip(".")
        problems.append(f"{name}: {said}")
        return otherwise


def control_problems(texts: Mapping[str, str]) -> list[str]:
    """The fields with characters that no text has."""
    return [
        f"{name}: {shown(text)} has control characters"
        for name, text in texts.items()
        if _CONTROL.search(text)
    ]


def _cut(text: str, cut: Cut) -> str:
    if cut.after is not None and cut.after in text:
        text = text.partition(cut.after)[2]
    if cut.before is not None:
        text = text.partition(cut.before)[0]
    return text.strip()
