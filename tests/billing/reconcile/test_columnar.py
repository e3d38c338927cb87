"""When the columnar road is taken, and that it reads a line as the usual one does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, column, func, select

from billing import Ledger
from billing.database import arrow
from billing.database.arrow import arrow_stream
from billing.database.engines import reading
from billing.database.tables import transfer
from billing.reconciliation.books.ledger_rows import LedgerRows
from billing.reconciliation.lines import columnar, columnar_sql
from billing.reconciliation.lines.columnar import ColumnsRead, columns_read
from billing.reconciliation.reconcile import reconcile
from billing.statement import Statement
from billing.statement.errors import StatementError
from tests.billing.reconcile.small_cases import MARCH
from tests.billing.reconcile.statement_story import HEADER, Story

NONE_TAKES_IT = {
    "a quote": b'"req-1",2025-03-10T12:00:00Z,,m,,1024x1024,high,1,0.25,USD,',
    "a lone carriage return": b"a,2025-03-10T12:00:00Z,,m,,s,high,1,0.25,USD,\rb",
    "two ends of lines": b"a,2025-03-10T12:00:00Z,,m,,s,high,1,0.25,USD,\r",
    "a byte that cuts nothing": b"a\x01b,2025-03-10T12:00:00Z,,m,,s,high,1,0.25,USD,",
}


@pytest.fixture(autouse=True)
def of_any_size(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(columnar, "SIZES", range(sys.maxsize))
    return iter(())


def is_taken(connection: Connection, path: Path) -> bool:
    rows = LedgerRows(connection, MARCH, "USD", names_accounts=False)
    with columns_read(connection, Statement.open(path), rows) as read:
        assert read is None or isinstance(read, ColumnsRead)
        return read is not None


def written(story: Story, *lines: bytes) -> Path:
    story.bill("req-1")
    story.path.write_bytes(b"\n".join([HEADER.encode(), *lines, story.lines[0].encode(), b""]))
    return story.path


@pytest.mark.parametrize("why", NONE_TAKES_IT)
def test_a_file_that_is_not_cut_at_separators_alone_goes_the_usual_road(
    why: str, story: Story
) -> None:
    with reading(story.ledger.engine) as connection:
        assert is_taken(connection, written(story))
        assert not is_taken(connection, written(story, NONE_TAKES_IT[why]))


def test_what_is_not_text_is_told_by_the_usual_road(story: Story) -> None:
    line = b"req-%d,2025-03-10T12:00:00Z,,m,,1024x1024,high,1,0.25,USD,"
    path = written(story, *(line % number for number in range(8_000)), b"\xe9" + line)
    with reading(story.ledger.engine) as connection:
        assert not is_taken(connection, path)
    with pytest.raises(StatementError, match="not text in utf-8"):
        reconcile(story.ledger, path, MARCH)


def test_lines_may_end_as_in_windows(story: Story) -> None:
    path = written(story)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with reading(story.ledger.engine) as connection:
        assert is_taken(connection, path)


def test_a_short_statement_is_not_worth_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with reading(story.ledger.engine) as connection:
        assert not is_taken(connection, written(story))


def test_nor_is_one_in_which_no_two_lines_say_the_same(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "_KINDS_MAX", 0)
    with reading(story.ledger.engine) as connection:
        assert not is_taken(connection, written(story))


def test_without_the_extra_it_is_not_taken(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(story)
    with reading(story.ledger.engine) as connection:
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, "adbc_driver_manager", None)
            assert not is_taken(connection, path)
        monkeypatch.setattr(columnar, "find_spec", lambda _name: None)
        assert not is_taken(connection, path)


def rows_of(connection: Connection) -> int | None:
    count = select(func.count().label("many")).select_from(transfer)
    with arrow_stream(connection, count) as stream:
        if stream is None:
            return None
        ((many,),) = duckdb.from_arrow(stream).fetchall()
        return int(many)


def test_rows_are_read_as_the_connection_sees_them(story: Story) -> None:
    with reading(story.ledger.engine) as connection:
        assert rows_of(connection) == 1
        story.ledger.top_up("acme", "1", key="meanwhile")
        # Where no snapshot can be shared, a state that has moved on is not read at all.
        is_sqlite = connection.dialect.name == "sqlite"
        assert rows_of(connection) == (None if is_sqlite else 1)
    with reading(story.ledger.engine) as connection:
        assert rows_of(connection) == 2


def test_what_only_this_process_can_see_is_not_read() -> None:
    with Ledger.open("sqlite://") as ledger, reading(ledger.engine) as connection:
        assert rows_of(connection) is None


def test_a_server_that_cannot_be_reached_twice_is_read_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    import adbc_driver_manager

    def away(_connection: Connection) -> None:
        raise adbc_driver_manager.OperationalError("no more clients", status_code=5)

    monkeypatch.setattr(arrow, "_connected", away)
    with reading(story.ledger.engine) as connection:
        assert rows_of(connection) is None


def test_a_query_that_fails_there_is_left_to_the_usual_road(story: Story) -> None:
    with (
        reading(story.ledger.engine) as connection,
        arrow_stream(connection, select(column("nothing")).select_from(transfer)) as stream,
    ):
        assert stream is None


def test_ids_that_the_first_rows_lack_are_read_all_the_same(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "_ROWS", 1)
    story.ledger.correct_cost("acme", "0.01", key="first", reason="dearer", actor="ops")
    story.paid("later")
    with reading(story.ledger.engine) as connection:
        assert is_taken(connection, written(story))


INSTANTS = st.one_of(
    st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    st.datetimes(timezones=st.just(UTC)).map(
        lambda at: at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    ),
    st.from_regex(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(\.\d*)?Z", fullmatch=True),
    st.text("0123456789-:.TZ+ ", min_size=16, max_size=32),
)


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(columnar_sql.MOMENT_OF)
        yield connection


@given(instant=INSTANTS)
def test_an_instant_that_it_reads_is_the_one_that_python_reads(
    instant: str, duck: duckdb.DuckDBPyConnection
) -> None:
    ((moment,),) = duck.execute("SELECT moment_of(?)", [instant]).fetchall()
    if moment is not None:
        expected = datetime.fromisoformat(instant)
        assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment) == expected
        assert expected.tzinfo is UTC


def test_the_usual_instants_are_read(duck: duckdb.DuckDBPyConnection) -> None:
    usual = ["2025-03-10T12:00:00Z", "2025-03-10T12:00:00.250Z", "2025-03-10T12:00:00.25+00:00"]
    found = [duck.execute("SELECT moment_of(?)", [each]).fetchall()[0][0] for each in usual]
    assert found == [1741608000000000, 1741608000250000, None]
