"""Corrections of cost: a row of its own with a signed cost, and the customer's money stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError

from billing import IdempotencyConflict, InvalidEntry, Ledger, TransferNotFound
from billing.database.columns import Id
from billing.ledger.transfers import Capture, Transfer
from pricing import Catalog, PriceBook
from tests.billing.marked_up import CATALOG, REQUEST
from tests.billing.tampering import tampered


def correct(ledger: Ledger, cost: str, account: str = "acme", **facts: object) -> Transfer:
    given = {"key": "k", "reason": "price_variance: line 2", "actor": "ana", **facts}
    return ledger.correct_cost(account, cost, **given)  # type: ignore[arg-type]  # facts are arguments


@pytest.fixture
def paid(acme: Ledger, tmp_path: Path) -> Capture:
    """Four images that cost 0.84288 and were sold for more."""
    quote = Catalog.loads(CATALOG, folder=tmp_path).quote(REQUEST, account="acme")
    return acme.capture(acme.hold("acme", quote, key="job").id, images=4, key="job/capture")


def row(ledger: Ledger, kind: str = "adjustment") -> dict[str, object]:
    statement = text("SELECT * FROM transfer WHERE kind = :kind ORDER BY version")
    with ledger.engine.connect() as connection:
        return dict(connection.execute(statement, {"kind": kind}).mappings().one())


def test_a_correction_changes_the_cost_and_nobodys_money(acme: Ledger, paid: Capture) -> None:
    before = acme.balance("acme")
    made = correct(acme, "0.05", transfer_id=paid.id)
    assert (made.kind, made.amount, made.cost) == ("adjustment", Decimal(0), Decimal("0.05"))
    assert made.occurred_at == paid.occurred_at
    after = acme.balance("acme")
    assert (after.available, after.posted) == (before.available, before.posted)
    assert row(acme)["cost_rate_id"] == row(acme, "capture")["cost_rate_id"] is not None
    assert acme.verify().ok


def test_a_correction_keeps_its_call_and_its_month(acme: Ledger) -> None:
    then = datetime(2025, 3, 31, 23, tzinfo=UTC)
    made = correct(acme, "-1.5", request_id="req", occurred_at=then)
    assert (made.cost, made.request_id, made.occurred_at) == (Decimal("-1.5"), "req", then)
    assert row(acme)["cost_rate_id"] is None, "without a charge it is in the account's currency"
    assert acme.verify().ok


def test_the_same_key_corrects_once_and_another_cost_is_refused(
    acme: Ledger, paid: Capture
) -> None:
    first = correct(acme, "1", transfer_id=paid.id)
    again = correct(acme, "1", transfer_id=paid.id, reason="x", actor="bob")
    assert (again, again.repeated) == (first, True)
    with pytest.raises(IdempotencyConflict):
        correct(acme, "2", transfer_id=paid.id)
    with pytest.raises(IdempotencyConflict):
        acme.adjust("acme", "1", key="k", reason="r", actor="a")


def test_a_member_is_corrected_for_its_own_calls_only(acme: Ledger, book: PriceBook) -> None:
    acme.open_account("web", currency="USD", parent="acme")
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    own = acme.charge("web", quote, images=1, key="c")
    assert correct(acme, "0.1", "web", transfer_id=own.id).account == "web"
    with pytest.raises(TransferNotFound):
        correct(acme, "0.1", transfer_id=own.id)
    assert acme.verify().ok


def test_what_is_no_correction_is_refused(acme: Ledger, paid: Capture) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    for given, named in (
        ({"cost": "0"}, "cost"),
        ({"cost": "1000000001"}, "cost"),
        ({"reason": " "}, "reason"),
        ({"actor": ""}, "actor"),
        ({"occurred_at": datetime(2025, 3, 1)}, "occurred_at"),  # noqa: DTZ001
        ({"occurred_at": later}, "occurred_at"),
    ):
        asked = {"cost": "1", **given}
        with pytest.raises(InvalidEntry) as refused:
            correct(acme, **asked)  # type: ignore[arg-type]  # wrong on purpose
        assert refused.value.param == named
    hold = acme.hold_by_id(paid.hold_id).hold
    for wrong in (hold.id, "nonsense"):
        with pytest.raises(TransferNotFound):
            correct(acme, "1", transfer_id=wrong)


@pytest.mark.parametrize(
    ("amount", "cost", "cost_rate_id"),
    [("5", "7", "NULL"), ("0", "0", "NULL"), ("0", "NULL", "cost_rate_id")],
)
def test_the_database_refuses_a_correction_that_is_none(
    acme: Ledger, paid: Capture, amount: str, cost: str, cost_rate_id: str
) -> None:
    assert paid.cost
    statement = text(
        "INSERT INTO transfer (account_id, id, version, kind, released, idem_key, request_digest, "
        "reason, actor, occurred_at, recorded_at, amount, cost, cost_rate_id) "
        "SELECT account_id, :id, version + 1, 'adjustment', 0, 'k', request_digest, 'r', 'a', "
        f"occurred_at, recorded_at, {amount}, {cost}, {cost_rate_id} FROM transfer "
        "WHERE kind = 'capture'"
    ).bindparams(bindparam("id", uuid4(), Id()))
    refused = r"ck_transfer_cost|breaks a rule of the ledger: adjustment"
    with pytest.raises(DBAPIError, match=refused), acme.engine.begin() as connection:
        connection.execute(statement)


def test_verify_names_a_correction_that_moves_money(acme: Ledger, paid: Capture) -> None:
    correct(acme, "1", transfer_id=paid.id)
    problems = tampered(acme, "UPDATE transfer SET cost = 0 WHERE kind = 'adjustment'")
    assert any("never both" in each.detail for each in problems)


def test_a_correction_is_sealed(acme: Ledger, paid: Capture) -> None:
    correct(acme, "1", transfer_id=paid.id)
    acme.seal()
    problems = tampered(acme, "UPDATE transfer SET cost = cost + 1 WHERE kind = 'adjustment'")
    assert any(each.kind == "seal" for each in problems)
