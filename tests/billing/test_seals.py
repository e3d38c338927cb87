"""Seals: what they cover, how they chain, and that making them is safe at any time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from billing import Evidence, Ledger, SealRefused
from billing.database.engines import reading, writing
from billing.database.tables import metadata
from billing.ledger.proof.canonical import encoded
from billing.ledger.proof.row_pages import PAGE
from pricing import PriceBook
from tests.billing.sealing import seals
from tests.billing.tampering import as_owner, story, tampered


def test_seals_cover_every_version_once_and_chain_from_the_account(
    acme: Ledger, book: PriceBook
) -> None:
    first = acme.seal()
    story(acme, book)
    second = acme.seal()

    made = seals(acme)
    assert (first.seals, first.transfers) == (2, 1)
    assert (second.accounts, second.seals, second.transfers) == (1, 1, 9)
    assert [(each.from_version, each.to_version) for each in made] == [(0, 0), (1, 1), (2, 10)]
    assert [each.prev_hash for each in made[1:]] == [each.hash for each in made[:-1]]
    found = acme.verify()
    assert (found.ok, found.seals, found.sealed) == (True, 3, 10)


def test_sealing_again_with_nothing_new_writes_nothing(acme: Ledger) -> None:
    acme.seal()
    before = seals(acme)

    again = acme.seal()

    assert (again.accounts, again.seals, again.transfers) == (0, 0, 0)
    assert seals(acme) == before


def test_an_account_without_transfers_is_sealed_too(ledger: Ledger) -> None:
    ledger.open_account("empty", currency="USD")

    assert ledger.seal().seals == 1

    problems = tampered(ledger, "UPDATE account SET code = 'renamed'")
    assert "the row of the account" in problems[0].detail


def test_a_seal_covers_a_page_of_rows_at_most(ledger: Ledger) -> None:
    ledger.open_account("busy", currency="USD")
    with writing(ledger.engine) as connection:
        verbs = ledger.within(connection)
        for number in range(PAGE + 5):
            verbs.top_up("busy", "1", key=f"t-{number}")

    made = ledger.seal()

    assert (made.seals, made.transfers) == (3, PAGE + 5)
    assert max(len(each.row_digests) for each in seals(ledger)) == 8 * PAGE
    assert ledger.verify().ok


def test_many_who_seal_at_once_make_one_chain(acme: Ledger, book: PriceBook) -> None:
    story(acme, book)
    barrier = threading.Barrier(4)

    def work(_: int) -> int:
        barrier.wait()
        return acme.seal().transfers

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(work, range(4)))

    assert sum(sealed) == 10
    assert acme.verify().ok


def test_sealing_while_others_write_leaves_a_ledger_that_verifies(
    acme: Ledger, book: PriceBook
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    done = threading.Event()

    def write() -> None:
        for number in range(20):
            hold = acme.hold("acme", quote, key=f"h-{number}")
            acme.capture(
                hold.id, images=1, key=f"c-{number}", evidence=Evidence(request_id=f"r-{number}")
            )
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        acme.seal()
    writer.join()
    acme.seal()

    found = acme.verify()
    assert (found.problems, found.sealed) == ((), 41)


def test_evidence_that_comes_after_the_seal_is_no_tampering(acme: Ledger, book: PriceBook) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    hold = acme.hold("acme", quote, key="job")
    acme.doubt(hold.id, key="doubt", reason="no answer", evidence=Evidence(request_id="r"))
    acme.seal()

    acme.add_evidence(hold.id, Evidence(request_id="r", http_status=200, delivered=1))

    assert acme.verify().ok


def test_a_gap_is_not_sealed_over_and_the_other_accounts_are_sealed(
    acme: Ledger, book: PriceBook
) -> None:
    story(acme, book)
    acme.open_account("other", currency="USD")
    with as_owner(acme) as connection:
        connection.execute(text("DELETE FROM transfer WHERE version = 4"))

    with pytest.raises(SealRefused, match="account acme: version 4 is missing"):
        acme.seal()

    assert [each.to_version for each in seals(acme)] == [0]


def test_a_seal_is_never_older_than_what_it_seals(ledger_url: str) -> None:
    instants = iter([datetime(2026, 11, 20, tzinfo=UTC)] * 50)
    with Ledger.open(ledger_url, clock=lambda: next(instants)) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="t")
    behind = datetime(2026, 11, 19, tzinfo=UTC)
    with Ledger.open(ledger_url, clock=lambda: behind) as ledger:
        ledger.seal()
        assert all(each.sealed_at.day == 20 for each in seals(ledger))


def test_the_encoding_of_a_row_is_fixed() -> None:
    row = {
        "id": UUID(int=255),
        "version": 7,
        "amount": -(10**18),
        "occurred_at": datetime(2026, 4, 1, 0, 30, tzinfo=UTC),
        "request_digest": b"\x00\xff",
        "reason": 'naïve "quote" \u2028 🎨',
        "actor": None,
    }

    assert encoded("transfer", row) == (
        b'[1,"transfer",{"amount":-1000000000000000000,'
        b'"id":"000000000000000000000000000000ff",'
        b'"occurred_at":"2026-04-01T00:30:00.000000Z",'
        b'"reason":"na\\u00efve \\"quote\\" \\u2028 \\ud83c\\udfa8","request_digest":"00ff",'
        b'"version":7}]'
    )
    later = {**row, "added_in_a_later_release": None}
    assert encoded("transfer", later) == encoded("transfer", row)


def test_the_same_rows_have_the_same_seals_on_both_engines(
    sqlite_url: str, postgres_url: str, book: PriceBook
) -> None:
    now = datetime.now(UTC) + timedelta(minutes=1)
    with Ledger.open(sqlite_url, clock=lambda: now) as here:
        here.open_account("acme", currency="USD", floor="-5", plan="naïve 🎨")
        here.top_up("acme", "100", key="first")
        story(here, book)
        with Ledger.open(postgres_url, clock=lambda: now) as there:
            copied(here, there)
            here.seal()
            there.seal()
            assert seals(here) == seals(there)
            assert there.verify().ok


def test_progress_is_told_with_the_total(acme: Ledger, book: PriceBook) -> None:
    story(acme, book)
    told: list[tuple[int, int]] = []

    acme.verify(lambda done, total: told.append((done, total)))

    assert told[-1] == (10, 10)


def test_rows_from_the_future_are_a_problem(ledger_url: str) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with Ledger.open(ledger_url, clock=lambda: ahead) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="t")
        assert ledger.verify().ok
    with Ledger.open(ledger_url) as ledger:
        assert [each.kind for each in ledger.verify().problems] == ["time"]


def copied(source: Ledger, target: Ledger) -> None:
    """The rows of one ledger in another, as they are."""
    order = ("account", "balance", "allowance", "rate", "transfer", "evidence", "rollup")
    with reading(source.engine) as reader, as_owner(target) as writer:
        for name in order:
            table = metadata.tables.get(name)
            if table is not None:
                rows = [dict(row) for row in reader.execute(select(table)).mappings()]
                if rows:
                    writer.execute(table.insert(), rows)
