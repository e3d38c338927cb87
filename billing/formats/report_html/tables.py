"""Tables of the page: a caption, headings with their scope, and a frame that a keyboard scrolls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from billing.formats.grid import Grid
from billing.formats.report_html.elements import Child, Markup, element

#: Where a row has no such thing: a refund of an amount has no size.
_NO_NAME: Final = "–"
#: Names beyond so many letters go over several lines.
_LONG: Final = 18
#: Sums of a line that stand beside each other on a narrow screen.
_BESIDE: Final = 2
#: Columns that fit on a page of paper as it is usually held.
_UPRIGHT: Final = 10


def table(
    grid: Grid, caption: str, *, name: str, stacks: bool = False, whole: bool = False
) -> Markup:
    """The grid as a table; `name` is an id of its own. A first column of words heads its rows.

    On a narrow screen a table that `stacks` is a list of cards: each cell below the other, behind
    its heading, so that none is out of sight. One that is `whole` is as high as its rows: nothing
    of it has to be scrolled to.
    """
    head = element("tr", *(_heading(grid, at) for at in range(len(grid.header))))
    parts = [
        element("caption", element("span", caption, id=f"{name}-caption")),
        element("thead", head),
        element("tbody", *(_row(grid, row, is_named=stacks) for row in grid.body())),
    ]
    if grid.footing:
        sums = (_row(grid, row, in_body=False, is_named=stacks) for row in grid.footing)
        parts.append(element("tfoot", *sums, class_="listed" if _has_many_sums(grid) else None))
    return element(
        "div",
        element("table", *parts),
        class_=" ".join(["frame", *_looks(grid, stacks=stacks, whole=whole)]),
        role="region",
        tabindex="0",
        aria_labelledby=f"{name}-caption",
    )


def folded(summary: str, content: Markup) -> Markup:
    """What is shown when somebody asks for it."""
    return element("details", element("summary", summary), content)


def _looks(grid: Grid, *, stacks: bool, whole: bool) -> Iterator[str]:
    if stacks:
        yield "stacks"
    if whole:
        yield "whole"
    if len(grid.header) > _UPRIGHT:
        yield "across"


def _has_many_sums(grid: Grid) -> bool:
    """They need their names where they do not stand below their headings."""
    return any(
        sum(bool(text) for text, is_figure in zip(row, grid.numeric, strict=True) if is_figure)
        > _BESIDE
        for row in grid.footing
    )


def _heading(grid: Grid, at: int) -> Markup:
    # A currency stands beside its amount without a heading to the eye; to the ear it has one.
    words: Child = grid.header[at] or element("span", "currency", class_="unseen")
    return element("th", words, scope="col", class_=_class(grid, at))


def _row(grid: Grid, row: Sequence[str], *, in_body: bool = True, is_named: bool = False) -> Markup:
    names = [name or "currency" if is_named else None for name in grid.header]
    cells = (_cell(grid, at, text, in_body=in_body, name=names[at]) for at, text in enumerate(row))
    return element("tr", *cells)


def _cell(grid: Grid, at: int, text: str, *, in_body: bool, name: str | None) -> Markup:
    if grid.numeric[at]:
        return element("td", text, class_="figure", data_name=name)
    class_ = "long" if len(text) > _LONG else None
    words = element("bdi", text or _NO_NAME) if in_body or text else ""
    if at == 0:
        return element("th", words, scope="row", class_=class_)
    return element("td", words, class_=class_, data_name=name)


def _class(grid: Grid, at: int) -> str | None:
    return "figure" if grid.numeric[at] else None
