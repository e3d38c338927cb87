"""A grid as a table of Markdown: figures to the right, texts that stay texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from billing.formats.grid import Grid

#: What Markdown, or the HTML inside it, would read as more than a character.
_MEANING: Final = re.compile(r"([\\`*_\[\]<>#|~$&])")
_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f]+")


def escaped(text: str) -> str:
    r"""The text as it reads: on one line, no markup.

    >>> escaped("a|b *c*")
    'a\\|b \\*c\\*'
    """
    return _MEANING.sub(r"\\\1", _SPACE.sub(" ", text))


def markdown_table(grid: Grid) -> str:
    """The grid with its totals in bold, without a line break at the end."""
    return "\n".join(markdown_lines(grid))


def markdown_lines(grid: Grid) -> Iterator[str]:
    """The same line by line."""
    yield _line(map(escaped, grid.header))
    yield _line("---:" if right else "---" for right in grid.numeric)
    for row in grid.body():
        yield _line(map(escaped, row))
    for row in grid.footing:
        yield _line(_bold(row))


def bullets(lines: Sequence[str]) -> str:
    """A list, without a line break at the end."""
    return "\n".join(f"- {escaped(line)}" for line in lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bold(row: Iterable[str]) -> Iterator[str]:
    for cell in row:
        yield f"**{escaped(cell)}**" if cell else ""
