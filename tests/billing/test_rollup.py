"""The roll-up: every verb keeps it, verify finds what differs, one day is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from billing import Evidence, InsufficientFunds, Ledger
from billing.database import schema
from billing.database.engines import reading, writing
from billing.database.tables import rollup, transfer
from billing.ledger.rollup.days import rebuild
from pricing import PriceBook, Quote
from tests.billing.tampering import as_owner, tampered
from tests.properties.ledger_rollup import rolled_up

Row = dict[str, Any]
TODAY = datetime(2026, 9, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def acme(ledger_url: str) -> Iterator[Ledger]:
    """An account with 100 USD; the clock stands half an hour into September."""
    with Ledger.open(ledger_url, clock=lambda: TODAY) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


@pytest.fixture
def quote(book: PriceBook) -> Callable[..., Quote]:
    """A quote as it was given at that time."""

    def of(n: int = 2, size: str = "1024x1024", at: datetime = TODAY) -> Quote:
        return book.quote({"model": "gpt-image-2", "size": size, "n": n}, at=at)

    return of


def rows(ledger: Ledger) -> list[Row]:
    with reading(ledger.engine) as connection:
        return in_order(dict(row) for row in connection.execute(select(rollup)).mappings())


def expected(ledger: Ledger) -> list[Row]:
    """What the transfers add up to, by the tests' own fold."""
    with reading(ledger.engine) as connection:
        found = [dict(row) for row in connection.execute(select(transfer)).mappings()]
    return in_order(rolled_up(found))


def in_order(found: Iterable[Row]) -> list[Row]:
    keys = [column.name for column in rollup.primary_key]
    return sorted(found, key=lambda row: [row[key] for key in keys])


@pytest.fixture
def busy(acme: Ledger, quote: Callable[..., Quote]) -> Ledger:
    """A ledger in which every verb has written something, on two days of two months."""
    earlier = TODAY - timedelta(days=3)
    acme.open_account("kid", currency="USD", parent="acme")
    hold = acme.hold("acme", quote(4), key="a")
    paid = acme.capture(hold.id, images=3, key="a/c", evidence=Evidence(request_id="r"))
    acme.refund(paid.id, "0.001", key="a/r", reason="blurred")
    of_kid = acme.hold("kid", quote(), key="b")
    acme.capture(of_kid.id, images=1, key="b/c")
    acme.charge("kid", quote(at=earlier), images=1, key="c", occurred_at=earlier)
    acme.adjust("acme", "-1", key="d", reason="wrong invoice", actor="ana")
    late = acme.hold("acme", quote(), key="e")
    acme.expire(now=late.expires_at)
    acme.capture(late.id, images=1, key="e/c")
    with writing(acme.engine) as connection:
        acme.within(connection).charge("acme", quote(), images=2, key="f")
    return acme


def test_every_verb_adds_what_it_writes(busy: Ledger) -> None:
    assert rows(busy) == expected(busy)
    assert sum(row["transfers"] for row in rows(busy)) == 7
    assert {row["day"] for row in rows(busy)} == {20260829, 20260901}
    assert busy.verify().problems == ()


def test_a_batch_adds_the_sums_of_its_rows(acme: Ledger, quote: Callable[..., Quote]) -> None:
    acme.open_account("beta", currency="USD", floor="-10")
    acme.open_account("poor", currency="USD")
    acme.open_account("kid", currency="USD", parent="beta")
    sizes = ("1024x1024", "2048x2048")
    asked = [
        {"account": code, "quote": quote(2, sizes[number % 2]), "key": f"h{number}"}
        for number, code in enumerate(("acme", "beta", "kid", "poor") * 3)
    ]
    for _ in range(2):  # a rate that is new takes another way than one that is known
        held = [each for each in acme.hold_many(asked) if not isinstance(each, Exception)]
        acme.capture_many([{"hold_id": h.id, "images": 1, "key": f"{h.key}/c"} for h in held])
        charges = [{**each, "images": 2, "key": f"{each['key']}/x"} for each in asked]
        acme.charge_many([each for each in charges if each["account"] != "kid"])
        asked = [{**each, "key": f"again-{each['key']}"} for each in asked]

    assert rows(acme) == expected(acme)
    # Three turns of three accounts, twice: held and captured; charged by two of them.
    assert sum(row["transfers"] for row in rows(acme)) == 2 * (3 * 3 + 3 * 2)


def test_what_was_refused_repeated_or_rolled_back_adds_nothing(
    acme: Ledger, quote: Callable[..., Quote]
) -> None:
    acme.charge("acme", quote(), images=1, key="a")
    before = rows(acme)
    acme.charge("acme", quote(), images=1, key="a")
    acme.open_account("poor", currency="USD")
    with pytest.raises(InsufficientFunds):
        acme.charge("poor", quote(), images=1, key="b")
    with acme.engine.connect() as connection, connection.begin() as ours:
        acme.within(connection).charge("acme", quote(), images=1, key="c")
        ours.rollback()

    assert rows(acme) == before == expected(acme)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE rollup SET amount = amount + 1000000 WHERE kind = 'refund'",
            "2026-09-01: refund at rate_",
        ),
        ("UPDATE rollup SET transfers = 0 WHERE kind = 'charge'", "transfers -1"),
        ("UPDATE rollup SET day = 20260902 WHERE kind = 'charge'", "2026-09-02: charge"),
        ("DELETE FROM rollup WHERE kind = 'adjustment'", "adjustment: transfers -1"),
        ("UPDATE rollup SET booked_in = 202610 WHERE kind = 'capture'", "amount +"),
        ("UPDATE rollup SET cost = 9223372036854775807 WHERE kind = 'capture'", "cost +9223372036"),
    ],
)
def test_verify_names_the_account_and_the_day_that_differs(
    busy: Ledger, statement: str, said: str
) -> None:
    problems = tampered(busy, statement)
    assert {(each.account, each.kind) for each in problems} == {("acme", "rollup")}
    assert any(said in each.detail for each in problems), problems


def test_rows_of_an_account_that_is_not_there_are_found(busy: Ledger) -> None:
    forged = rollup.update().where(rollup.c.kind == "charge").values(account_id=uuid4())
    kinds = {each.kind for each in tampered(busy, forged)}
    assert kinds == {"rollup", "orphan"}


def test_one_day_is_put_right_and_no_other(acme: Ledger, quote: Callable[..., Quote]) -> None:
    other = TODAY - timedelta(days=1)
    acme.charge("acme", quote(), images=1, key="a")
    acme.charge("acme", quote(at=other), images=1, key="b", occurred_at=other)
    acme.adjust("acme", "2", key="c", reason="goodwill", actor="ana")
    with as_owner(acme) as connection:
        connection.execute(text("UPDATE rollup SET amount = amount + 5, images = 0"))
        connection.execute(text("DELETE FROM rollup WHERE kind = 'adjustment'"))

    found = rebuild(acme.engine, TODAY.date())

    assert sorted((code, each.day, each.keys["kind"]) for code, each in found) == [
        ("acme", "2026-09-01", "adjustment"),
        ("acme", "2026-09-01", "charge"),
    ]
    assert {each.detail[:10] for each in acme.verify().problems} == {"2026-08-31"}
    assert rebuild(acme.engine, TODAY.date()) == []
    assert len(rebuild(acme.engine, other.date())) == 1
    assert rows(acme) == expected(acme)


def test_a_row_that_should_not_be_there_is_left_with_nothing_in_it(
    acme: Ledger, quote: Callable[..., Quote]
) -> None:
    acme.charge("acme", quote(), images=1, key="a")
    with as_owner(acme) as connection:
        connection.execute(text("UPDATE rollup SET day = 20260902"))
    for day in (date(2026, 9, 1), date(2026, 9, 2)):
        assert len(rebuild(acme.engine, day)) == 1
    assert acme.verify().ok
    assert [row for row in rows(acme) if row["transfers"]] == expected(acme)


def test_what_is_there_already_is_rolled_up_by_the_migration(busy: Ledger) -> None:
    before = rows(busy)
    revision = ScriptDirectory.from_config(schema._config()).get_revision("0007")
    with as_owner(busy) as connection:
        connection.execute(text("DELETE FROM rollup"))
        connection.execute(text(revision.module._filled(connection.dialect.name)))

    assert rows(busy) == before == expected(busy)
    assert busy.verify().ok
