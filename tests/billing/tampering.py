"""What somebody who owns the database can do: switch the guards off, edit, switch them on again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Executable,
    LargeBinary,
    create_engine,
    text,
)

from billing import Evidence, Ledger
from billing.database.columns import Id, UtcTime
from billing.database.tables import metadata
from billing.ledger.proof.verification import Problem
from pricing import PriceBook


def story(ledger: Ledger, book: PriceBook, account: str = "acme") -> None:
    """Ten rows of every kind that has columns of its own, with evidence; the account has money."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    found = Evidence(request_id="req", http_status=200, delivered=1)
    first = ledger.hold(account, quote, key="job-1", tags={"team": "art"})  # version 2
    paid = ledger.capture(first.id, images=1, key="job-1/capture", evidence=found)  # 3
    ledger.refund(paid.id, paid.amount / 2, key="refund", reason="blurred")  # 4
    second = ledger.hold(account, quote, key="job-2")  # 5
    ledger.doubt(second.id, key="job-2/doubt", reason="no answer", evidence=found)  # 6
    ledger.void(second.id, key="job-2/void", reason="not billed", evidence=found)  # 7
    ledger.charge(account, quote, images=1, key="charge", request_id="other")  # 8
    ledger.adjust(account, "-1", key="fix", reason="wrong invoice", actor="ann")  # 9
    ledger.hold(account, quote, key="job-3")  # 10


@contextmanager
def as_owner(ledger: Ledger) -> Iterator[Connection]:
    """A connection with no guard, no foreign key and no CHECK of rows in its way."""
    engine = create_engine(ledger.engine.url)
    try:
        if engine.dialect.name == "sqlite":
            with _bare_sqlite(engine.connect()) as connection:
                yield connection
        else:
            with engine.begin() as connection:
                switch_triggers(connection, "DISABLE TRIGGER USER")
                connection.execute(text("SET session_replication_role = replica"))
                yield connection
                switch_triggers(connection, "ENABLE TRIGGER USER")
                for name, table in _triggers(connection):
                    connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"))
    finally:
        engine.dispose()


def tampered(ledger: Ledger, *statements: str | Executable) -> list[Problem]:
    """What `verify` says after statements that nothing refused."""
    with as_owner(ledger) as connection:
        for each in statements:
            done = connection.execute(text(each) if isinstance(each, str) else each)
            assert done.rowcount != 0, f"nothing to tamper with: {each}"
    return list(ledger.verify().problems)


def other_value(column: Column[Any], value: object) -> object:
    """A value that fits the column and is not the one it has."""
    match column.type:
        case Id():
            return uuid4()
        case UtcTime():
            then = value if isinstance(value, datetime) else datetime(2026, 1, 1, tzinfo=UTC)
            return then - timedelta(seconds=1)
        case LargeBinary():
            assert isinstance(value, bytes)
            return bytes([value[0] ^ 1]) + value[1:]
        case BigInteger():
            # The next version has a row of its own.
            return int(str(value or 0)) + (1000 if column.name == "version" else 1)
    return "soft" if value == "hard" else f"{value}x"


def switch_triggers(connection: Connection, how: str) -> None:
    for table in metadata.tables:
        connection.execute(text(f"ALTER TABLE {table} {how}"))


@contextmanager
def _bare_sqlite(connection: Connection) -> Iterator[Connection]:
    with connection:
        for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
        connection.commit()


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(
        text(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(:tables)"
        ),
        {"tables": list(metadata.tables)},
    )
    return [(name, table) for name, table in found]
