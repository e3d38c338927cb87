"""More charges than memory should hold: both sides in files, parted by a hash of the request id.

Equal ids land in the same part, so each part is compared as if it were a month of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self, TextIO

from billing.reconciliation.books.ledger_rows import Facts
from billing.statement import Combination, RapidLine

#: Ten million charges come to some three hundred thousand a part.
_PARTS: Final = 32


class Partitions:
    """A folder of temporary files (TMPDIR says where), gone when the block ends."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = Path()
        self._charges: list[TextIO] = []
        self._lines: list[TextIO] = []
        self._facts: dict[Facts, int] = {}
        self._combinations: dict[int, tuple[int, Combination]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add_charges(self, charges: dict[str, Facts]) -> None:
        """Put charges away, and forget them."""
        self._open()
        places = self._facts
        for request_id, facts in charges.items():
            place = places.setdefault(facts, len(places))
            self._charges[hash(request_id) % _PARTS].write(f"{request_id}\t{place}\n")
        charges.clear()

    def add_line(self, item: RapidLine) -> None:
        """Put a line away."""
        number, request_id, at, line = item
        place, _line = self._combinations.setdefault(id(line), (len(self._combinations), line))
        file = self._lines[hash(request_id) % _PARTS]
        file.write(f"{request_id}\t{number}\t{at.isoformat()}\t{place}\n")

    def parts(self) -> Iterator[tuple[Iterable[tuple[str, Facts]], Iterable[RapidLine]]]:
        """The charges and the lines of each part."""
        for file in (*self._charges, *self._lines):
            file.flush()
        facts, lines = list(self._facts), [line for _place, line in self._combinations.values()]
        for charged, billed in zip(self._charges, self._lines, strict=True):
            yield _charges(charged, facts), _lines(billed, lines)

    def _open(self) -> None:
        if self._charges:
            return
        folder = self._stack.enter_context(TemporaryDirectory(prefix="reconcile-"))
        self._folder = Path(folder)
        self._charges, self._lines = (
            [self._file(f"{side}-{part}") for part in range(_PARTS)] for side in ("c", "l")
        )

    def _file(self, name: str) -> TextIO:
        return self._stack.enter_context(
            (self._folder / name).open("w+", encoding="utf-8", newline="\n")
        )


def _charges(file: TextIO, facts: list[Facts]) -> Iterator[tuple[str, Facts]]:
    file.seek(0)
    for text in file:
        request_id, place = text.rsplit("\t", 1)
        yield request_id, facts[int(place)]


def _lines(file: TextIO, lines: list[Combination]) -> Iterator[RapidLine]:
    file.seek(0)
    for text in file:
        request_id, number, at, place = text.rsplit("\t", 3)
        yield int(number), request_id, datetime.fromisoformat(at), lines[int(place)]
