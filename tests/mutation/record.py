"""What became of each mutant: a line of JSON each, in the order in which they were tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutation.children import Outcome
from tests.mutation.covering import Covering
from tests.mutation.mutants import Mutant, Place


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and how it ended."""

    place: Place
    line: int
    before: str
    after: str
    outcome: Outcome
    #: The test that noticed; empty when none did.
    killer: str
    #: How many tests were allowed to notice.
    tests: int
    seconds: float


class Record:
    """The record of a scope in `build/mutation`; the last line about a place is the valid one."""

    def __init__(self, name: str) -> None:
        folder = Path("build/mutation")
        folder.mkdir(parents=True, exist_ok=True)
        self._tried = folder / f"{name}.jsonl"
        self._covering = folder / f"{name}.covering.json"

    def clear(self) -> None:
        """Forget what was tried."""
        self._tried.write_text("")

    def add(
        self, mutant: Mutant, outcome: Outcome, killer: str, *, tests: int, seconds: float
    ) -> None:
        """Append one."""
        facts = mutant.place, mutant.line, mutant.before, mutant.after
        line = asdict(Tried(*facts, outcome, killer, tests, round(seconds, 2)))
        with self._tried.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def __iter__(self) -> Iterator[Tried]:
        last: dict[Place, Tried] = {}
        lines = self._tried.read_text().splitlines() if self._tried.exists() else []
        for line in lines:
            fields = json.loads(line)
            place = Place(**fields.pop("place"))
            last[place] = Tried(place=place, **fields)
        return iter(last.values())

    def write_covering(self, covering: Covering) -> None:
        """Keep which tests run which lines."""
        self._covering.write_text(json.dumps(asdict(covering)))

    def read_covering(self) -> Covering:
        """What `write_covering` kept; nothing at first."""
        if not self._covering.exists():
            return Covering({}, {}, {})
        return Covering(**json.loads(self._covering.read_text()))
