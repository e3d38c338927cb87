"""What a reconciliation asks of the ledger's keys: the rows it means, without reading them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.engine.interfaces import DBAPICursor

from billing import Ledger
from billing.database.engines import reading
from billing.database.tables import transfer
from billing.reconciliation.books.key_prefixes import with_key
from billing.reconciliation.books.recognition import KEY_PREFIX, booking_key
from tests.billing.reconcile.small_cases import MARCH, SHA256

Given = Sequence[object] | Mapping[str, object]


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger.open(ledger_url) as ledger:
        yield with_bookings(ledger)


def with_bookings(ledger: Ledger) -> Ledger:
    """Two corrections by keys of a reconciliation, of an account and of a member; two by hand."""
    ledger.open_account("acme", currency="USD")
    ledger.open_account("acme/key", currency="USD", parent="acme")
    for code in ("acme", "acme/key"):
        for key, request_id in ((booking_key(SHA256, 2, MARCH), code), ("reconcile", "by hand")):
            ledger.correct_cost(
                code, "0.25", key=key, reason="price", actor="ana", request_id=request_id
            )
    return ledger


def plans(connection: Connection) -> list[str]:
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    conditions, told = with_key(connection, KEY_PREFIX), []

    def explain(
        _connection: object, cursor: DBAPICursor, asked: str, given: Given, *_: object
    ) -> None:
        cursor.execute(f"{how} {asked}", given)
        told.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    event.listen(connection, "before_cursor_execute", explain)
    for begins in conditions:
        connection.execute(select(transfer.c.request_id).where(begins)).all()
    event.remove(connection, "before_cursor_execute", explain)
    return told


def test_what_was_booked_before_is_found_without_reading_every_row(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        if connection.dialect.name == "postgresql":
            # So few rows are read faster one after another.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        for told in plans(connection):
            assert "idem_key>" in told.replace(" ", ""), told
            assert not {"SCAN transfer", "SCAN row"} & set(told.splitlines()), told
            assert "Seq Scan on transfer" not in told, told


def found_by_key(connection: Connection) -> list[str | None]:
    found = [
        connection.scalars(select(transfer.c.request_id).where(begins)).all()
        for begins in with_key(connection, KEY_PREFIX)
    ]
    return [request_id for some in found for request_id in some]


def test_bookings_are_found_by_how_their_keys_begin(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        assert found_by_key(connection) == ["acme", "acme/key"]


def test_where_a_language_sorts_the_keys_the_same_rows_are_found(postgres_url: str) -> None:
    with Ledger.open(postgres_url) as ledger:
        with_bookings(ledger)
        with ledger.engine.connect() as connection:
            # As such a database says; until this is rolled back it only says so.
            as_if = "UPDATE pg_database SET datcollate = 'en_US.utf8', datlocprovider = 'c'"
            connection.execute(text(f"{as_if} WHERE datname = current_database()"))
            assert all("idem_key >=" not in told for told in plans(connection))
            assert found_by_key(connection) == ["acme", "acme/key"]
            connection.rollback()
