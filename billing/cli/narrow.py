"""Tables for terminals that are too narrow for them: nothing is cut, the cells stand in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

#: Wider than any table.
_ENDLESS: Final = 1_000_000


def width_needed(console: Console, table: Table) -> int:
    """The least width in which no cell of a table is cut, and no word of one that wraps."""
    endless = console.options.update(max_width=_ENDLESS)
    return console.measure(table, options=endless).minimum


def fitted(console: Console, table: Table) -> Table:
    """The table if it fits; else a line for each cell, with its heading before it."""
    if width_needed(console, table) <= console.width:
        return table
    return _records(table) if table.show_header else _folded(table)


def _records(table: Table) -> Table:
    lines = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    headings = [_plain(column.header) for column in table.columns]
    rows = list(zip(*(list(column.cells) for column in table.columns), strict=True))
    styles = [row.style for row in table.rows]
    if table.show_footer:
        rows.append(tuple(column.footer for column in table.columns))
        styles.append(table.footer_style)
    is_first = True
    for row, style in zip(rows, styles, strict=True):
        cells = zip(headings, row, strict=True)
        told = [(heading, cell) for heading, cell in cells if _plain(cell)]
        if told and not is_first:
            lines.add_row()
        for heading, cell in told:
            lines.add_row(Text(heading, style="dim"), cell, style=style)
            is_first = False
    return lines


def _folded(table: Table) -> Table:
    """The table with cells that go on in the next line."""
    for column in table.columns:
        column.no_wrap, column.overflow = False, "fold"
    return table


def _plain(cell: RenderableType) -> str:
    return cell.plain if isinstance(cell, Text) else str(cell)
