"""The wire to PostgreSQL: psycopg's binding of libpq, below its cursors.

No parsing, no adapting, no BEGIN and COMMIT of their own: that is most of what a cursor costs.
Waiting for the server lets other threads run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from select import select
from typing import TYPE_CHECKING, Final

from psycopg import OperationalError
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus

from billing.database.engines import PASSING_STATES, unavailable
from billing.database.errors import NO_RIGHT, RightMissing
from billing.database.statements import Statement
from billing.database.wire import UNIQUE_VIOLATION, Clash, Row, Wire

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

#: A prepared statement that the server forgot, or that a changed schema made stale.
_FORGOTTEN: Final = frozenset({"26000", "0A000"})
_PREPARED_ALREADY: Final = "42P05"


class PostgresqlWire(Wire):
    """A connection of psycopg's, spoken to below its cursors: no parsing, no adapting."""

    dialect = "postgresql"

    def __init__(self, connection: PGconn, prepared: set[bytes]) -> None:
        self._connection = connection
        self._prepared = prepared
        self._is_stale = False

    def run(self, statement: Statement, values: Mapping[str, object]) -> list[Row]:
        """See `Wire.run`."""
        try:
            result = self._execute(statement, values)
        except OperationalError as error:
            raise _lost(error) from error
        return self._rows(statement, result)

    def send(self, statement: Statement, values: Mapping[str, object]) -> Callable[[], list[Row]]:
        """See `Wire.send`."""
        connection, name = self._connection, statement.prepared_as
        encoded: list[bytes | None] = statement.encode(values)  # type: ignore[assignment]  # as below
        try:
            if name not in self._prepared:
                self._prepare(statement)
            connection.send_query_prepared(name, encoded)
            while connection.flush():
                select([], [connection.socket], [])
        except OperationalError as error:
            raise _lost(error) from error

        def answered() -> list[Row]:
            try:
                result = self._received()
            except OperationalError as error:
                raise _lost(error) from error
            if result.status == ExecStatus.FATAL_ERROR and _state(result) in _FORGOTTEN:
                return self.run(statement, values)  # which prepares it again
            return self._rows(statement, result)

        return answered

    def _received(self) -> PGresult:
        """The last word on what was sent; other threads run while it is waited for.

        Rows come before the commit: whether there was one shows only at the end of the answer, so
        an error that follows them is the answer, as for `exec_prepared`.
        """
        connection, last = self._connection, None
        while True:
            while connection.is_busy():
                select([connection.socket], [], [])
                connection.consume_input()
            result = connection.get_result()
            if result is None:
                break
            last = result
        if last is None:
            raise OperationalError("the connection gave no answer")
        return last

    def _rows(self, statement: Statement, result: PGresult) -> list[Row]:
        if result.status == ExecStatus.TUPLES_OK:
            value, columns = result.get_value, range(result.nfields)
            rows = [[value(row, column) for column in columns] for row in range(result.ntuples)]
            if statement.decoders:
                return [statement.decode(row) for row in rows]
            return [tuple([None if v is None else int(v) for v in row]) for row in rows]
        if result.status != ExecStatus.COMMAND_OK:
            raise self._failure(result)
        return []

    def run_each(self, statement: Statement, rows: Sequence[Mapping[str, object]]) -> None:
        """Not offered: PostgreSQL takes many rows as arrays, in one statement."""
        raise NotImplementedError

    def command(self, words: str) -> None:
        """See `Wire.command`."""
        try:
            result = self._connection.exec_(words.encode())
        except OperationalError as error:
            raise _lost(error) from error
        if result.status != ExecStatus.COMMAND_OK:
            raise self._failure(result)

    def ensure_begun(self) -> None:
        """Open the transaction that SQLAlchemy and psycopg put off until their first statement."""
        if self._connection.transaction_status == TransactionStatus.IDLE:
            self.command("BEGIN")

    @property
    def is_idle(self) -> bool:
        """See `Wire.is_idle`."""
        is_idle = self._connection.transaction_status == TransactionStatus.IDLE
        return is_idle and not self._is_stale

    @property
    def is_lost(self) -> bool:
        """The connection is no good any more."""
        return self._connection.status != ConnStatus.OK

    def _execute(self, statement: Statement, values: Mapping[str, object]) -> PGresult:
        encoded: list[bytes | None] = statement.encode(values)  # type: ignore[assignment]  # bytes, or None for NULL
        name = statement.prepared_as
        if name not in self._prepared:
            self._prepare(statement)
        result = self._connection.exec_prepared(name, encoded)  # type: ignore[arg-type]  # None is NULL
        if result.status == ExecStatus.FATAL_ERROR and _state(result) in _FORGOTTEN:
            self._prepared.discard(name)
            if self._connection.transaction_status == TransactionStatus.INERROR:
                # Nothing more can be said in this transaction: again as a whole, on another wire.
                self._prepared.clear()
                self._is_stale = True
                raise unavailable("a prepared statement was forgotten", passes=True)
            self._prepare(statement)
            result = self._connection.exec_prepared(name, encoded)  # type: ignore[arg-type]  # as above
        return result

    def _prepare(self, statement: Statement) -> None:
        name = statement.prepared_as
        result = self._connection.prepare(name, statement.sql.encode())
        if result.status != ExecStatus.COMMAND_OK and _state(result) != _PREPARED_ALREADY:
            raise self._failure(result)
        self._prepared.add(name)
        if self._connection.transaction_status == TransactionStatus.INERROR:
            self._is_stale = True
            raise unavailable("a statement had been prepared by another", passes=True)

    def _failure(self, result: PGresult) -> Exception:
        state, detail = _state(result) or "", result.get_error_message().strip().splitlines()
        line = detail[0] if detail else "no answer"
        if state.startswith("23"):
            return Clash(line, is_taken=state == UNIQUE_VIOLATION)
        if state == NO_RIGHT:
            return RightMissing(line, role=self._connection.user.decode())
        return unavailable(line, passes=not state or state[:2] in PASSING_STATES)


def _lost(error: OperationalError) -> Exception:
    """Nothing can be sent: the connection was lost at the statement before, e.g. at a COMMIT."""
    return unavailable(str(error).strip().partition("\n")[0], passes=True)


def _state(result: PGresult) -> str | None:
    state = result.error_field(DiagnosticField.SQLSTATE)
    return None if state is None else state.decode()
