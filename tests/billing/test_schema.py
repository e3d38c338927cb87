from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from billing import Ledger, LedgerBehind
from billing.database import schema
from billing.database.engines import open_engine
from billing.database.tables import is_compared, metadata


def test_the_tables_in_code_are_the_tables_the_migrations_make(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_compared}
        )
        assert compare_metadata(context, metadata) == []


def test_eight_ledgers_opened_at_once_on_a_fresh_file_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fresh.db"
    barrier = threading.Barrier(8)
    failures: list[BaseException] = []

    def open_one() -> None:
        barrier.wait()
        try:
            Ledger.open(url).close()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to show it
            failures.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = open_engine(url)
    assert schema.current_revision(engine) == schema.head_revision()
    engine.dispose()


def test_a_postgresql_ledger_that_is_behind_is_refused_with_the_command(
    postgres_server: str,
) -> None:
    with pytest.raises(LedgerBehind, match="image-billing db upgrade"):
        Ledger.open(postgres_server.format(database="postgres"))


def test_a_ledger_of_a_newer_release_is_refused_and_left_alone(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refused in (schema.check, schema.upgrade):
        with pytest.raises(LedgerBehind, match="update image-billing"):
            refused(engine)
    with pytest.raises(LedgerBehind, match="9999"):
        Ledger.open(sqlite_url)
    engine.dispose()


def test_the_guards_are_the_same_in_another_schema(empty_postgres_url: str) -> None:
    engine = open_engine(empty_postgres_url)
    name = engine.url.database
    with engine.begin() as connection:
        connection.exec_driver_sql('CREATE SCHEMA "of ours"')
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET search_path = 'of ours'")
    engine.dispose()
    engine = open_engine(empty_postgres_url)
    schema.upgrade(engine)
    engine.dispose()
    with Ledger.open(empty_postgres_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        assert ledger.verify().ok
