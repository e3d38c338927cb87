"""What a reconciliation asks of SQLite does not read every row of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from billing import Ledger
from billing.database.engines import reading
from billing.database.tables import transfer
from billing.reconciliation.books.booked import with_key
from billing.reconciliation.books.recognition import KEY_PREFIX


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Ledger]:
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.open_account("acme/key", currency="USD", parent="acme")
        yield ledger


def test_what_was_booked_before_is_found_without_reading_every_row(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        for begins in with_key(connection, KEY_PREFIX):
            asked = select(transfer.c.request_id).where(begins)
            sql = asked.compile(connection, compile_kwargs={"literal_binds": True})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
            told = [row[3] for row in plan]
            assert any("idem_key>" in step for step in told), told
            assert not {"SCAN transfer", "SCAN row"} & set(told), told
