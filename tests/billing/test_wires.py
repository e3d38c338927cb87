"""The connections that verbs keep for themselves: how many, and who closes them."""

from __future__ import annotations

import gc
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from billing import Ledger


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_ledger_that_is_dropped_without_closing_leaves_no_connection(acme: Ledger) -> None:
    another = Ledger(acme.engine)
    before = connections(acme)
    another.top_up("acme", "1", key="more")
    assert connections(acme) == before + 1
    del another
    gc.collect()
    assert connections(acme) == before


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_however_many_threads_write_at_once_a_ledger_keeps_twelve_connections(
    acme: Ledger,
) -> None:
    begin = threading.Barrier(30)

    def pay(number: int) -> None:
        begin.wait()
        acme.top_up("acme", "1", key=f"top-up-{number}")

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert acme.balance("acme").available == 130
    pool = acme.engine.pool
    assert isinstance(pool, QueuePool)
    assert connections(acme) - pool.checkedin() <= 12


def connections(ledger: Ledger) -> int:
    """Of anybody, to this ledger's database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    with ledger.engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())
