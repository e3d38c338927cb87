"""`verify` asks every rule again of rows that no seal covers, and names the row that breaks it."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from billing import Ledger
from billing.database.tables import transfer
from billing.ledger.proof.findings import LISTED_MAX
from pricing import PriceBook
from tests.billing.tampering import as_owner, tampered


@pytest.fixture
def used(acme: Ledger, book: PriceBook) -> Ledger:
    """Eight rows: a top-up, four holds, two of them captured, one in doubt."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    for number in range(4):
        hold = acme.hold("acme", quote, key=f"job-{number}")
        if number < 2:
            acme.capture(hold.id, images=1, key=f"job-{number}/capture")
    acme.doubt(hold.id, key="doubt", reason="unknown")
    return acme


@pytest.fixture
def family(ledger: Ledger, book: PriceBook) -> Ledger:
    """A parent with a soft limit and money, a member with a hard limit who spends it."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    ledger.open_account("parent", currency="USD", monthly_limit="0.05", limit_kind="soft")
    ledger.open_account("kid", currency="USD", parent="parent", monthly_limit="0.5")
    ledger.top_up("parent", "10", key="t")
    first = ledger.hold("kid", quote, key="a")  # version 2
    ledger.capture(first.id, images=1, key="a/capture")  # 3
    second = ledger.hold("kid", quote, key="b")  # 4
    ledger.void(second.id, key="b/void", reason="not needed")  # 5
    paid = ledger.charge("kid", quote, images=1, key="c")  # 6
    ledger.refund(paid.id, paid.amount, key="d", reason="blurred")  # 7
    ledger.hold("parent", quote, key="e")  # 8
    return ledger


def test_untouched_books_are_in_order(used: Ledger) -> None:
    found = used.verify()
    assert (found.ok, found.accounts, found.transfers) == (True, 1, 8)


def test_books_with_members_and_limits_are_in_order(family: Ledger) -> None:
    found = family.verify()
    assert (found.problems, found.accounts, found.transfers) == ((), 2, 8)


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE balance SET posted = posted + 1, available = available - 1", {"balance"}),
        ("UPDATE balance SET version = 99", {"version", "balance"}),
        ("UPDATE balance SET version = 7", {"version", "balance"}),
        ("UPDATE balance SET recorded_at = '2020-01-01T00:00:00.000000Z'", {"balance"}),
        ("UPDATE balance SET month_spent = month_spent + 1", {"month"}),
        ("UPDATE balance SET month = 209901", {"month"}),
        ("UPDATE balance SET month_limit = 99000000000", {"month"}),
        ("UPDATE balance SET floor = -5", {"balance"}),
        ("UPDATE account SET floor = -5", {"balance"}),
        ("UPDATE account SET currency = 'EUR'", {"price"}),
        ("DELETE FROM balance", {"balance"}),
        ("UPDATE transfer SET amount = amount + 1 WHERE kind = 'top-up'", {"balance"}),
        (
            "UPDATE transfer SET amount = amount + 1 WHERE version = 3",
            {"price", "hold", "holds", "balance"},
        ),
        ("UPDATE transfer SET images = 2 WHERE kind = 'capture' AND version = 3", {"price"}),
        ("DELETE FROM transfer WHERE kind = 'doubt'", {"version", "balance"}),
        (
            "UPDATE transfer SET version = 50 WHERE version = 4",
            {"version", "hold", "holds", "balance", "month", "time"},
        ),
        ("UPDATE transfer SET month = 202001 WHERE version = 2", {"month"}),
        ("UPDATE transfer SET over_limit = 5 WHERE version = 2", {"month"}),
        ("UPDATE transfer SET kind = 'gift' WHERE version = 1", {"row", "balance", "floor"}),
        (
            "UPDATE transfer SET from_bucket = 'posted' WHERE version = 3",
            {"row", "balance", "holds"},
        ),
    ],
)
def test_every_change_behind_the_ledgers_back_is_found(
    used: Ledger, statement: str, kinds: set[str]
) -> None:
    found = {problem.kind for problem in tampered(used, statement)}
    assert found
    # Whatever a row says of itself is in a month's count and in the sums of its day.
    assert found <= kinds | {"month", "rollup"}
    assert kinds & found


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE transfer SET recorded_at = occurred_at + {hour} WHERE version = 2",
            "before the row",
        ),
        (
            "UPDATE transfer SET occurred_at = occurred_at + {hour} WHERE version = 8",
            "after it was",
        ),
        (
            "UPDATE transfer SET request_digest = {short} WHERE version = 8",
            "digest is not a sha256",
        ),
        ("UPDATE transfer SET rate_id = NULL WHERE version = 3", "it has no rate"),
        ("UPDATE transfer SET hold_id = NULL WHERE version = 8", "names a hold, or should"),
        ("UPDATE transfer SET released = -1 WHERE version = 1", "releases money"),
        ("UPDATE transfer SET expires_at = recorded_at WHERE version = 1", "nothing else has"),
        ("UPDATE transfer SET kind = 'adjustment' WHERE version = 1", "no reason or no actor"),
        ("UPDATE transfer SET cost = 5 WHERE version = 1", "do not come together"),
        ("UPDATE transfer SET refunds_id = id WHERE version = 1", "it is no refund"),
        ("UPDATE transfer SET late_hold_id = id WHERE version = 1", "without being a charge"),
    ],
)
@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_row_that_the_database_would_have_refused_is_named(
    used: Ledger, statement: str, said: str
) -> None:
    terms = {"hour": "interval '1 hour'", "short": r"'\x00'::bytea"}
    problems = tampered(used, statement.format(**terms))
    assert any(said in each.detail and "(version" in each.detail for each in problems), problems


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE transfer SET member_id = NULL WHERE version = 3", "not of the member who held"),
        ("UPDATE transfer SET member_id = account_id WHERE version = 6", "has no allowance"),
        ("UPDATE transfer SET member_id = NULL WHERE version = 7", "another month or member"),
        ("UPDATE transfer SET month = 202001 WHERE version = 7", "another month or member"),
        ("UPDATE transfer SET month = 202001 WHERE version = 5", "its hold in"),
        (
            "UPDATE transfer SET over_limit = 7 WHERE version = 4",
            "it says 0.000000007 USD above the limit",
        ),
        (
            "UPDATE transfer SET over_limit = NULL WHERE version = 4",
            "it says 0.00 USD above the limit",
        ),
        (
            "UPDATE transfer SET member_over_limit = 7 WHERE version = 4",
            "it says 0.000000007 USD above",
        ),
        ("UPDATE transfer SET member_over_limit = 7 WHERE version = 8", "is of no member"),
        ("UPDATE transfer SET refunded_before = 1 WHERE version = 7", "were given back before it"),
        ("UPDATE transfer SET amount = amount + 1 WHERE version = 7", "more than the"),
        ("UPDATE transfer SET refunds_id = id WHERE version = 7", "gives back what was never paid"),
        ("UPDATE allowance SET posted = posted + 1", "kid: posted is stored as"),
        ("UPDATE allowance SET month_spent = month_spent + 1", "kid: month_spent is stored as"),
        ("UPDATE allowance SET month_limit = NULL", "kid: month_limit is stored as"),
        (
            "UPDATE account SET month_limit = 1 WHERE code = 'kid'",
            "above its limit of 0.000000001 USD",
        ),
        ("UPDATE account SET limit_kind = 'hard' WHERE code = 'parent'", "above its limit of"),
        ("UPDATE account SET parent_id = NULL WHERE code = 'kid'", "no member of this account"),
        ("DELETE FROM allowance", "a member without a row"),
    ],
)
def test_members_months_and_refunds_are_folded_too(
    family: Ledger, statement: str, said: str
) -> None:
    problems = tampered(family, statement)
    assert any(said in each.detail for each in problems), problems


def test_a_late_charge_needs_a_hold_that_expired(acme: Ledger, book: PriceBook) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    hold = acme.hold("acme", quote, key="job")
    acme.expire(now=hold.expires_at)
    acme.capture(hold.id, images=1, key="late")
    assert acme.verify().ok

    other = acme.hold("acme", quote, key="other")
    forged = "UPDATE transfer SET late_hold_id = (SELECT id FROM transfer WHERE idem_key = 'other')"
    problems = tampered(acme, f"{forged} WHERE idem_key = 'late'")

    assert other.version == 5
    assert [each.kind for each in problems] == ["late"]
    assert "had not expired" in problems[0].detail


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_key_that_stands_for_two_rows_is_named(acme: Ledger) -> None:
    acme.top_up("acme", "1", key="second")
    with as_owner(acme) as connection:
        drop = "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_account_id_idem_key"
        connection.execute(text(drop))
    problems = tampered(acme, update(transfer).values(idem_key="twice"))

    assert [each.kind for each in problems] == ["constraint", "key"]
    assert "'twice' stands for 2 transfers" in problems[1].detail


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_checked(used: Ledger) -> None:
    month = "UPDATE transfer SET occurred_at = '2026-13-01T00:00:00.000000Z' WHERE version = 3"

    problems = tampered(used, month)

    assert problems[0].detail.startswith("version 3 cannot be read")
    assert used.verify().transfers == 7


def test_a_flood_of_one_kind_is_counted_and_not_listed(ledger: Ledger) -> None:
    ledger.open_account("acme", currency="USD")
    for number in range(LISTED_MAX + 5):
        ledger.top_up("acme", "1", key=f"t-{number}")

    problems = tampered(ledger, "UPDATE transfer SET released = 1")

    listed = [each for each in problems if each.kind == "row"]
    assert len(listed) == LISTED_MAX + 1
    assert listed[-1].detail == "and 5 more of this kind"
