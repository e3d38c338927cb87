"""What a step of a walk is made of: drawn from one number of the walk's that hypothesis chose."""

from __future__ import annotations

from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw(Random):
    """The same number draws the same step; a draw costs a microsecond, hypothesis' own fifty."""

    def one_in(self, times: int) -> bool:
        """True once in so many times."""
        return self.randrange(times) == 0

    def newest(self, among: dict[str, T], most: int = 12) -> str:
        """One of the last names of a mapping."""
        back = self.randrange(min(most, len(among)))
        names = reversed(among)
        for _ in range(back):
            next(names)
        return next(names)
