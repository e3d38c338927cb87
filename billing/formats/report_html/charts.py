"""What every chart has: a heading, a sentence, a drawing that says what it shows, its figures.

Drawings are as wide as their place: distances across are parts of the width, in per cent, and only
those downwards are pixels, so that letters keep their size on a narrow screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from billing.formats.grid import Grid
from billing.formats.report_html.elements import NOTHING, Markup, element
from billing.formats.report_html.tables import folded, table

#: Series that can be told apart; the style sheet has as many colours.
SERIES_MAX: Final = 6
_STEPS: Final = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_INTERVALS: Final = 4
#: Pixels of a bar that is not nothing; the line around it takes one of them.
LEAST: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of `height` pixels; `margin` letters of labels stand to its left."""

    name: str
    title: str
    says: str
    drawing: Sequence[Markup]
    height: int
    margin: int = 0
    legend: Markup = NOTHING
    grid: Grid
    wide: bool = False

    def figure(self) -> Markup:
        """The chart as a figure of the page."""
        title, says = f"{self.name}-title", f"{self.name}-says"
        svg = element(
            "svg",
            element("title", self.title, id=title),
            element("desc", self.says, id=says),
            *self.drawing,
            role="img",
            aria_labelledby=f"{title} {says}",
            width="100%",
            height=self.height,
        )
        return element(
            "figure",
            element(
                "figcaption", element("h3", self.title), element("p", self.says, class_="says")
            ),
            self.legend,
            element("div", svg, class_="drawing", style=f"padding-left:{self.margin}ch"),
            folded("Figures", table(self.grid, self.title, name=f"{self.name}-table")),
            class_="wide" if self.wide else None,
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """From amounts to pixels downwards, between two round amounts, over `height` pixels."""

    low: Decimal
    high: Decimal
    step: Decimal
    top: int
    height: int

    @classmethod
    def over(cls, amounts: Sequence[Decimal], *, top: int, height: int) -> Scale:
        """A scale on which zero and all the amounts lie."""
        low, high = min(*amounts, Decimal(0)), max(*amounts, Decimal(0))
        step = _round_step((high - low) / _INTERVALS or Decimal(1))
        ends = (
            (low / step).to_integral_value(ROUND_FLOOR),
            (high / step).to_integral_value(ROUND_CEILING),
        )
        return cls(ends[0] * step, ends[1] * step or step, step, top, height)

    def ticks(self) -> list[Decimal]:
        """The round amounts, from the lowest up."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * at for at in range(count + 1)]

    def y(self, amount: Decimal) -> float:
        """Where an amount lies."""
        return self.top + float((self.high - amount) / (self.high - self.low)) * self.height


def rectangle(
    x: float, y: float, width: float, height: float, *inside: Markup, class_: str
) -> Markup:
    """A rectangle; across in per cent of the width, downwards in pixels."""
    return element(
        "rect",
        *inside,
        x=percent_of_width(x),
        y=pixels(y),
        width=percent_of_width(width),
        height=pixels(height),
        class_=class_,
    )


def label(x: float, y: float, text: str, *, class_: str, dx: int | None = None) -> Markup:
    """A line of letters; `dx` moves it by pixels."""
    return element("text", text, x=percent_of_width(x), y=pixels(y), dx=dx, class_=class_)


def rule(y: float, *, class_: str) -> Markup:
    """A line across the whole width."""
    return element("line", x1="0%", x2="100%", y1=pixels(y), y2=pixels(y), class_=class_)


def tooltip(text: str) -> Markup:
    """What is said when a pointer rests on the element around it."""
    return element("title", text)


def legend(names: Sequence[str]) -> Markup:
    """Which colour stands for what."""
    return element(
        "ul",
        *(
            element("li", swatch(f"series-{at}"), element("bdi", name))
            for at, name in enumerate(names)
        ),
        class_="legend",
    )


def textures() -> Markup:
    """What every other series is filled with, so that colour alone tells nothing apart."""
    found = [
        element(
            "pattern",
            element("rect", width="7", height="7", class_=f"paint-{at}"),
            element("line", x1="0", y1="0", x2="0", y2="7", class_="stripe"),
            id=f"texture-{at}",
            width="7",
            height="7",
            patternUnits="userSpaceOnUse",
            patternTransform=f"rotate({45 if at % 4 == 1 else 135})",
        )
        for at in range(1, SERIES_MAX, 2)
    ]
    return element("svg", *found, width="0", height="0", class_="unseen", aria_hidden="true")


def swatch(class_: str) -> Markup:
    """A small square of a colour."""
    square = element("rect", width="12", height="12", class_=class_)
    return element("svg", square, width="12", height="12", aria_hidden="true")


def percent_of_width(part: float) -> str:
    """A distance across."""
    return f"{part:.3f}%"


def pixels(distance: float) -> str:
    """A distance downwards."""
    return f"{distance:.2f}"


def _round_step(atleast: Decimal) -> Decimal:
    power = Decimal(1).scaleb(atleast.adjusted())
    return next(each * power for each in _STEPS if each * power >= atleast)
