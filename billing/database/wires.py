"""Where wires come from: connections that the verbs keep, or a transaction of SQLAlchemy's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.pool import SingletonThreadPool

from billing.database.engines import may_pass, translated, unavailable
from billing.database.wire import SqliteWire, Wire

#: Verbs of one ledger that write at the same time; more wait for their turn.
_WIRES_MAX: Final = 12
#: In the pool's memory of a connection: the names of the statements prepared on it.
_PREPARED: Final = "image_billing_prepared"


class Wires:
    """Connections beside the engine's pool: taking one costs next to nothing.

    A connection that was lost, or is left in the middle of something, is closed and not kept. A
    forked process opens its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[tuple[PoolProxiedConnection, Wire]] = []
        self._turns = threading.BoundedSemaphore(_WIRES_MAX)
        # A database in memory is its connection: there is no second one to it.
        self._is_in_memory = isinstance(engine.pool, SingletonThreadPool)

    @contextmanager
    def one(self) -> Iterator[Wire]:
        """A wire for the length of the block."""
        with self._turns:
            try:
                proxied, wire = self._idle.pop()
            except IndexError:
                proxied, wire = self._open()
            try:
                yield wire
            finally:
                if self._is_in_memory:
                    proxied.close()
                elif wire.is_idle:
                    self._idle.append((proxied, wire))
                else:
                    self._drop(proxied, wire)

    def close(self) -> None:
        """Close what is idle."""
        with suppress(IndexError):  # another thread may be closing too
            while True:
                _close(self._idle.pop()[0])

    def start_over(self) -> None:
        """In a forked process: the connections are the parent's, who would lose them."""
        self._idle = []
        self._turns = threading.BoundedSemaphore(_WIRES_MAX)
        self._engine.dispose(close=False)

    def _open(self) -> tuple[PoolProxiedConnection, Wire]:
        try:
            with translated():
                proxied = self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as error:  # not in SQLAlchemy's wrapping
            line = str(error).strip().partition("\n")[0]
            raise unavailable(line, passes=may_pass(error)) from error
        wire = _wire(proxied)
        if not self._is_in_memory:
            proxied.detach()
        return proxied, wire

    def _drop(self, proxied: PoolProxiedConnection, wire: Wire) -> None:
        is_lost = wire.is_lost
        _close(proxied)
        if is_lost:  # the others of the same server are lost with it
            self._engine.dispose()
            self.close()


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
