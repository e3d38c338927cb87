"""What commands print: JSON for programs, aligned tables for people; it decides nothing.

rich is imported when a table is drawn, never for JSON. Colours only on a terminal, and not under
NO_COLOR; piped tables are not cut to a width. Texts from outside reach no terminal as they are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

import click

from billing.formats.visible import visible, visible_lines
from pricing.money import EXACT, format_amount, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

Justify = Literal["left", "right"]

_PIPED_WIDTH: Final = 240


def print_json(content: object) -> None:
    """One JSON object on stdout."""
    click.echo(json.dumps(content, indent=2))


def show(*parts: RenderableType) -> None:
    """Print tables and lines of text on stdout; markup in square brackets is not read."""
    from rich.console import Console
    from rich.segment import Segment, Segments
    from rich.table import Table

    from billing.cli.narrow import fitted, width_needed

    console = Console(highlight=False, markup=False, emoji=False)
    if not sys.stdout.isatty():
        # Piped text is not cut to a width, and loses the blanks that fill a table up.
        tables = [part for part in parts if isinstance(part, Table)]
        console.width = max([_PIPED_WIDTH, *(width_needed(console, part) for part in tables)])
    with console.capture() as drawn:
        for part in parts:
            if isinstance(part, str):
                console.print(visible_lines(part), soft_wrap=True)
                continue
            if isinstance(part, Table):
                part = fitted(console, part)
            drawn_parts = [
                Segment(each.text if each.text == "\n" else visible(each.text), each.style)
                for each in console.render(part)
            ]
            console.print(Segments(drawn_parts), end="")
    lines = drawn.get().splitlines()
    click.echo("\n".join(line.rstrip() for line in lines), color=True)


def say(text: str, *, err: bool = False) -> None:
    """A line, or several, for people; whatever is in it."""
    click.echo(visible_lines(text), err=err)


def nothing(text: str) -> None:
    """What a list says that has no row: words, on stderr, so that a pipe stays empty."""
    say(text, err=True)


def note(text: str) -> None:
    """A line on stderr, only when a person is looking at it."""
    if sys.stderr.isatty():
        say(text, err=True)


def table(*columns: tuple[str, Justify], head: bool = True) -> Table:
    """A table without lines, two spaces between its columns; a dim head when there are headings."""
    from rich.table import Table

    drawn = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=head)
    for heading, justify in columns:
        drawn.add_column(heading, justify=justify, no_wrap=True, header_style="dim")
    return drawn


def text(*parts: str | tuple[str, str]) -> Text:
    """A line of text; a part may be a pair of words and style, such as `("each", "dim")`."""
    from rich.text import Text

    return Text.assemble(*parts)


def figures(amounts: Iterable[Decimal]) -> list[str]:
    """Amounts with as many decimals as the longest of them has, at least two: they align.

    >>> figures([Decimal("0.0036"), Decimal("100")])
    ['0.0036', '100.0000']
    """
    trimmed = [plain(amount) for amount in amounts]
    places = max((_places(amount) for amount in trimmed), default=2)
    unit = Decimal(1).scaleb(-max(places, 2))
    return [format(amount.quantize(unit, context=EXACT), "f") for amount in trimmed]


def counted(count: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "hold"), counted(0, "hold")
    ('1 hold', '0 holds')
    """
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def money(amount: Decimal, currency: str) -> str:
    """One amount with its currency."""
    return format_amount(amount, currency)


def span(seconds: int) -> str:
    """A length of time, in the one unit that says enough.

    >>> span(42), span(300), span(7200), span(200000)
    ('42 s', '5 min', '2 h', '2 d')
    """
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
