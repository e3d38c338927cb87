"""The statement of an account for people: opening, every transfer, closing, in columns that add up.

The bucket columns hold changes between two rows of balances; `balance` is what was available after
the transfer. A bucket that nothing touched has no column, and a change of zero is left blank.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from billing.formats.grid import Grid, figures
from billing.formats.visible import visible
from billing.ledger.account_statement import AccountStatement, StatementLine

_BUCKETS: Final = ("available", "held", "in_doubt", "posted")
_GAP: Final = 2
#: `11-22 16:06  adjustment`: beside it stands what the transfer was for.
_ENTRY_WIDTH: Final = 11 + _GAP + 10
#: `4 x 1024x1024 medium`: with less room than this it stands below.
_DETAIL_WIDTH: Final = 20


def statement_text(statement: AccountStatement) -> str:
    """The whole statement as plain text, with a line break at the end; nothing is cut short."""
    return f"{heading(statement)}\n\n{statement_grid(statement).text()}\n"


def heading(statement: AccountStatement) -> str:
    """Whose, in what currency, of which month, by which instant, and as known when."""
    known = statement.as_of_recorded
    as_known = "" if known is None else f", as known at {known.isoformat(timespec='seconds')}"
    account = f"Statement of {visible(statement.account)} ({statement.currency})"
    if statement.parent is not None:
        account += f", a member of {visible(statement.parent)}"
    return f"{account}: {statement.by} in {statement.month} (UTC){as_known}"


def statement_grid(statement: AccountStatement, *, width: int | None = None) -> Grid:
    """A row for each transfer between opening and closing.

    Two rows each when `width` is too narrow; and no `balance` when it is too narrow even then.
    """
    amounts = _amounts(statement)
    if statement.parent is not None:
        amounts = amounts.without_balance()  # the money is not its own
    if width is None:
        return _one_row_each(statement, amounts, room=None)
    left = width - amounts.width
    if left >= _ENTRY_WIDTH + _GAP + _DETAIL_WIDTH:
        return _one_row_each(statement, amounts, room=left - _ENTRY_WIDTH - _GAP)
    if left < _ENTRY_WIDTH:
        amounts = amounts.without_balance()
    return _two_rows_each(statement, amounts, room=max(width - amounts.width, _ENTRY_WIDTH))


class _Amounts(NamedTuple):
    """The columns of figures, as text."""

    header: tuple[str, ...]
    opening: tuple[str, ...]
    lines: list[tuple[str, ...]]
    closing: tuple[str, ...]

    @property
    def width(self) -> int:
        rows = [self.header, self.opening, *self.lines, self.closing]
        return sum(max(map(len, column)) + _GAP for column in zip(*rows, strict=True))

    def without_balance(self) -> _Amounts:
        lines = [line[:-1] for line in self.lines]
        return _Amounts(self.header[:-1], self.opening[:-1], lines, self.closing[:-1])


def _amounts(statement: AccountStatement) -> _Amounts:
    rows = [statement.opening, *statement.lines, statement.closing]
    touched = [name for name in _BUCKETS if any(getattr(row, name) for row in rows)]
    buckets = touched or ["available"]
    cells: list[list[Decimal]] = [[getattr(row, name) for name in buckets] for row in rows]
    for line, row in zip(statement.lines, cells[1:-1], strict=True):
        row.append(line.balance_available)
    texts = iter(figures(cell for row in cells for cell in row))
    opening, *lines, closing = [[next(texts) for _ in row] for row in cells]
    # Only a change may be blank: a balance of zero is worth saying.
    changes = [
        tuple(
            text if cell or position == len(buckets) else ""
            for position, (text, cell) in enumerate(zip(line, row, strict=True))
        )
        for line, row in zip(lines, cells[1:-1], strict=True)
    ]
    header = (*(name.replace("_", " ") for name in buckets), "balance")
    return _Amounts(header, (*opening, ""), changes, (*closing, ""))


def _one_row_each(statement: AccountStatement, amounts: _Amounts, *, room: int | None) -> Grid:
    """Where nothing limits the width, the reason stands last, and is as long as it is."""
    reasons = [visible(line.reason or "") for line in statement.lines]
    is_own = room is None and any(reasons)
    lines = tuple(
        (
            *(_at(line, statement), line.kind),
            _cut(_detail(line, statement, with_reason=not is_own), room),
            *(*row, *([reason] if is_own else [])),
        )
        for line, row, reason in zip(statement.lines, amounts.lines, reasons, strict=True)
    )
    last = ("reason",) if is_own else ()
    blank = ("",) * len(last)
    return Grid(
        ("at", "kind", "for", *amounts.header, *last),
        (False, False, False, *(True,) * len(amounts.header), *(False,) * len(last)),
        (("", "opening", "", *amounts.opening, *blank), *lines),
        (("", "closing", "", *amounts.closing, *blank),),
    )


def _two_rows_each(statement: AccountStatement, amounts: _Amounts, *, room: int) -> Grid:
    below = ("",) * len(amounts.header)
    pairs = (
        (
            (f"{_at(line, statement)}  {line.kind}", *row),
            (f"  {_cut(_detail(line, statement), room - 2)}", *below),
        )
        for line, row in zip(statement.lines, amounts.lines, strict=True)
    )
    return Grid(
        ("transfer", *amounts.header),
        (False, *(True,) * len(amounts.header)),
        (("opening", *amounts.opening), *(row for pair in pairs for row in pair)),
        (("closing", *amounts.closing),),
    )


def _at(line: StatementLine, statement: AccountStatement) -> str:
    at = line.occurred_at if statement.by == "occurred" else line.recorded_at
    return at.strftime("%m-%d %H:%M")


def _detail(line: StatementLine, statement: AccountStatement, *, with_reason: bool = True) -> str:
    """What it was for: images, else the reason, else its hold's images or its key; and whose."""
    what = (line.reason if with_reason else None) or line.hold_asked or line.key
    if line.size is not None and line.images is not None:
        what = f"{line.images} x {line.size} {line.quality}"
    if line.member not in (None, statement.account):
        what = f"{what}, {line.member}"
    return visible(what)


def _cut(words: str, room: int | None) -> str:
    return words if room is None or len(words) <= room else f"{words[: room - 1]}…"
