"""A grid drawn for a terminal; rich is imported only when one is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.formats.grid import Grid

if TYPE_CHECKING:
    from rich.table import Table


def drawn(grid: Grid) -> Table:
    """The grid as a table: figures never wrap, words do when the terminal is narrow."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="dim",
        show_footer=len(grid.footing) == 1,
        footer_style="bold",
    )
    footing = grid.footing[0] if len(grid.footing) == 1 else ("",) * len(grid.header)
    for heading, total, numeric in zip(grid.header, footing, grid.numeric, strict=True):
        table.add_column(
            Text(heading),
            Text(total),
            justify="right" if numeric else "left",
            no_wrap=numeric,
            overflow="fold",
        )
    for row in grid.body():
        table.add_row(*map(Text, row))
    if len(grid.footing) > 1:
        table.add_section()
        for row in grid.footing:
            table.add_row(*map(Text, row), style="bold")
    return table
