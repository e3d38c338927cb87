"""Importing a usage file: first all of it is looked at, then all of it is booked, or nothing.

The file is read twice, three times when it has refunds; memory does not grow with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, select

from billing.database.engines import reading, translated, writing
from billing.database.tables import balance
from billing.database.wire import Clash
from billing.database.wires import wire_within
from billing.errors import BillingError, LedgerUnavailable, LedgerUnusable
from billing.importing.found import Locked
from billing.importing.lines import LineReader
from billing.importing.model import Import
from billing.importing.passes import Passes, Progress
from billing.importing.prices import Prices
from billing.ledger import Ledger
from billing.ledger.accounts import Payer
from billing.ledger.rates import RateRow, store
from billing.statement.source import Source
from pricing import Catalog, PriceBook

#: SQLite's memory for pages (below zero: in KiB): the keys of a file land all over the indexes.
_CACHE_KIB: Final = -65_536
#: Writers that store the same rates at the same moment.
_ATTEMPTS: Final = 64
#: Accounts to a statement.
_IDS: Final = 500


def import_usage(
    ledger: Ledger,
    path: str | Path,
    *,
    prices: PriceBook | Catalog,
    trust_amounts: bool = False,
    account: str | None = None,
    carry: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Import:
    """Book the usage of a file in the canonical CSV, `.gz` or not: all of it or nothing, once.

    Each line becomes a charge at its time, under a key made of its request id: importing the file
    again changes nothing. The transaction is one, so other verbs on the accounts of the file (on
    SQLite: on any account) wait for its end. What calls of the ledger have booked already counts
    as imported when it agrees. A line with status `refunded` gives back from the call with its
    request id: its amount when amounts are trusted, else the price of its images.

    Args:
        ledger: whose accounts are open.
        path: the file.
        prices: the book, or the catalog, whose price at a line's time is charged.
        trust_amounts: charge the line's amount instead, which is its cost either way unless `cost`
            says otherwise.
        account: whose usage lines without an account are.
        carry: book new lines of closed months in the open one; default: they are wrong.
        dry_run: do all of it, and roll back.
        progress: told from time to time.

    Raises:
        StatementError: the file is no CSV, or lacks columns.
        ImportRefused: lines are wrong, accounts not open or short of money, or keys stand
            for something else; nothing was written.
        LedgerUnavailable: the database is locked or away; nothing was written.
    """
    import_ = Passes(
        ledger,
        LineReader(Source.open(path), account=account or "", needs_money=trust_amounts),
        prices=Prices(prices, trusts_amounts=trust_amounts),
        source=str(path),
        carry=carry,
        progress=progress,
    )
    with reading(ledger.engine) as connection:
        checked = import_.check(connection)
    if not dry_run:
        _store_rates(ledger.engine, checked.rates)
    with _connection(ledger.engine) as connection, connection.begin() as transaction:
        locked = _lock(connection, checked.payers)
        try:
            tallies = import_.book(connection, checked.lines, locked=locked)
        except Clash as clash:
            transaction.rollback()
            raise _clashed(ledger.engine, import_, clash) from clash
        if dry_run:
            transaction.rollback()
    return tallies.told(lines=checked.lines, is_dry_run=dry_run)


def _clashed(engine: Engine, import_: Passes, clash: Clash) -> BillingError:
    """Why a constraint refused a row: trying again helps only where nobody has its key for good.

    Raises:
        ImportRefused: keys stand for something else.
    """
    if not clash.is_taken:
        return LedgerUnusable(str(clash).partition("\n")[0])
    with reading(engine) as connection:
        import_.refuse_taken(connection)
    return LedgerUnavailable("another writer booked such a call meanwhile")


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    """A connection with room for the pages of SQLite's indexes, as long as it is ours."""
    with translated(), engine.connect() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            yield connection
            return
        (before,) = driver.execute("PRAGMA cache_size").fetchone()
        driver.execute(f"PRAGMA cache_size = {_CACHE_KIB}")
        try:
            yield connection
        finally:
            driver.execute(f"PRAGMA cache_size = {before}")


def _store_rates(engine: Engine, rates: Iterable[RateRow]) -> None:
    """Write the rates of the price books before: whoever needs one would wait for the import."""
    for _attempt in range(_ATTEMPTS):
        try:
            with writing(engine) as connection:
                wire = wire_within(connection)
                for rate in sorted(rates):
                    store(wire, rate)
        except Clash:
            continue  # another writer has just stored one, and it is found now
        return
    raise LedgerUnavailable("other writers were faster each time")


def _lock(connection: Connection, payers: Iterable[Payer]) -> Locked:
    """Lock all balances of the import in the order that every batch takes them in.

    Chunk by chunk it would take them in the order of the file, and wait for a batch that waits.
    """
    known = Locked(set(), {})
    ids = sorted({payer.account.id for payer in payers})
    for start in range(0, len(ids), _IDS):
        some = balance.c.account_id.in_(ids[start : start + _IDS])
        limit = balance.c.month_limit.is_not(None)
        locked = select(balance.c.account_id, balance.c.version, limit).where(some)
        found = connection.execute(locked.order_by(balance.c.account_id).with_for_update())
        for account_id, version, has_limit in found:
            known.newest[account_id] = version
            if has_limit:
                known.limited.add(account_id)
    return known
