"""Where wires come from: connections that the verbs keep, or a transaction of SQLAlchemy's."""

from __future__ import annotations

import sqlite3
import weakref
from contextlib import AbstractContextManager, suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Final

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.pool import Pool, SingletonThreadPool

from billing.database.engines import may_pass, place_of, translated, unavailable
from billing.database.wire import SqliteWire, Wire

#: Verbs of one ledger that write at the same time; more wait for their turn.
WIRES_MAX: Final = 12
#: In the pool's memory of a connection: the names of the statements prepared on it.
_PREPARED: Final = "image_billing_prepared"


class Wires:
    """Connections beside the engine's pool: taking one costs next to nothing.

    A connection that was lost, or is left in the middle of something, is closed and not kept. A
    forked process opens its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._begin()
        # A database in memory is its connection: there is no second one to it.
        self.is_in_memory = isinstance(engine.pool, SingletonThreadPool)

    def one(self) -> AbstractContextManager[Wire]:
        """A wire for the length of the block."""
        return _Loan(self)

    def take(self) -> tuple[PoolProxiedConnection, Wire]:
        """A connection that nobody uses; it has to be given back."""
        self._turns.get()
        try:
            return self._idle.pop()
        except IndexError:
            return self._open_in_turn()

    def give_back(self, proxied: PoolProxiedConnection, wire: Wire) -> None:
        """Keep what is still good for others."""
        try:
            if self.is_in_memory:
                proxied.close()
            elif wire.is_idle:
                self._idle.append((proxied, wire))
            else:
                self._drop(proxied, wire)
        finally:
            self._turns.put(None)

    def close(self) -> None:
        """Close what is idle."""
        _close_all(self._idle)
        while self._left:
            self._left.pop().dispose()

    def start_over(self) -> None:
        """In a forked process: the connections are the parent's, who would lose them."""
        self._forgotten.detach()
        self._begin()
        self._engine.dispose(close=False)

    def _begin(self) -> None:
        self._idle: list[tuple[PoolProxiedConnection, Wire]] = []
        self._left: list[Pool] = []
        self._turns = _turns()
        # Who drops a ledger without closing it leaves no open connections behind.
        self._forgotten = weakref.finalize(self, _close_all, self._idle)
        self._forgotten.atexit = False

    def _open_in_turn(self) -> tuple[PoolProxiedConnection, Wire]:
        try:
            return self._open()
        except BaseException:
            self._turns.put(None)
            raise

    def _open(self) -> tuple[PoolProxiedConnection, Wire]:
        try:
            with translated(self._engine):
                proxied = self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as error:  # not in SQLAlchemy's wrapping
            line = str(error).strip().partition("\n")[0]
            place = place_of(self._engine.url)
            raise unavailable(line, passes=may_pass(error), place=place) from error
        wire = _wire(proxied)
        if wire.dialect == "postgresql":
            # A plan from when a table was small would go on reading all of it for every row.
            try:
                wire.command("SET enable_seqscan = off")
            except BaseException:
                _close(proxied)
                raise
        if not self.is_in_memory:
            proxied.detach()
        return proxied, wire

    def _drop(self, proxied: PoolProxiedConnection, wire: Wire) -> None:
        is_lost = wire.is_lost
        _close(proxied)
        if is_lost:  # the others of the same server are lost with it
            self.close()
            # Who is reading meanwhile gives a good connection back to the pool it came from.
            self._left.append(self._engine.pool)
            self._engine.dispose()


class _Loan:
    """A wire of `Wires.one`: a generator for every verb would cost more than the wire."""

    __slots__ = ("_proxied", "_wire", "_wires")

    def __init__(self, wires: Wires) -> None:
        self._wires = wires

    def __enter__(self) -> Wire:
        self._proxied, self._wire = self._wires.take()
        return self._wire

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wires.give_back(self._proxied, self._wire)


def _turns() -> SimpleQueue[None]:
    """A turn for each connection there may be: `threading`'s semaphore takes ten times as long."""
    turns: SimpleQueue[None] = SimpleQueue()
    for _ in range(WIRES_MAX):
        turns.put(None)
    return turns


def _close_all(idle: list[tuple[PoolProxiedConnection, Wire]]) -> None:
    with suppress(IndexError):  # another thread may be closing too
        while True:
            _close(idle.pop()[0])


def _close(proxied: PoolProxiedConnection) -> None:
    # Not `driver_connection`: a connection that was detached from the pool has none.
    connection = proxied.dbapi_connection
    # Else the pool would roll back first, and log that it cannot on one that is lost.
    proxied.invalidate()
    if connection is not None:
        with suppress(Exception):  # it is no good any more, however it says so
            connection.close()


def wire_within(connection: Connection) -> Wire:
    """A wire over an open transaction of SQLAlchemy's."""
    wire = _wire(connection.connection)
    wire.ensure_begun()
    return wire


def _wire(proxied: PoolProxiedConnection) -> Wire:
    connection = proxied.driver_connection
    if isinstance(connection, sqlite3.Connection):
        return SqliteWire(connection)
    from billing.database.wire_postgresql import PostgresqlWire  # psycopg is an extra

    assert connection is not None
    return PostgresqlWire(connection.pgconn, proxied.info.setdefault(_PREPARED, set()))
