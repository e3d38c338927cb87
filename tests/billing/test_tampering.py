"""Whatever is edited, taken away or added behind the ledger's back, `verify` finds it and names it.

The one who edits owns the database and switches every guard off and on again; the rows are sealed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, select, update

from billing import Ledger
from billing.database.tables import account, evidence, metadata, rate, seal, transfer
from billing.ledger.proof.seal_files import read_seals, write_seals
from billing.ledger.proof.verification import Problem
from pricing import PriceBook
from tests.billing.tampering import as_owner, other_value, story, tampered


@pytest.fixture
def sealed(acme: Ledger, book: PriceBook) -> Ledger:
    """Ten transfers of every kind, sealed."""
    story(acme, book)
    acme.seal()
    assert acme.verify().ok
    return acme


def edited(ledger: Ledger, table: str, column: str, where: str) -> list[Problem]:
    """What `verify` says when one column of one row was edited."""
    target = metadata.tables[table]
    with ledger.engine.connect() as connection:
        found = connection.execute(select(target).where(*_named(table, where))).mappings().one()
    value = other_value(target.c[column], found[column])
    change = update(target).where(*_named(table, where)).values({column: value})
    return tampered(ledger, change)


@pytest.mark.parametrize("column", [column.name for column in transfer.c])
def test_an_edit_of_any_column_of_a_sealed_transfer_names_the_row(
    sealed: Ledger, column: str
) -> None:
    problems = edited(sealed, "transfer", column, "3")

    assert problems
    assert any("version 3" in each.detail for each in problems)
    assert "version 3" in problems[0].detail


@pytest.mark.parametrize("column", [column.name for column in evidence.c])
def test_an_edit_of_any_column_of_sealed_evidence_names_the_row_or_its_transfer(
    sealed: Ledger, column: str
) -> None:
    with sealed.engine.connect() as connection:
        row = connection.execute(select(evidence).order_by(evidence.c.id)).first()
    assert row is not None

    problems = edited(sealed, "evidence", column, "first")

    names = (f"evidence_{row.id.hex}", "row of evidence or limits is missing", "(version 3)")
    assert any(name in each.detail for each in problems for name in names)


@pytest.mark.parametrize("column", [column.name for column in account.c])
def test_an_edit_of_any_column_of_an_account_names_the_account(sealed: Ledger, column: str) -> None:
    problems = edited(sealed, "account", column, "acme")

    said = ("the row of the account", "of an account that is not there")
    assert any(words in each.detail for each in problems for words in said)


@pytest.mark.parametrize("column", [column.name for column in rate.c])
def test_an_edit_of_any_column_of_a_rate_names_the_rate(sealed: Ledger, column: str) -> None:
    problems = edited(sealed, "rate", column, "only")

    assert problems[0].kind == "rate"
    assert "is not the rate that was written" in problems[0].detail


@pytest.mark.parametrize("column", [column.name for column in seal.c])
def test_an_edit_of_any_column_of_a_seal_names_the_seal_or_the_row(
    sealed: Ledger, column: str
) -> None:
    problems = edited(sealed, "seal", column, "1")

    assert problems
    assert "seal" in problems[0].detail


@pytest.mark.parametrize(
    ("version", "said"), [(1, "version 1 is"), (5, "version 5 is"), (10, "version 10")]
)
def test_a_missing_row_is_named_by_its_version(sealed: Ledger, version: int, said: str) -> None:
    problems = tampered(sealed, f"DELETE FROM transfer WHERE version = {version}")

    assert any(said in each.detail and "missing" in each.detail for each in problems)
    seal_problem = next(each for each in problems if each.kind == "seal")
    assert seal_problem.detail.startswith(f"version {version} is missing; the seal of versions 1")


def test_a_missing_row_is_named_first_when_rows_are_not_sealed_too(
    acme: Ledger, book: PriceBook
) -> None:
    story(acme, book)

    middle = tampered(acme, "DELETE FROM transfer WHERE version = 4")[0]
    assert middle.kind == "version"
    assert "version 4 is missing before it" in middle.detail


def test_the_last_row_of_an_account_cannot_go_unseen_even_unsealed(
    acme: Ledger, book: PriceBook
) -> None:
    story(acme, book)

    problems = tampered(acme, "DELETE FROM transfer WHERE version = 10")

    assert problems[0].detail == "version 10 is missing at the end"


def test_an_added_row_is_named(sealed: Ledger) -> None:
    with sealed.engine.connect() as connection:
        forged = dict(
            connection.execute(select(transfer).where(transfer.c.version == 1)).mappings().one()
        )
    forged |= {"version": 11, "idem_key": "forged", "id": other_value(transfer.c.id, forged["id"])}

    problems = tampered(sealed, transfer.insert().values(forged))

    assert any("(version 11)" in each.detail for each in problems)


def test_a_row_added_below_the_first_is_named(sealed: Ledger) -> None:
    with sealed.engine.connect() as connection:
        forged = dict(
            connection.execute(select(transfer).where(transfer.c.version == 1)).mappings().one()
        )
    forged |= {"version": -7, "idem_key": "forged", "id": other_value(transfer.c.id, forged["id"])}

    problems = tampered(sealed, transfer.insert().values(forged))

    assert "(version -7)" in problems[0].detail


def test_a_forgery_that_the_balances_agree_with_is_found_by_the_seal(sealed: Ledger) -> None:
    problems = tampered(
        sealed,
        "UPDATE transfer SET amount = amount + 5000000000 WHERE version = 1",
        "UPDATE balance SET available = available + 5000000000",
    )

    assert [each.kind for each in problems] == ["seal"]
    assert "(version 1) is not the row that was sealed" in problems[0].detail


def test_evidence_taken_away_is_found(sealed: Ledger) -> None:
    problems = tampered(sealed, "DELETE FROM evidence WHERE http_status = 200")

    assert "3 rows of evidence or limits are missing" in problems[0].detail


def test_evidence_that_claims_to_be_older_than_the_seal_is_named(sealed: Ledger) -> None:
    with sealed.engine.connect() as connection:
        forged = dict(connection.execute(select(evidence)).mappings().first() or {})
    forged["id"] = other_value(evidence.c.id, forged["id"])
    forged["recorded_at"] = forged["recorded_at"].replace(year=2020)

    problems = tampered(sealed, evidence.insert().values(forged))

    assert f"evidence_{forged['id'].hex}" in problems[0].detail
    assert "was changed, or added since" in problems[0].detail


def test_a_rate_taken_away_is_missed_by_the_rows_that_point_at_it(sealed: Ledger) -> None:
    problems = tampered(sealed, "DELETE FROM rate")

    assert problems[0].kind == "price"
    assert "is missing" in problems[0].detail


def test_an_account_taken_away_leaves_rows_without_one(sealed: Ledger) -> None:
    problems = tampered(sealed, "DELETE FROM account")

    assert problems[0].kind == "orphan"
    assert problems[0].detail == "rows of transfer of an account that is not there: 10"


@pytest.mark.parametrize("start", [0, 1])
def test_a_seal_taken_out_of_the_chain_is_named(
    sealed: Ledger, book: PriceBook, start: int
) -> None:
    sealed.top_up("acme", "1", key="more")
    sealed.seal()

    problems = tampered(sealed, f"DELETE FROM seal WHERE from_version = {start}")

    assert f"the seal from version {start} is missing" in problems[0].detail


def test_a_rewritten_ledger_with_rewritten_seals_is_found_by_the_exported_file(
    sealed: Ledger, tmp_path: Path
) -> None:
    file = tmp_path / "seals.jsonl"
    with sealed.engine.connect() as connection:
        write_seals(file, connection, now=sealed.now())
    forged = "UPDATE transfer SET reason = 'no reason' WHERE version = 9"
    assert tampered(sealed, forged, "DELETE FROM seal") == []
    sealed.seal()
    assert sealed.verify().ok  # the chain fits: nothing inside the database can tell

    problems = sealed.verify(exported=read_seals(file)).problems

    assert [(each.account, each.kind) for each in problems] == [("acme", "export")]
    assert "is another one" in problems[0].detail


def test_the_guards_are_on_again_after_tampering(sealed: Ledger) -> None:
    with as_owner(sealed):
        pass
    assert sealed.verify().ok


def _named(table: str, where: str) -> list[ColumnElement[bool]]:
    if table == "transfer":
        return [transfer.c.version == int(where)]
    if table == "seal":
        return [seal.c.from_version == int(where)]
    if table == "account":
        return [account.c.code == where]
    target = metadata.tables[table]
    return [target.c.id == select(target.c.id).order_by(target.c.id).limit(1).scalar_subquery()]
