"""Asks the ledger whether it would take a hold, by taking it and rolling that back; books nothing.

The funds and limits of accounts, members and months are those of the real verb, whatever they come
to be.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from billing.client.call.settling import Claim, claim
from billing.database.engines import translated
from billing.errors import LedgerUnavailable

if TYPE_CHECKING:
    from billing.ledger import Ledger
    from pricing import Quote

#: A call does not wait longer than this for a lock of the ledger that it is not booked in,
_WAITS_MS: Final = 250
#: nor for a server that is silent; which is then left alone for a while.
_ANSWERS_WITHIN_S: Final = 1.0
_LEFT_ALONE_S: Final = 30.0

_silent_until: Final[WeakKeyDictionary[Ledger, float]] = WeakKeyDictionary()


def tried_claim(
    ledger: Ledger, account: str, quote: Quote, *, key: str, tags: Mapping[str, str]
) -> Claim:
    """What `claim` would answer, or raise, now.

    Raises:
        BillingError: By which the ledger would refuse the hold.
        LedgerUnavailable: It does not answer soon enough.
    """
    if ledger.spool.place is None:  # in memory: no other thread has it
        return _tried_here(ledger, account, quote, key=key, tags=tags)
    if time.monotonic() < _silent_until.get(ledger, 0.0):
        raise LedgerUnavailable("it was silent a moment ago")
    answer: Future[Claim] = Future()

    def answered() -> None:
        try:
            answer.set_result(_tried_here(ledger, account, quote, key=key, tags=tags))
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            answer.set_exception(error)

    # A wait for a server ends by nothing else; such a thread is left behind, and books nothing.
    Thread(target=answered, daemon=True).start()
    if not wait([answer], _ANSWERS_WITHIN_S).done:
        _silent_until[ledger] = time.monotonic() + _LEFT_ALONE_S
        raise LedgerUnavailable("it does not answer")
    return answer.result()


def _tried_here(
    ledger: Ledger, account: str, quote: Quote, *, key: str, tags: Mapping[str, str]
) -> Claim:
    with translated(), ledger.engine.connect() as connection, _hurried(connection):
        try:
            within = ledger.within(connection)
            return claim(ledger, account, quote, key=key, tags=tags, verbs=within)
        finally:
            connection.rollback()


@contextmanager
def _hurried(connection: Connection) -> Iterator[None]:
    """Wait no longer than a moment for locks that others have."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_WAITS_MS}")
        yield  # for this transaction only
        return
    # Before the transaction begins, which already waits.
    (usual_ms,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {_WAITS_MS}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {usual_ms}")
