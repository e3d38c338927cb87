"""The database itself refuses to edit history, whatever the statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing import Evidence, Ledger
from billing.database import schema
from billing.database.engines import open_engine
from billing.database.tables import metadata
from pricing import PriceBook
from tests.databases.records import RELEASE, SQLITE, Record

TABLES = ("account", "rate", "transfer", "evidence", "seal")
PROJECTIONS = ("balance", "allowance", "rollup")


@pytest.fixture
def used(acme: Ledger, book: PriceBook) -> Ledger:
    """A ledger with a row in every table."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    hold = acme.hold("acme", quote, key="job")
    acme.capture(hold.id, images=1, key="job/capture", evidence=Evidence(request_id="r"))
    acme.open_account("member", currency="USD", parent="acme")
    acme.seal()
    return acme


def contents(ledger: Ledger) -> list[list[tuple[object, ...]]]:
    with ledger.engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in (*TABLES, *PROJECTIONS)
        ]


def refused(ledger: Ledger, statement: str) -> None:
    before = contents(ledger)
    with pytest.raises(DBAPIError, match="append-only"), ledger.engine.begin() as connection:
        connection.execute(text(statement))
    assert contents(ledger) == before


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_never_updated(used: Ledger, table: str) -> None:
    column = {"account": "code", "rate": "model", "transfer": "reason", "evidence": "detail"}
    change = f"{column[table]} = 'forged'" if table in column else "evidence_count = 0"
    refused(used, f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("table", [*TABLES, *PROJECTIONS])
def test_rows_are_never_deleted(used: Ledger, table: str) -> None:
    refused(used, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", [*TABLES, *PROJECTIONS])
def test_tables_are_never_emptied_nor_rows_replaced(used: Ledger, table: str) -> None:
    if used.engine.dialect.name == "postgresql":
        refused(used, f"TRUNCATE {table} CASCADE")
    else:
        refused(used, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_replace_is_refused_by_every_unique_key_even_on_a_bare_connection(used: Ledger) -> None:
    with used.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        names = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(transfer)")]
        for key in ("idem_key", "version", "id"):
            values = [name if name in ("account_id", key) else _other(name) for name in names]
            statement = (
                f"INSERT OR REPLACE INTO transfer SELECT {', '.join(values)} FROM transfer "
                "WHERE kind = 'top-up'"
            )
            with pytest.raises(DBAPIError, match="append-only"):
                connection.exec_driver_sql(statement)


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_another_program_with_default_settings_is_refused_too(used: Ledger) -> None:
    statements = [
        statement.format(table=table)
        for table in (*TABLES, *PROJECTIONS)
        for statement in (
            "DELETE FROM {table}",
            "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            "REPLACE INTO {table} SELECT * FROM {table}",
        )
    ]
    statements += [f"UPDATE {table} SET rowid = rowid" for table in TABLES]
    before = contents(used)
    bare = sqlite3.connect(str(used.engine.url.database))
    assert bare.execute("PRAGMA recursive_triggers").fetchone() == (0,)
    for statement in statements:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            bare.execute(statement)
        bare.rollback()
    bare.close()
    assert contents(used) == before


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program with default settings, at a ledger that has rows in every table."""
    url = f"sqlite:///{tmp_path}/story.db"
    Record(RELEASE, SQLITE).restore(url)
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    connection = sqlite3.connect(tmp_path / "story.db")
    yield connection
    connection.close()


@pytest.mark.parametrize("table", sorted(metadata.tables.keys() - {"rollup"}))
def test_no_row_of_sqlite_is_replaced_by_its_place(bare: sqlite3.Connection, table: str) -> None:
    names, others = _with_other_keys(bare, table)
    where = f"FROM {table} WHERE {'1' if table != 'transfer' else 'kind = ' + repr('top-up')}"
    bare.execute(f"INSERT INTO {table} ({names}) SELECT {others} {where} LIMIT 1")
    bare.rollback()

    for place in ("rowid", "-1", "-2", "-9223372036854775808"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only: replace refused"):
            bare.execute(
                f"INSERT OR REPLACE INTO {table} (rowid, {names}) "
                f"SELECT {place}, {others} {where} LIMIT 1"
            )


def test_the_roll_up_of_sqlite_has_no_places(bare: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
        bare.execute("SELECT rowid FROM rollup")


@pytest.mark.parametrize("table", PROJECTIONS)
def test_no_place_of_a_projection_is_taken(bare: sqlite3.Connection, table: str) -> None:
    places = () if table == "rollup" else ("rowid", "OID", "_rowid_")
    keys = [column.name for column in metadata.tables[table].primary_key]
    for name in (*places, *keys):
        with pytest.raises(sqlite3.IntegrityError, match="append-only: change of key refused"):
            bare.execute(
                f"UPDATE OR REPLACE {table} SET {name} = (SELECT max({name}) FROM {table})"
            )


def test_no_ending_of_a_hold_is_replaced_by_another(bare: sqlite3.Connection) -> None:
    names = [row[1] for row in bare.execute("PRAGMA table_info(transfer)")]
    changed = {name: _other(name) for name in names} | {"from_bucket": "'in_doubt'"}
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        bare.execute(
            f"INSERT OR REPLACE INTO transfer SELECT {', '.join(changed.values())} FROM transfer "
            "WHERE kind = 'capture' AND from_bucket = 'held'"
        )


@pytest.mark.parametrize("table", PROJECTIONS)
def test_keys_of_projections_stay_what_they_are(used: Ledger, table: str) -> None:
    for column in metadata.tables[table].primary_key:
        refused(used, f"UPDATE {table} SET {column.name} = {column.name}")


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_replica_mode_does_not_switch_the_guard_off(used: Ledger) -> None:
    with used.engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("UPDATE transfer SET amount = 0"))


@pytest.mark.parametrize(
    "change",
    [
        "available = floor - 1",
        "held = -1",
        "in_doubt = -1",
    ],
)
def test_the_balance_has_a_second_fence(used: Ledger, change: str) -> None:
    with pytest.raises(DBAPIError), used.engine.begin() as connection:
        connection.execute(text(f"UPDATE balance SET {change}"))


def test_both_legs_of_every_row_sum_to_zero_and_to_the_balance(used: Ledger) -> None:
    statement = text("SELECT bucket, sum(amount) FROM posting GROUP BY bucket")
    with used.engine.connect() as connection:
        legs = {bucket: int(amount) for bucket, amount in connection.execute(statement)}
        balance = connection.execute(text("SELECT * FROM balance")).one()._mapping
    assert sum(legs.values()) == 0
    assert all(legs[bucket] == balance[bucket] for bucket in ("available", "held", "posted"))


def _other(column: str) -> str:
    return {
        "id": "randomblob(16)",
        "version": "version + 1000",
        "idem_key": "idem_key || '-other'",
    }.get(column, column)


def _with_other_keys(bare: sqlite3.Connection, table: str) -> tuple[str, str]:
    """The columns of a table, and in SQL a copy of a row that has no unique key of the row's."""
    keys = {
        column
        for index in bare.execute(f"PRAGMA index_list({table})").fetchall()
        for _, _, column in bare.execute(f"PRAGMA index_info({index[1]})").fetchall()
        if index[2] and (column != "account_id" or table in PROJECTIONS)
    }
    other = {"BLOB": "randomblob(16)", "TEXT": "{0} || '~'", "INTEGER": "{0} + 7778"}
    columns = {row[1]: row[2] for row in bare.execute(f"PRAGMA table_info({table})")}
    values = {
        name: f"CASE WHEN {name} IS NOT NULL THEN {other[kind].format(name)} END"
        for name, kind in columns.items()
        if name in keys
    }
    values["occurred_at"] = "'2027-01-01T00:00:00.000000Z'"  # in no month that is closed
    return ", ".join(columns), ", ".join(values.get(name, name) for name in columns)
