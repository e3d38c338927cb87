"""Evidence that comes after its transfer was sealed, and changes of limits, are sealed as well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from billing import Evidence, Hold, Ledger
from billing.database.engines import reading
from billing.database.tables import evidence, limit_change, seal
from pricing import PriceBook
from tests.billing.tampering import tampered


@pytest.fixture
def hold(acme: Ledger, book: PriceBook) -> Hold:
    """A hold with evidence of its own, sealed."""
    made = acme.hold("acme", book.quote({"model": "gpt-image-2", "size": "1024x1024"}), key="job")
    acme.add_evidence(made.id, Evidence(request_id="at once"))
    acme.seal()
    return made


def kept(ledger: Ledger) -> list[int]:
    """How many rows beside transfers each seal covers."""
    with reading(ledger.engine) as connection:
        statement = select(seal.c.evidence_count).order_by(seal.c.from_version)
        return list(connection.execute(statement).scalars())


def test_evidence_that_came_late_is_in_the_next_seal_and_in_no_other(
    acme: Ledger, hold: Hold
) -> None:
    acme.add_evidence(hold.id, Evidence(request_id="late"))
    assert acme.verify().ok
    assert acme.seal().seals == 0  # it waits for the next transfer of the account
    acme.top_up("acme", "1", key="t2")
    acme.seal()
    acme.add_evidence(hold.id, Evidence(request_id="later"))
    acme.top_up("acme", "1", key="t3")
    acme.seal()

    assert kept(acme) == [0, 1, 1, 1]
    assert acme.verify().problems == ()


@pytest.mark.parametrize("request_id", ["late", "later"])
def test_late_evidence_that_was_edited_or_taken_away_after_its_seal_is_found(
    acme: Ledger, hold: Hold, request_id: str
) -> None:
    for number, late in enumerate(("late", "later")):
        acme.add_evidence(hold.id, Evidence(request_id=late))
        acme.top_up("acme", "1", key=f"t-{number}")
        acme.seal()
    of_it = evidence.c.request_id == request_id
    edited = tampered(acme, update(evidence).where(of_it).values(detail="{}"))
    assert {each.kind for each in edited} == {"seal"}
    assert "is not what was sealed" in edited[0].detail
    gone = tampered(acme, delete(evidence).where(of_it))
    assert "1 row of evidence or limits is missing" in gone[0].detail
    assert "(seal of version" in gone[0].detail


def test_evidence_that_claims_to_be_older_than_the_seal_is_found(acme: Ledger, hold: Hold) -> None:
    acme.add_evidence(hold.id, Evidence(request_id="late"))
    before = acme.now() - timedelta(hours=1)
    of_it = evidence.c.request_id == "late"
    problems = tampered(acme, update(evidence).where(of_it).values(recorded_at=before))
    assert "was changed, or added since" in problems[0].detail


def test_a_change_of_limits_is_sealed_with_the_transfer_that_follows_it(
    acme: Ledger, hold: Hold
) -> None:
    acme.open_account("web", currency="USD", parent="acme")
    acme.change_limit("acme", "50", key="c1", reason="asked for more", actor="ana")
    acme.change_limit("web", "5", key="c2", reason="asked for more", actor="ana")
    assert acme.seal().transfers == 0
    acme.top_up("acme", "1", key="t2")
    acme.change_limit("acme", "60", key="c3", reason="asked for more", actor="ana")
    acme.top_up("acme", "1", key="t3")
    acme.seal()

    assert kept(acme)[-1] == 3
    assert acme.verify().problems == ()
    second = limit_change.c.number == 2
    edited = tampered(acme, update(limit_change).where(second).values(actor="nobody"))
    assert [each.kind for each in edited] == ["seal"]
    assert "change 2 of limits, before topup_" in edited[0].detail
    assert "is not what was sealed" in edited[0].detail
