"""How far a long statement was read, for whoever is waiting; it changes nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, TypeVar, cast

from billing.statement import Statement

#: Called with the number of lines read so far.
Progress = Callable[[int], None]
Line = TypeVar("Line")

_EVERY: Final = 5_000


def watched(statement: Statement, progress: Progress) -> Statement:
    """The statement; whoever goes through its lines makes `progress` go along."""
    return cast("Statement", _Watched(statement, progress))


class _Watched:
    def __init__(self, statement: Statement, progress: Progress) -> None:
        self._statement, self._progress = statement, progress

    def __getattr__(self, name: str) -> object:
        return getattr(self._statement, name)

    def lines(self, left_out: Counter[str] | None = None) -> Iterator[object]:
        return self._counted(self._statement.lines(left_out))

    def rapid(self, left_out: Counter[str] | None = None) -> Iterator[object]:
        return self._counted(self._statement.rapid(left_out))

    def _counted(self, lines: Iterator[Line]) -> Iterator[Line]:
        for number, line in enumerate(lines, start=1):
            if number % _EVERY == 0:
                self._progress(number)
            yield line
