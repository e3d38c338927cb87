"""What a database's own errors mean to a caller: try again, or mend something first."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing import InvalidEntry, Ledger, LedgerUnavailable, LedgerUnusable
from billing.database.engines import open_engine, writing


def test_a_database_that_is_away_may_come_back() -> None:
    with pytest.raises(LedgerUnavailable, match="Try again"):
        Ledger.open("postgresql://127.0.0.1:1/none")


def test_a_locked_file_may_be_unlocked(sqlite_url: str) -> None:
    patient, impatient = open_engine(sqlite_url), open_engine(f"{sqlite_url}?timeout=0.01")
    with (
        writing(patient),
        pytest.raises(LedgerUnavailable, match="locked"),
        writing(impatient),
    ):
        pytest.fail("two writers at once")
    patient.dispose()
    impatient.dispose()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, not a ledger\n" * 10)
    with pytest.raises(LedgerUnusable, match="not a database"):
        Ledger.open(f"sqlite:///{path}")
    assert path.read_text() == "these are notes, not a ledger\n" * 10


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense", "sqlite:"])
def test_another_kind_of_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidEntry, match="database-url"):
        Ledger.open(url)


def test_a_password_is_never_repeated() -> None:
    with pytest.raises(InvalidEntry) as refused:
        open_engine("mysql://ana:secret@host/name")
    assert "secret" not in str(refused.value)
