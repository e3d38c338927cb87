"""The columnar road: the pairs of `rapid_match`, found by DuckDB in columns; the extra `fast`.

Both sides are tables: a charge or a line is its id and a number for all that it shares with others.
DuckDB joins them by id; whether a line agrees with a charge is decided here, once for all pairs
that are alike. What is not as plain as that goes the careful road, as it does from the rapid one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from billing.database.arrow import arrow_stream
from billing.reconciliation.books.ledger_rows import Facts, LedgerRows
from billing.reconciliation.lines import columnar_sql as sql
from billing.reconciliation.lines.rapid_match import Rapid
from billing.statement import Combination, Statement
from billing.statement.duck import open_duckdb
from billing.statement.line_reader import PLAIN_ID
from billing.statement.plain_csv import UNCUT, PlainCsv, plain_csv

if TYPE_CHECKING:
    import duckdb

#: Sizes of files, in bytes: below it is not worth it, above it would not fit into memory.
SIZES = range(8_000_000, 256_000_000)
#: Kinds of lines, and of charges, that are looked at one by one.
_KINDS_MAX: Final = 20_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
#: What is left of a line: its place, its kind, id, moment and rest; or all of it.
_Left = tuple[int, int | None, str | None, int | None, str | None, str | None]


class ColumnsRead:
    """A month's charges and a statement's lines as tables; for use as `ChargesRead` is."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, csv: PlainCsv, rows: LedgerRows) -> None:
        self._duck = duck
        self._csv = csv
        self._facts: dict[int, Facts] = {}
        self._many: dict[int, int] = {}
        self._rows = rows
        names = [name for name, *_rest in self._asked("DESCRIBE charge")]
        same = (f"charge.{name} IS NOT DISTINCT FROM fact.{name}" for name in names[1:])
        self._same = " AND ".join(same)
        self._combinations: dict[int, Combination] = {}
        self._contested: set[str] = set()
        self._lines_left: set[int] = set()
        self._charges_left: set[int] = set()
        self.is_missing_ids = False

    def read(self) -> None:
        """Look at what the charges share."""
        for number, many, *shared in self._asked("FROM fact"):
            self._facts[number], self._many[number] = self._rows.facts(tuple(shared)), many
        self.is_missing_ids = bool(self._asked("FROM charge WHERE request_id = '' LIMIT 1"))
        self._contested.update(self._rows.booked_ids())

    def contest(self, request_ids: Iterable[str | None]) -> None:
        """Leave these ids to the careful road."""
        self._contested.update(each for each in request_ids if each)

    def match(self, rapid: Rapid, statement: Statement, left_out: Counter[str]) -> None:
        """Match the lines of a statement with the charges."""
        currency = statement.currency()
        self._read_kinds(currency)
        self._duck.execute(sql.IS_READ, [list(self._combinations)])
        self._duck.execute(sql.PAIRS.format(same=self._same))
        self._leave(sql.ALONE)
        self._leave(sql.CHARGED_TWICE)
        self._leave(sql.CONTESTED, list(self._contested))
        further = self._leave_further_lines()
        self._leave_what_differs(rapid)
        self._leave(sql.CONTESTED, self._take_odd_lines(rapid, currency, left_out))
        self._take_lines(rapid)
        self._take_charges(rapid, further)
        self._add_up(rapid)

    def _leave(self, query: str, *values: list[str] | list[int]) -> None:
        """Take out of the pairs what a query says."""
        taken = self._asked(query, list(values))
        self._lines_left.update(n for n, _m in taken if n is not None)
        self._charges_left.update(m for _n, m in taken if m is not None)

    def _leave_further_lines(self) -> set[int]:
        """Leave all lines with one id but the first; the answer are their charges, which stay."""
        taken = self._asked(sql.BILLED_TWICE)
        self._lines_left.update(n for n, _m in taken)
        return {m for _n, m in taken}

    def _read_kinds(self, currency: str) -> None:
        """What the lines of each kind share, by the first of them; some are not plain usage."""
        reader = self._csv.reader()
        reader.currency = currency
        for place, kind, *cells in self._asked(sql.FIRST):
            reading = reader.read(self._number(place), self._row(*cells))
            if reading is not None and reading.combination is not None:
                self._combinations[kind] = reading.combination

    def _leave_what_differs(self, rapid: Rapid) -> None:
        kinds, numbers = [], []
        for kind, number in self._asked("SELECT DISTINCT kind, fact FROM pair"):
            line, facts = self._combinations[kind], self._facts[number]
            if not facts.is_plain or not facts.agrees(line, tolerance=rapid.tolerance):
                kinds.append(kind)
                numbers.append(number)
        self._leave(sql.DIFFERENT, kinds, numbers)

    def _take_odd_lines(self, rapid: Rapid, currency: str, left_out: Counter[str]) -> list[str]:
        """Read what is no plain line, in order; ids of those that are plain usage all the same."""
        reader = self._csv.reader()
        reader.currency = currency
        found = []
        for place, kind, request_id, moment, rest, odd in self._left():
            if kind in self._combinations:
                continue
            row = (odd or "").split(self._csv.delimiter)
            if request_id is not None and moment is not None and rest is not None:
                row = self._row(request_id, moment, rest)
            reading = reader.read(self._number(place), row)
            if reading is not None:
                rapid.keep(reading.line)
                if reading.combination is not None:
                    found.append(reading.line.request_id)
        for last, *_nothing in self._asked(sql.LAST):
            for held in reader.held(self._number(last or 0)):
                rapid.keep(held)
        left_out.update(reader.skipped)
        return found

    def _take_lines(self, rapid: Rapid) -> None:
        """Plain lines that are in no pair."""
        for place, kind, request_id, moment, _rest, _odd in self._left():
            combination = None if kind is None else self._combinations.get(kind)
            if combination is not None and request_id is not None and moment is not None:
                line = combination.line(self._number(place), request_id, _instant(moment))
                rapid.lines.append(line)
        rapid.lines.sort(key=attrgetter("line"))

    def _take_charges(self, rapid: Rapid, further: set[int]) -> None:
        """Charges that are in no pair or have further lines; the sum of those in pairs."""
        for number, facts in self._facts.items():
            rapid.ledger_read += self._many[number] * facts.amount_nanos if facts.is_plain else 0
        ids: dict[str, None] = {}
        places = list(self._charges_left | further)
        query = sql.CHARGES_LEFT.format(same=self._same)
        for place, request_id, number in self._asked(query, [places]):
            facts = self._facts[number]
            if place not in self._charges_left:
                rapid.again.add(request_id)
                continue
            if facts.is_plain:
                rapid.ledger_read -= facts.amount_nanos
            if request_id:
                ids[request_id] = None
        rapid.request_ids += ids

    def _add_up(self, rapid: Rapid) -> None:
        for kind, number, count, first, last in self._asked(sql.SUMS):
            facts, line = self._facts[number], self._combinations[kind]
            rapid.count += count
            rapid.uncosted += 0 if facts.is_costed else count
            rapid.ledger += count * facts.amount_nanos
            rapid.statement += count * line.effect_nanos
            rapid.begins = min(rapid.begins, _instant(first))
            rapid.reaches = max(rapid.reaches, _instant(last))
        month = rapid.dates.month
        bounds = {"start": _moment(month.start), "end": _moment(month.end)}
        for moment, *_nothing in self._asked(sql.OUTSIDE, bounds):
            rapid.dates.look(_instant(moment))

    def _left(self) -> list[_Left]:
        """Lines that are in no pair, in their order."""
        return self._asked(sql.LINES_LEFT, [list(self._lines_left)])

    def _number(self, place: int) -> int:
        return place + self._csv.above + 1

    def _row(self, request_id: str, moment: int, rest: str) -> list[str]:
        return [request_id, _instant(moment).isoformat(), *rest.split(self._csv.delimiter)]

    def _asked(self, query: str, values: object = None) -> list[Any]:
        return self._duck.execute(query, values).fetchall()


@contextmanager
def columns_read(
    connection: Connection, statement: Statement, rows: LedgerRows
) -> Iterator[ColumnsRead | None]:
    """Both sides, read at the same time; None where this road is not worth it, or not possible.

    Raises:
        StatementError: as `Statement.lines`.
    """
    csv = None
    if find_spec("duckdb") and statement.path.stat().st_size in SIZES:
        csv = plain_csv(statement.source, statement.mapping)
    if csv is None:
        yield None
        return
    duck, path = open_duckdb(statement.path)
    with closing(duck):
        yield _read(connection, rows, csv, duck, path)


def _read(
    connection: Connection,
    rows: LedgerRows,
    csv: PlainCsv,
    duck: duckdb.DuckDBPyConnection,
    path: str,
) -> ColumnsRead | None:
    import duckdb

    with arrow_stream(connection, rows.in_columns()) as stream, ThreadPoolExecutor(1) as beside:
        if stream is None:
            return None
        lines = beside.submit(_read_lines, csv, duck.cursor(), path)
        try:
            # Rows are counted by their places, which are dense: an array does for a hash table.
            duck.execute("SET perfect_ht_threshold = 24")
            duck.register("ledger_stream", stream)
            duck.execute(sql.CHARGES)
            if not lines.result():
                return None
            duck.execute(sql.KINDS)
        except duckdb.Error:
            return None  # no UTF-8, say: the usual road tells what is wrong
    counts = duck.execute("SELECT (SELECT count(*) FROM kind), (SELECT count(*) FROM fact)")
    if max(counts.fetchone() or ()) > _KINDS_MAX:
        return None
    return ColumnsRead(duck, csv, rows)


def _read_lines(csv: PlainCsv, duck: duckdb.DuckDBPyConnection, path: str) -> bool:
    line_end = csv.line_end()
    if line_end is not None:
        file = {"path": path, "above": csv.above, "line_end": repr(line_end)[1:-1]}
        cuts = {"uncut": UNCUT, "separator": csv.delimiter}
        duck.execute(sql.MOMENT_OF)
        duck.execute(sql.LINES, file | cuts | {"plain": PLAIN_ID.pattern})
    return line_end is not None


def _instant(moment: int) -> datetime:
    return _EPOCH + moment * _TICK


def _moment(instant: datetime) -> int:
    return (instant - _EPOCH) // _TICK
