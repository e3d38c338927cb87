from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from billing import Hold, InvalidEntry, Ledger, Transfer
from billing.database.engines import reading, writing
from billing.ledger import in_buckets
from pricing import AgeingPolicy, Catalog, PriceBook, Quote

VOID = AgeingPolicy("two-weeks", 14, "void")
CAPTURE = AgeingPolicy("pay-late", 14, "capture")
TWO_WEEKS = timedelta(days=14)
ONE = Decimal("0.21072")

FREE = """
schema_version: 1
models: {gpt-image-2: {price: openai-gpt-image-2}}
plans: {staff: {discount: "1"}}
accounts: {acme: {plan: staff}}
"""

Quoted = Callable[[int], Quote]


@pytest.fixture
def quoted(book: PriceBook) -> Quoted:
    size = {"size": "1024x1024", "quality": "high"}
    return lambda n: book.quote({"model": "gpt-image-2", **size, "n": n})


def doubted(acme: Ledger, quote: Quote, key: str) -> Hold:
    hold = acme.hold("acme", quote, key=key, on_deadline="doubt")
    acme.doubt(hold.id, key=f"{key}/doubt", reason="cut")
    return hold


def test_the_clock_releases_and_doubts_what_is_due_and_nothing_else(
    acme: Ledger, quoted: Quoted
) -> None:
    past, future = timedelta(seconds=-1), timedelta(hours=1)
    plain = acme.hold("acme", quoted(1), key="plain", expires_in=past)
    sent = acme.hold("acme", quoted(1), key="sent", expires_in=past, on_deadline="doubt")
    later = acme.hold("acme", quoted(1), key="later", expires_in=future)
    ended = acme.hold("acme", quoted(1), key="ended", expires_in=past)
    acme.capture(ended.id, images=1, key="c")
    known = doubted(acme, quoted(1), "known")

    assert (acme.expire(), acme.expire()) == (2, 0)

    states = {
        hold.id: acme.hold_by_id(hold.id).state for hold in (plain, sent, later, ended, known)
    }
    assert list(states.values()) == ["expired", "in_doubt", "open", "captured", "in_doubt"]
    assert acme.verify().ok


def test_the_oldest_deadlines_come_first_when_not_all_are_done_at_once(
    acme: Ledger, quoted: Quoted
) -> None:
    acme.open_account("beta", currency="USD")
    acme.top_up("beta", "10", key="funds")
    holds = [
        acme.hold(code, quoted(1), key=f"{n}", expires_in=timedelta(seconds=-100 + n))
        for n, code in enumerate(["acme", "beta"] * 3)
    ]
    done = []
    for _turn in range(3):
        assert acme.expire(limit=2) == 2
        done.append([acme.hold_by_id(hold.id).state for hold in holds].count("expired"))
        assert acme.hold_by_id(holds[2 * len(done) - 1].id).state == "expired"
    assert done == [2, 4, 6]


def test_holds_that_share_a_deadline_are_all_found(acme: Ledger, quoted: Quoted) -> None:
    moment = acme.now()
    with Ledger(acme.engine, clock=lambda: moment) as frozen:
        asked = {"account": "acme", "quote": quoted(1), "expires_in": timedelta(0)}
        frozen.hold_many([{**asked, "key": f"{n}"} for n in range(300)])
    assert acme.expire() == 300


def test_what_is_due_within_a_transaction_of_the_callers_is_found_there(
    acme: Ledger, quoted: Quoted
) -> None:
    acme.hold("acme", quoted(1), key="before", expires_in=timedelta(seconds=-1))
    _end(acme, quoted(1), 10)
    seen: list[str] = []
    with writing(acme.engine) as connection:
        mine = acme.within(connection)
        mine.hold("acme", quoted(1), key="mine", expires_in=timedelta(seconds=-1))
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        assert (mine.expire(), mine.expire()) == (2, 0)
    # Found by the balance, as always: not by looking at every hold there ever was.
    assert any("FROM balance" in each for each in seen)
    assert acme.verify().ok


@pytest.mark.parametrize("limit", [0, -1, True, 2.0, "2", None])
def test_no_fewer_than_one_hold_is_asked_to_be_ended(
    acme: Ledger, quoted: Quoted, limit: int
) -> None:
    held = acme.hold("acme", quoted(1), key="due", expires_in=timedelta(seconds=-1))
    with pytest.raises(InvalidEntry, match="limit"):
        acme.expire(limit=limit)
    assert acme.hold_by_id(held.id).ending is None


@pytest.mark.parametrize("verb", [Ledger.expire, lambda acme, now: acme.age(VOID, now=now)])
def test_an_instant_without_a_time_zone_is_refused_by_name(
    acme: Ledger, verb: Callable[[Ledger, datetime], object]
) -> None:
    with pytest.raises(InvalidEntry, match=r"^now: '2026-11-30 01:00:00' is not allowed"):
        verb(acme, datetime(2026, 11, 30, 1))  # noqa: DTZ001 - that is the point


def test_a_free_hold_is_released_too(acme: Ledger) -> None:
    request = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    free = Catalog.loads(FREE).quote(request, account="acme")
    assert free.total == 0
    acme.hold("acme", free, key="free", expires_in=timedelta(seconds=-1))
    assert acme.expire() == 1


def test_what_was_ended_long_ago_is_not_read_again(acme: Ledger, quoted: Quoted) -> None:
    acme.top_up("acme", "1000", key="more")
    statements: list[str] = []
    event.listen(acme.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    counts = []
    for ended in (10, 600):
        _end(acme, quoted(1), ended)
        for n in range(3):
            past = timedelta(seconds=-1)
            acme.hold("acme", quoted(1), key=f"due/{ended}/{n}", expires_in=past)
        statements.clear()
        with reading(acme.engine) as connection:
            assert len(in_buckets.falling_due(connection, by=acme.now(), limit=9)) == 3
        counts.append(len(statements))
        assert acme.expire() == 3
    assert counts[0] == counts[1]


def _end(acme: Ledger, quote: Quote, count: int) -> None:
    """Holds that were captured, with a deadline of last month."""
    asked = {"account": "acme", "quote": quote, "expires_in": timedelta(days=-30)}
    holds = acme.hold_many([{**asked, "key": f"{count}/{n}"} for n in range(count)])
    ids = [hold.id for hold in holds if isinstance(hold, Hold)]
    rows = acme.capture_many([{"hold_id": i, "images": 1, "key": f"{i}/c"} for i in ids])
    assert len([row for row in rows if isinstance(row, Transfer)]) == count


def test_without_a_policy_nothing_is_settled_by_age(acme: Ledger, quoted: Quoted) -> None:
    doubted(acme, quoted(1), "job")
    acme.expire(acme.now() + timedelta(days=3650))
    assert acme.balance("acme").in_doubt == ONE


@pytest.mark.parametrize(("policy", "kind"), [(VOID, "void"), (CAPTURE, "capture")])
def test_a_policy_settles_what_is_in_doubt_for_too_long_and_signs_it(
    acme: Ledger, quoted: Quoted, policy: AgeingPolicy, kind: str
) -> None:
    hold = doubted(acme, quoted(4), "job")
    still_open = acme.hold("acme", quoted(1), key="open", on_deadline="doubt")

    assert acme.age(policy, now=hold.recorded_at + TWO_WEEKS - timedelta(minutes=1)) == []
    (row,) = acme.age(policy, now=acme.now() + TWO_WEEKS)
    assert acme.age(policy, now=acme.now() + TWO_WEEKS) == []

    assert (row.kind, row.amount) == (kind, 4 * ONE)
    assert row.actor == f"ageing policy {policy.name}"
    assert row.reason == f"ageing policy {policy.name}: in doubt for 14 days"
    assert acme.hold_by_id(still_open.id).state == "open"
    assert acme.verify().ok


def test_a_call_falls_in_doubt_at_its_deadline_however_late_the_timer_came(
    acme: Ledger, quoted: Quoted
) -> None:
    weeks = timedelta(days=-15)
    acme.hold("acme", quoted(1), key="sent", expires_in=weeks, on_deadline="doubt")
    assert acme.age(VOID) == []
    acme.expire()
    assert len(acme.age(VOID)) == 1


def test_a_policy_run_many_times_at_once_settles_each_hold_once(
    acme: Ledger, quoted: Quoted
) -> None:
    for number in range(8):
        doubted(acme, quoted(1), f"job-{number}")
    rows: list[Transfer] = []
    now = acme.now() + TWO_WEEKS
    policies = [VOID, CAPTURE] * 2
    threads = [
        threading.Thread(target=lambda policy=policy: rows.extend(acme.age(policy, now=now)))
        for policy in policies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == 8
    assert acme.balance("acme").in_doubt == 0
    assert acme.verify().ok


def test_a_members_holds_are_found_under_its_parent(acme: Ledger, quoted: Quoted) -> None:
    acme.open_account("key-1", currency="USD", parent="acme")
    acme.hold("key-1", quoted(1), key="sent", expires_in=timedelta(seconds=-1), on_deadline="doubt")
    assert acme.expire() == 1
    (row,) = acme.age(VOID, now=acme.now() + TWO_WEEKS)
    assert row.account == "key-1"
