from __future__ import annotations

import dataclasses
import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from billing import Evidence, Hold, Ledger, LedgerUnavailable
from billing.ledger.settlements import Settlement, Verb
from billing.ledger.spool.files import Spool, locked
from billing.ledger.spool.replaying import Replay
from pricing import PriceBook

EVIDENCE = Evidence(request_id="req_1", http_status=200, delivered=3, sdk="openai 3.54.0")


@pytest.fixture
def spool(acme: Ledger, tmp_path: Path) -> Spool:
    """A spool of the ledger's in a folder of its own."""
    return Spool.of(acme.engine.url, tmp_path / "kept")


Held = Callable[..., Hold]


@pytest.fixture
def held(acme: Ledger, book: PriceBook) -> Held:
    """Holds 0.84288 USD for four images under which a request was sent."""

    def hold(key: str = "job", *, on_deadline: str = "doubt", at: datetime | None = None) -> Hold:
        size = {"size": "1024x1024", "quality": "high", "n": 4}
        quote = book.quote({"model": "gpt-image-2", **size}, at=at)
        return acme.hold("acme", quote, key=key, on_deadline=on_deadline)  # type: ignore[arg-type]  # one of two

    return hold


def settlement(hold: Hold, verb: Verb = "capture", **terms: object) -> Settlement:
    delivered = {"images": 3} if verb == "capture" else {}
    facts = {"reason": "3 delivered", "evidence": EVIDENCE, "at": hold.occurred_at, **delivered}
    key = f"{hold.id}/call/{verb}"
    return Settlement(hold_id=hold.id, verb=verb, key=key, **{**facts, **terms})  # type: ignore[arg-type]


def results(found: Replay) -> list[str]:
    return [line.result for line in found.lines]


@pytest.mark.parametrize(
    ("verb", "state"), [("capture", "captured"), ("void", "voided"), ("doubt", "in_doubt")]
)
def test_a_line_is_settled_once_and_its_file_is_done(
    acme: Ledger, spool: Spool, held: Held, verb: Verb, state: str
) -> None:
    hold = held()
    path = spool.keep(settlement(hold, verb))

    first, second = acme.replay(spool), acme.replay(spool)

    assert (results(first), results(second)) == (["settled"], [])
    assert [done.name for done in first.done] == [path.name]
    assert not path.exists()
    view = acme.hold_by_id(hold.id)
    assert (view.state, view.evidence) == (state, (EVIDENCE,))
    assert acme.verify().ok


def test_a_file_that_is_put_back_changes_nothing(acme: Ledger, spool: Spool, held: Held) -> None:
    path = spool.keep(settlement(held()))
    (done,) = acme.replay(spool).done
    before = acme.balance("acme")
    done.rename(path)

    assert results(acme.replay(spool)) == ["repeated"]
    assert acme.balance("acme") == before


def test_replays_at_once_settle_each_call_once(acme: Ledger, spool: Spool, held: Held) -> None:
    for number in range(12):
        spool.keep(settlement(held(f"job-{number}")))
    found: list[Replay] = []
    threads = [threading.Thread(target=lambda: found.append(acme.replay(spool))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(len(replay.of("settled")) for replay in found) == 12
    assert sum(len(replay.lines) for replay in found) == 12
    assert acme.balance("acme").posted == 12 * 3 * Decimal("0.21072")


def test_the_month_of_a_late_replay_is_that_of_the_answer(
    acme: Ledger, spool: Spool, held: Held
) -> None:
    hold = held()
    answered = hold.occurred_at + timedelta(microseconds=1)
    spool.keep(settlement(hold, at=answered))
    acme.replay(spool)
    ending = acme.hold_by_id(hold.id).ending
    assert ending is not None
    assert ending.occurred_at == answered


def test_an_answer_from_a_clock_that_was_set_back_since_is_settled_all_the_same(
    acme: Ledger, spool: Spool, held: Held
) -> None:
    spool.keep(settlement(held(), at=datetime.now(UTC) + timedelta(hours=1)))
    assert results(acme.replay(spool)) == ["settled"]


def test_the_cost_by_tokens_is_kept(acme: Ledger, spool: Spool, held: Held) -> None:
    hold = held()
    spool.keep(settlement(hold, actual_cost=Decimal("0.600000001")))
    acme.replay(spool)
    ending = acme.hold_by_id(hold.id).ending
    assert ending is not None
    assert ending.actual_cost == Decimal("0.600000001")


def test_a_hold_that_was_ended_meanwhile_stays_so_and_gets_the_evidence_once(
    acme: Ledger, spool: Spool, held: Held
) -> None:
    hold = held()
    acme.void(hold.id, key="by hand", reason="nobody knew")
    path = spool.keep(settlement(hold))

    found = acme.replay(spool)
    found.done[0].rename(path)
    again = acme.replay(spool)

    assert results(found) == results(again) == ["ended"]
    assert "void" in found.lines[0].detail
    view = acme.hold_by_id(hold.id)
    assert (view.state, view.evidence) == ("voided", (EVIDENCE,))
    assert acme.verify().ok


def test_a_hold_that_was_swept_meanwhile_is_captured_out_of_doubt(
    acme: Ledger, spool: Spool, held: Held
) -> None:
    hold = held()
    assert acme.expire(hold.expires_at) == 1
    spool.keep(settlement(hold))
    assert results(acme.replay(spool)) == ["settled"]
    balance = acme.balance("acme")
    assert (balance.posted, balance.in_doubt + balance.held) == (Decimal("0.63216"), Decimal(0))


def test_a_hold_that_was_released_meanwhile_is_captured_late(
    acme: Ledger, spool: Spool, held: Held
) -> None:
    hold = held(on_deadline="expire")
    assert acme.expire(hold.expires_at) == 1
    spool.keep(settlement(hold))
    (line,) = acme.replay(spool).lines
    assert (line.result, "late" in line.detail) == ("settled", True)
    assert acme.balance("acme").posted == Decimal("0.63216")
    assert acme.verify().ok


def test_what_cannot_be_settled_stays_and_does_not_stop_what_follows(
    acme: Ledger, spool: Spool, held: Held
) -> None:
    unknown = dataclasses.replace(settlement(held("a")), hold_id="hold_" + "0" * 32)
    spool.keep(unknown)
    path = spool.keep(settlement(held("b")))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:150])

    found = acme.replay(spool)

    assert [(line.line, line.result) for line in found.lines] == [
        (1, "left"),
        (2, "settled"),
        (3, "left"),
    ]
    assert "No hold" in found.lines[0].detail
    assert "torn" in found.lines[2].detail
    assert found.lines[2].hold_id is None
    assert path.read_bytes() == whole + whole[:150]
    assert results(acme.replay(spool)) == ["left", "repeated", "left"]


def test_nothing_is_booked_in_a_copy_of_the_ledger(
    acme: Ledger, spool: Spool, held: Held, tmp_path: Path
) -> None:
    hold = held()
    path = spool.keep(settlement(hold))
    copy = Spool("sqlite:/elsewhere/copy.db", spool.folders)
    taken = acme.replay(copy)
    assert (results(taken), taken.elsewhere) == ([], (path,))
    # Even under a name that says otherwise.
    renamed = path.rename(path.with_name(copy.keep(settlement(held("b"))).name))
    (line,) = acme.replay(copy).lines
    assert (line.result, "it was written for the ledger at" in line.detail) == ("left", True)
    assert acme.hold_by_id(hold.id).state == "open"
    assert results(acme.replay(copy, moved=True)) == ["settled"]
    assert not renamed.exists()


def test_a_file_in_use_is_left_alone(acme: Ledger, spool: Spool, held: Held) -> None:
    path = spool.keep(settlement(held()))
    with locked(path):
        assert acme.replay(spool).busy == (path,)
    assert results(acme.replay(spool)) == ["settled"]


def test_the_next_start_books_what_was_kept(
    acme: Ledger, ledger_url: str, held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    hold, torn = held(), held("torn")
    acme.spool.keep(settlement(hold))
    path = acme.spool.keep(settlement(torn))
    path.write_bytes(path.read_bytes()[:-60])
    with caplog.at_level(logging.INFO, "image_billing"), Ledger.open(ledger_url) as opened:
        assert opened.hold_by_id(hold.id).state == "captured"
        assert opened.hold_by_id(torn.id).state == "open"
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING"]
    assert "torn" in caplog.text
    path.unlink()


def test_a_start_without_replay_books_nothing(acme: Ledger, ledger_url: str, held: Held) -> None:
    hold = held()
    acme.spool.keep(settlement(hold))
    with Ledger.open(ledger_url, replay=False) as opened:
        assert opened.hold_by_id(hold.id).state == "open"
        assert results(opened.replay()) == ["settled"]


def test_a_database_that_is_away_stops_a_replay_and_not_a_start(
    sqlite_url: str, book: PriceBook, caplog: pytest.LogCaptureFixture
) -> None:
    with Ledger.open(f"{sqlite_url}?timeout=0") as ledger, Ledger.open(sqlite_url) as other:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="funds")
        quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4})
        hold = ledger.hold("acme", quote, key="job", on_deadline="doubt")
        path = ledger.spool.keep(settlement(hold))
        with other.engine.begin() as connection:
            connection.execute(text("SELECT 1"))
            with pytest.raises(LedgerUnavailable):
                ledger.replay()
            Ledger.open(f"{sqlite_url}?timeout=0").close()
        assert "not replayed" in caplog.text
        assert path.exists()
        assert results(ledger.replay()) == ["settled"]


def test_a_spool_says_nothing_of_prompts_and_keys(acme: Ledger, spool: Spool, held: Held) -> None:
    path = spool.keep(settlement(held()))
    content = json.loads(path.read_bytes().partition(b" ")[2])
    assert set(content) == {
        *("format", "ledger", "hold", "verb", "key", "images", "reason", "at"),
        *("actual_cost", "evidence"),
    }
