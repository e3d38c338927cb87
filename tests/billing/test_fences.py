"""The constraints that the ledger relies on are listed, and one that was taken off is named."""

from __future__ import annotations

import pytest

from billing import Ledger
from billing.database.engines import reading
from billing.ledger.proof import fences


def test_the_list_of_constraints_is_what_an_upgrade_makes(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        assert fences.found(connection) == fences.expected(connection.dialect.name)
        assert list(fences.missing(connection)) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DROP INDEX uq_transfer_hold_ends_once", "transfer has no UNIQUE account_id, hold_id W"),
        (
            "DROP INDEX uq_transfer_refunds_in_order",
            "transfer has no UNIQUE account_id, refunds_id, refunded_before",
        ),
    ],
)
def test_a_unique_index_that_was_dropped_is_named(acme: Ledger, statement: str, named: str) -> None:
    assert_named(acme, statement, named=named)


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "ALTER TABLE balance DROP CONSTRAINT ck_balance_ck_balance_floor",
            "balance has no CHECK available + forced >= floor",
        ),
        ("ALTER TABLE seal DROP CONSTRAINT pk_seal", "seal has no PRIMARY KEY account_id, from_v"),
        (
            "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_account_id_idem_key",
            "transfer has no UNIQUE account_id, idem_key",
        ),
        (
            "ALTER TABLE balance DROP CONSTRAINT ck_balance_ck_balance_held, "
            "ADD CONSTRAINT ck_balance_ck_balance_held CHECK (held >= 0) NOT VALID",
            "balance has no CHECK held >= 0",
        ),
        (
            "ALTER TABLE account DROP CONSTRAINT uq_account_code, "
            "ADD CONSTRAINT uq_account_code UNIQUE (code, tag)",
            "account has no UNIQUE code",
        ),
    ],
)
def test_what_an_owner_of_postgresql_takes_off_is_named(
    acme: Ledger, statement: str, named: str
) -> None:
    assert_named(acme, statement, named=named)


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_an_index_made_again_for_fewer_rows_is_not_the_one_that_was(acme: Ledger) -> None:
    assert_named(
        acme,
        "DROP INDEX uq_transfer_late_once",
        "CREATE UNIQUE INDEX uq_transfer_late_once ON transfer (account_id, late_hold_id) "
        "WHERE late_hold_id IS NOT NULL AND version < 0",
        named="transfer has no UNIQUE account_id, late_hold_id WHERE late_hold_id IS NOT NULL",
    )


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("found", "instead", "named"),
    [
        (
            "CHECK (available + forced >= floor)",
            "CHECK (1)",
            "balance has no CHECK available + forced >= floor",
        ),
        (
            "CONSTRAINT uq_transfer_account_id_idem_key UNIQUE (account_id, idem_key), ",
            "",
            "transfer has no UNIQUE account_id, idem_key",
        ),
        ("PRIMARY KEY (account_id, id)", "UNIQUE (id)", "has no PRIMARY KEY account_id, id"),
    ],
)
def test_what_was_edited_out_of_the_text_of_a_file_is_named(
    acme: Ledger, found: str, instead: str, named: str
) -> None:
    with acme.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        edited = connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(replace(replace(sql, char(10), ''), "
            "char(9), ''), ?, ?) WHERE type = 'table' AND instr(replace(replace(sql, "
            "char(10), ''), char(9), ''), ?) > 0",
            (found, instead, found),
        )
        assert edited.rowcount > 0
        connection.exec_driver_sql("PRAGMA writable_schema = OFF")
        assert any(named in said for said in fences.missing(connection))
        connection.rollback()


def assert_named(ledger: Ledger, *statements: str, named: str) -> None:
    with ledger.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    problems = ledger.verify().problems
    assert [each.kind for each in problems] == ["constraint"]
    assert problems[0].detail.startswith(named)
