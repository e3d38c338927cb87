"""The passes over a usage file: one that looks at every line, and one that books them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection

from billing.importing.booking import CHUNK_LINES, Booking
from billing.importing.cells import LeftLine, Usage
from billing.importing.drafts import Draft, Drafting, Refusal
from billing.importing.errors import ImportRefused
from billing.importing.found import Locked
from billing.importing.lines import LineReader, UsageLine
from billing.importing.prices import Prices
from billing.importing.refunds import Refunds
from billing.importing.taken import taken_keys
from billing.importing.tallies import Tallies
from billing.ledger import Ledger
from billing.ledger.accounts import Payer
from billing.ledger.rates import RateRow
from billing.ledger.verbs import Verbs
from pricing.csv_rows import LineError

Stage = Literal["checking", "booking"]
#: What is going on, how many lines of it are done, and of how many if that is known.
Progress = Callable[[Stage, int, int | None], None]

_PROGRESS_LINES: Final = 5_000


class Checked(NamedTuple):
    """What is known of a file before it is booked."""

    #: Whoever pays for a line.
    payers: tuple[Payer, ...]
    #: Of the price books.
    rates: frozenset[RateRow]
    lines: int


class Passes:
    """One import's ways through its file."""

    def __init__(
        self,
        ledger: Ledger,
        reader: LineReader,
        *,
        prices: Prices,
        source: str,
        carry: bool,
        progress: Progress | None,
    ) -> None:
        self._ledger, self._reader, self._prices = ledger, reader, prices
        self._source, self._carry, self._progress = source, carry, progress
        self._has_refunds = False
        self._drafts: dict[Usage, list[Draft]] = {}

    def check(self, connection: Connection) -> Checked:
        """Look at every line.

        Raises:
            ImportRefused: with all that is wrong with them.
        """
        drafting, tallies = self._drafting(connection), Tallies()
        lines = 0
        for line in self._lines("checking", tallies, None):
            lines += 1
            try:
                if isinstance(line, LeftLine):
                    continue
                if line.usage.status == "charged":
                    drafting.draft(line)
                else:
                    drafting.refunded(line)
                    self._has_refunds = True
            except Refusal as problem:
                tallies.refuse(problem)
        if tallies.errors.count or drafting.refused:
            # Whatever only shows when lines are booked is told with it.
            self._charges(connection, self._ledger.within(connection), total=lines, writes=False)
            self._refuse(drafting, tallies)
        return Checked(drafting.payers, frozenset(drafting.rates), lines)

    def book(self, connection: Connection, lines: int, *, locked: Locked) -> Tallies:
        """Book every line.

        Args:
            connection: in a transaction that has locked the balances of the payers.
            lines: how many there are.
            locked: what is known of those balances.

        Raises:
            ImportRefused: with all that is wrong; roll the transaction back.
            Clash: somebody else took a key.
        """
        verbs = self._ledger.within(connection)
        drafting, tallies = self._charges(connection, verbs, total=lines, locked=locked)
        if self._has_refunds:
            refunds = Refunds(
                connection, verbs, drafting=drafting, tallies=tallies, prices=self._prices
            )
            for again in self._reader.lines():
                if isinstance(again, UsageLine) and again.usage.status == "refunded":
                    refunds.add(again)
            refunds.flush()
            self._refuse(drafting, tallies)
        return tallies

    def refuse_taken(self, connection: Connection) -> None:
        """Look for keys of the file that stand for something else in the ledger, after a clash.

        Raises:
            ImportRefused: with every line whose key does.
        """
        drafting, tallies = self._drafting(connection), Tallies()
        lines = self._reader.lines()
        while some := list(islice(lines, CHUNK_LINES)):
            charged: list[tuple[UsageLine, Payer]] = []
            for line in some:
                if isinstance(line, UsageLine) and line.usage.status == "charged":
                    try:
                        charged.append((line, drafting.payer(line)))
                    except Refusal as problem:
                        tallies.refuse(problem)
            for error in taken_keys(connection, charged):
                tallies.errors.keep(error)
        self._refuse(drafting, tallies)

    def _charges(
        self,
        connection: Connection,
        verbs: Verbs,
        *,
        total: int,
        locked: Locked | None = None,
        writes: bool = True,
    ) -> tuple[Drafting, Tallies]:
        """Book the lines that were charged, or only look what is wrong with them.

        Raises:
            ImportRefused: with all that is wrong.
        """
        drafting, tallies = self._drafting(connection), Tallies()
        booking = Booking(
            connection,
            verbs,
            drafting=drafting,
            tallies=tallies,
            locked=locked,
            writes=writes,
        )
        for line in self._lines("booking" if writes else "checking", tallies, total):
            try:
                if isinstance(line, LeftLine):
                    tallies.left[line.status] += 1
                elif line.usage.status == "charged":
                    booking.add(line)
                elif not writes:
                    drafting.refunded(line)
            except Refusal as problem:
                tallies.refuse(problem)
        booking.finish()
        self._refuse(drafting, tallies)
        return drafting, tallies

    def _lines(
        self, stage: Stage, tallies: Tallies, total: int | None
    ) -> Iterator[UsageLine | LeftLine]:
        """The lines that can be read; the others are kept as errors."""
        done = 0
        for line in self._reader.lines():
            done += 1
            if self._progress is not None and done % _PROGRESS_LINES == 0:
                self._progress(stage, done, total)
            if isinstance(line, LineError):
                tallies.errors.keep(line)
            else:
                yield line
        if self._progress is not None:
            self._progress(stage, done, done)

    def _drafting(self, connection: Connection) -> Drafting:
        return Drafting(
            connection,
            self._prices,
            clock=self._ledger.now,
            carry=self._carry,
            drafts=self._drafts,
        )

    def _refuse(self, drafting: Drafting, tallies: Tallies) -> None:
        errors, accounts = tallies.errors, tuple(drafting.refused.values())
        if errors.count or accounts:
            raise ImportRefused(
                self._source,
                errors=sorted(errors.kept),
                count=errors.count,
                accounts=accounts,
            )
