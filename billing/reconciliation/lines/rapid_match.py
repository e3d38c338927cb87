"""The rapid road: pairs of one charge and one line that agree are counted and dropped.

By request id alone. Whatever is not as plain as that is left to `matching`, which sees it as if
there were nothing else: charges that share an id with another row, lines that differ or come twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

from billing.reconciliation.books.ledger_rows import Facts, LedgerRows, Raw
from billing.reconciliation.dates import Dates
from billing.reconciliation.lines.partitions import Partitions
from billing.statement import BadLine, BucketLine, Combination, RapidLine, Statement, StatementLine

#: Charges that are compared in memory, some 110 MB a million.
IN_MEMORY: Final = 2_000_000

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_NEVER_YET: Final = datetime(9999, 12, 31, tzinfo=UTC)
#: Of a charge that a line took.
_TAKEN: Final = Facts(is_plain=False, is_ours=True)
#: Of an id that more than one row or line has: not for this road.
_CONTESTED: Final = Facts(is_plain=False, is_ours=True)


Line = StatementLine | BucketLine | BadLine


@dataclass(slots=True)
class Rapid:
    """What the rapid road saw; sums in nano-units."""

    tolerance: int
    #: Told of the pairs' lines.
    dates: Dates
    count: int = 0
    #: Of the pairs: what either side has for them.
    ledger: int = 0
    statement: int = 0
    #: The same charges, added up as they were read.
    ledger_read: int = 0
    uncosted: int = 0
    #: The times of the first and of the last line of the pairs.
    begins: datetime = _NEVER_YET
    reaches: datetime = _NEVER
    #: Ids of pairs that a further line has too.
    again: set[str] = field(default_factory=set)
    #: Lines for the careful road.
    lines: list[StatementLine | BadLine] = field(default_factory=list)
    #: Request ids of the charges for the careful road.
    request_ids: list[str] = field(default_factory=list)

    def match(self, charges: dict[str, Facts], items: Iterable[RapidLine | Line]) -> None:
        """Match lines with charges by id; what is left of the charges is for the careful road."""
        known, taken = charges.get, _TAKEN
        begins, reaches = self.begins, self.reaches
        start, end = self.dates.month.start, self.dates.month.end
        for item in items:
            if type(item) is not tuple:  # what every plain line is, and quicker than isinstance
                self.keep(item)
                continue
            plain: RapidLine = item  # type: ignore[assignment]  # see above
            number, request_id, at, line = plain
            facts = known(request_id)
            if facts is not None and (facts.line is line or self._agrees(facts, line)):
                facts.count += 1
                charges[request_id] = taken
                if at > reaches:
                    reaches = at
                if at < begins:
                    begins = at
                if not start <= at < end:
                    self.dates.look(at)
                continue
            if facts is taken:
                self.again.add(request_id)
            elif facts is not None:
                self._drop(facts)
                charges[request_id] = _CONTESTED
            self.lines.append(line.line(number, request_id, at))
        self.begins, self.reaches = begins, reaches
        for request_id, facts in charges.items():
            if facts is not taken:
                self._drop(facts)
                self.request_ids.append(request_id)

    def keep(self, item: object) -> None:
        """A line that is not as plain as this road."""
        if isinstance(item, StatementLine | BadLine):
            self.lines.append(item)

    def finish(self, shared: Iterable[Facts]) -> None:
        """Add up the pairs, and the charges as they were read."""
        for facts in shared:
            self._settle(facts)
            self.ledger_read += facts.read * facts.amount_nanos

    def _agrees(self, facts: Facts, line: Combination) -> bool:
        if not facts.is_plain or not facts.agrees(line, tolerance=self.tolerance):
            return False
        self._settle(facts)
        facts.line = line
        return True

    def _settle(self, facts: Facts) -> None:
        if facts.line is not None:
            self.count += facts.count
            self.uncosted += 0 if facts.is_costed else facts.count
            self.ledger += facts.count * facts.amount_nanos
            self.statement += facts.count * facts.line.effect_nanos
            facts.count = 0

    def _drop(self, facts: Facts) -> None:
        if facts.is_plain:
            self.ledger_read -= facts.amount_nanos


@dataclass(slots=True)
class ChargesRead:
    """The month's charges by request id, as far as they fit into memory."""

    rows: LedgerRows
    partitions: Partitions
    #: Beyond it they go to the partitions.
    in_memory: int = IN_MEMORY
    charges: dict[str, Facts] = field(default_factory=dict)
    shared: dict[Raw, Facts] = field(default_factory=dict)
    #: Those of them that are plain.
    _plain: dict[Raw, Facts] = field(default_factory=dict)
    is_missing_ids: bool = False
    is_parted: bool = False
    #: Ids that are left to the careful road, whatever the charges are.
    _contested: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Read them all."""
        charges, plain = self.charges, self._plain.get
        for chunk in self.rows.chunks():
            for row in chunk:
                request_id, facts = row[0], plain(row[1:])
                if facts is None or request_id in charges:
                    self._look(request_id, row[1:])
                else:
                    charges[request_id] = facts
            if len(charges) > self.in_memory:
                self._set_unnamed_aside()
                self.is_parted = True
                self.partitions.add_charges(charges)
        self._set_unnamed_aside()
        self._contested.update(self.rows.booked_ids())

    def contest(self, request_ids: Iterable[str | None]) -> None:
        """Leave these ids to the careful road."""
        self._contested.update(each for each in request_ids if each)

    def match(self, rapid: Rapid, statement: Statement, left_out: Counter[str]) -> None:
        """Match the lines of a statement with them, and forget them."""
        items = statement.rapid(left_out)
        if not self.is_parted:
            self._match(rapid, items)
        else:
            self.partitions.add_charges(self.charges)
            for item in items:
                if type(item) is tuple:
                    self.partitions.add_line(item)  # type: ignore[arg-type]  # as in Rapid
                else:
                    rapid.keep(item)
            for charges, lines in self.partitions.parts():
                for request_id, facts in charges:
                    if request_id in self.charges:
                        self._contested.add(request_id)
                    self.charges[request_id] = facts
                self._match(rapid, lines)
            rapid.lines.sort(key=attrgetter("line"))
        rapid.finish(self.shared.values())

    def _match(self, rapid: Rapid, items: Iterable[RapidLine | Line]) -> None:
        for request_id in self._contested & self.charges.keys():
            self.charges[request_id] = _CONTESTED
        for facts in self.charges.values():
            facts.read += 1
        rapid.match(self.charges, items)
        self.charges.clear()

    def _look(self, request_id: str | None, shared: Raw) -> None:
        """Take a row that is the first of its kind, is not plain, or has an id that was there."""
        facts = self.shared.get(shared)
        if facts is None:
            facts = self.shared[shared] = self.rows.facts(shared)
            if facts.is_plain:
                self._plain[shared] = facts
        if request_id is None or request_id in self.charges or not facts.is_plain:
            self._set_aside(request_id, facts)
        else:
            self.charges[request_id] = facts

    def _set_unnamed_aside(self) -> None:
        """Nobody looks for an id that is missing while a million rows are read."""
        unnamed = self.charges.pop(None, None)  # type: ignore[call-overload]  # see above
        self.is_missing_ids |= unnamed is not None

    def _set_aside(self, request_id: str | None, facts: Facts) -> None:
        if not facts.is_ours:
            return
        if request_id is None:
            self.is_missing_ids = True
        else:
            self._contested.add(request_id)
            self.charges.setdefault(request_id, _CONTESTED)
