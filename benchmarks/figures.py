"""How every benchmark tells its figures to `results.py`: one line of JSON for each, on stdout.

    tell("a checked quote", against="one lookup and one multiplication", ratio=4.3, at_most=10)

prints `figure {"claim": ...}` beside whatever the benchmark prints for people. A figure is a ratio
between two things measured in the same run; a goal is at most or at least that ratio, or absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

_MARK: Final = "figure "


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One ratio: what was measured, over what its peer or limit took or did in the same run."""

    #: What was measured, as the table of results names it.
    claim: str
    #: The peer or the limit.
    against: str
    ratio: float
    #: The goal; one of the two, or neither where nothing is promised.
    at_most: float | None = None
    at_least: float | None = None
    #: What else a reader has to know: rates, ranges, sizes.
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.at_most is not None:
            return self.ratio <= self.at_most
        return None if self.at_least is None else self.ratio >= self.at_least

    @property
    def goal(self) -> str:
        """The goal in words; empty where there is none."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"


def tell(
    claim: str,
    *,
    against: str,
    ratio: float,
    at_most: float | None = None,
    at_least: float | None = None,
    note: str = "",
) -> bool:
    """Print a figure as a line of JSON; whether it misses its goal, for the exit code."""
    figure = Figure(
        claim=claim, against=against, ratio=ratio, at_most=at_most, at_least=at_least, note=note
    )
    given = {name: value for name, value in asdict(figure).items() if value not in (None, "")}
    print(f"{_MARK}{json.dumps(given, ensure_ascii=False)}", flush=True)
    return figure.is_met is False


def read_figures(lines: Iterable[str]) -> Iterator[Figure]:
    """The figures among the lines of a benchmark's output."""
    for line in lines:
        if line.startswith(_MARK):
            yield Figure(**json.loads(line.removeprefix(_MARK)))
