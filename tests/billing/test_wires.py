"""The connections that verbs keep for themselves: how many, and who closes them."""

from __future__ import annotations

import gc
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from billing import Capture, Hold, Ledger
from pricing import PriceBook


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


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_plan_from_when_the_ledger_was_small_reads_no_whole_table(
    acme: Ledger, book: PriceBook
) -> None:
    quote = book.quote({"model": book.model, "size": "1024x1024", "quality": "low"})

    def pay(name: str) -> None:
        items = [{"account": "acme", "quote": quote, "key": f"{name}-{n}"} for n in range(30)]
        held = [answer for answer in acme.hold_many(items) if isinstance(answer, Hold)]
        ended = [{"hold_id": hold.id, "images": 1, "key": f"{hold.key}/end"} for hold in held]
        assert all(isinstance(answer, Capture) for answer in acme.capture_many(ended))
        acme.capture(acme.hold("acme", quote, key=name).id, images=1, key=f"{name}/end")

    def whole_reads() -> int:
        acme.close()  # a connection tells what it did when it ends
        with acme.engine.connect() as connection:
            reads = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'transfer'"
            return int(connection.execute(text(reads)).scalar_one())

    pay("first")
    with acme.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE transfer"))
    before = whole_reads()
    for number in range(8):  # a plan is kept from the sixth time on
        pay(f"turn-{number}")

    assert whole_reads() == before
