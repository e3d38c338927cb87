"""A ledger of every release opens with today's code, holds, tells the same, and goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from billing import Ledger
from billing.database import schema
from billing.database.engines import open_engine, reading, writing
from billing.database.tables import metadata
from billing.ledger.proof.seal_files import read_seals
from billing.ledger.spool.files import Spool
from pricing import PriceBook
from tests.billing.tampering import story
from tests.databases.records import POSTGRESQL, RELEASE, SQLITE, Record, recorded
from tests.databases.story import SPOOLED, opened
from tests.databases.told import missing_from, told_by


@pytest.fixture(params=recorded(), ids=lambda record: f"{record.release}-{record.engine}")
def record(request: pytest.FixtureRequest) -> Record:
    """What a release left, on each engine."""
    found = request.param
    assert isinstance(found, Record)
    return found


@pytest.fixture
def old_url(record: Record, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database as that release left it, not upgraded."""
    if record.engine == SQLITE:
        url = f"sqlite:///{tmp_path}/old.db"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    record.restore(url)
    return url


@pytest.fixture
def ledger(old_url: str) -> Iterator[Ledger]:
    """The same, upgraded by today's code and opened on the last day of its story."""
    engine = open_engine(old_url)
    schema.upgrade(engine)
    engine.dispose()
    with opened(old_url) as ledger:
        yield ledger


def test_this_release_has_left_its_databases() -> None:
    newest = [record for record in recorded() if record.release == RELEASE]
    assert len(newest) == 2, "record them: make database"
    revisions = {json.loads(record.told.read_text())["revision"] for record in newest}
    assert revisions == {schema.head_revision()}, "the schema has moved on since: make database"


def test_every_table_of_the_record_has_rows(record: Record, ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        empty = [
            name
            for name in metadata.tables
            if not connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()
        ]
        kinds = set(connection.scalars(text("SELECT DISTINCT kind FROM transfer")))
        decisions = set(connection.scalars(text("SELECT DISTINCT decision FROM recon_item")))
    assert empty == []
    assert kinds == {
        *("hold", "doubt", "capture", "void", "expire"),
        *("charge", "refund", "adjustment", "top-up"),
    }
    assert {"capture", "cost", "carry", "person"} <= decisions


def test_the_old_database_stands_where_its_release_left_it(record: Record, old_url: str) -> None:
    engine = open_engine(old_url)
    assert schema.current_revision(engine) == json.loads(record.told.read_text())["revision"]
    assert schema.upgrade(engine) == schema.head_revision()
    engine.dispose()


def test_the_books_of_the_old_database_hold_against_its_exported_seals(
    record: Record, ledger: Ledger
) -> None:
    found = ledger.verify(exported=read_seals(record.seals))
    assert found.ok, found.problems


def test_it_tells_what_its_release_told(record: Record, ledger: Ledger) -> None:
    recorded_then = json.loads(record.told.read_text(encoding="utf-8"))["told"]
    assert missing_from(told_by(ledger), recorded_then) == []


def test_it_goes_on_where_its_release_stopped(
    record: Record, ledger: Ledger, tmp_path: Path
) -> None:
    view = ledger.hold_by_key("studio", "job-open")
    assert view is not None
    assert (view.state, ledger.hold_by_key("studio", "job-1/none")) == ("open", None)
    ledger.capture(view.hold.id, images=1, key="job-open/capture")
    repeated = ledger.top_up("studio", "100", key="invoice-17")
    assert repeated.repeated

    line = json.loads(record.told.read_text(encoding="utf-8"))["spool"]
    spool = Spool.of(ledger.engine.url, tmp_path / "spool")
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "of-then.jsonl").write_text(line, encoding="ascii")
    assert [found.result for found in ledger.replay(spool, moved=True).lines] == ["settled"]
    settled = ledger.hold_by_key("studio", SPOOLED)
    assert settled is not None
    assert settled.state == "captured"

    ledger.seal()
    found = ledger.verify(exported=read_seals(record.seals))
    assert found.ok, found.problems


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def stands_at_0008(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger from before its last revisions."""
    if request.param == SQLITE:
        url = f"sqlite:///{tmp_path}/between.db"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    engine = open_engine(url)
    with writing(engine) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    engine.dispose()
    return url


@pytest.mark.parametrize("gone", [False, True])
def test_rows_and_guards_come_through_the_revisions_since_0008(
    stands_at_0008: str, book: PriceBook, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "head_revision", lambda: "0008")
    with Ledger.open(stands_at_0008) as ledger:  # no table has changed since: today's rows fit
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="funds")
        story(ledger, book)
        if gone:
            of_table = "" if stands_at_0008.startswith("sqlite") else " ON transfer"
            with writing(ledger.engine) as connection:
                connection.exec_driver_sql(f"DROP TRIGGER transfer_period{of_table}")
    monkeypatch.undo()

    engine = open_engine(stands_at_0008)
    assert schema.upgrade(engine) == schema.head_revision()
    engine.dispose()

    with Ledger.open(stands_at_0008) as ledger:
        assert ledger.balance("acme").version == 10
        ledger.seal()
        assert ledger.verify().ok
