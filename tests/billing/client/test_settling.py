"""What the caller gets when the hold cannot be settled as the answer says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI, OpenAIError
from sqlalchemy import text

from billing import Evidence, Ledger
from billing.client import OutcomeInDoubt, bill
from billing.client.call.settling import claim, settle, spool_for
from billing.client.outcome.table import Outcome
from billing.client.proxy.clients import BilledClient
from billing.ledger.settlements import Verb
from billing.ledger.spool.files import Spool
from billing.testing import Action, Exchange, ScriptedProvider, error, images, reply
from pricing import PriceBook

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}


@contextmanager
def scripted(
    acme: Ledger, sdk: Callable[[str], OpenAI], *actions: Action
) -> Iterator[tuple[BilledClient, ScriptedProvider]]:
    """A billed client and the provider that it talks to; it waits while the ledger is changed."""
    with ScriptedProvider(actions) as provider:
        patient = sdk(provider.base_url).with_options(timeout=30)
        yield bill(patient, acme, account="acme"), provider


def _sabotage(acme: Ledger, statement: str, answer: Action) -> Action:
    """The answer, after the database was changed under the waiting call."""

    def play(exchange: Exchange) -> None:
        with acme.engine.begin() as connection:
            connection.execute(text(statement))
        answer.play(exchange)

    return Action("sabotage", play)


def test_a_ledger_that_is_away_does_not_cost_the_caller_the_answer(
    acme: Ledger, sdk: Callable[[str], OpenAI], caplog: pytest.LogCaptureFixture
) -> None:
    away = _sabotage(acme, "ALTER TABLE balance RENAME TO balance_away", images(4))
    with scripted(acme, sdk, away) as (client, _provider):
        result = client.images.generate(**FIELDS)
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE balance_away RENAME TO balance"))
    assert len(result.data or []) == 4
    assert (result.billing.state, result.billing.amount) == ("open", Decimal(0))
    assert result.billing.spooled
    assert "spooled" in str(result.billing)
    assert acme.hold_by_id(result.billing.hold.id).state == "open"
    (record,) = [record for record in caplog.records if record.name == "image_billing"]
    assert record.levelname == "WARNING"
    assert result.billing.hold.id in record.getMessage()
    assert "kite" not in caplog.text
    assert "kite" not in acme.spool.waiting()[0].read_text()
    _is_captured_once(acme, result.billing.hold.id)


def _is_captured_once(ledger: Ledger, hold_id: str) -> None:
    """By a replay, and by no second one."""
    assert [line.result for line in ledger.replay().lines] == ["settled"]
    assert ledger.replay().lines == ()
    view = ledger.hold_by_id(hold_id)
    assert (view.state, [evidence.delivered for evidence in view.evidence]) == ("captured", [4])
    balance = ledger.balance("acme")
    assert (balance.posted, balance.held) == (view.hold.amount, Decimal(0))


def test_a_key_whose_answer_is_in_the_spool_is_in_doubt_and_then_paid(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    away = _sabotage(acme, "ALTER TABLE balance RENAME TO balance_away", images(4))
    with scripted(acme, sdk, away) as (client, provider):
        first = client.images.generate(**FIELDS, billing={"key": "job-1"})
        with acme.engine.begin() as connection:
            connection.execute(text("ALTER TABLE balance_away RENAME TO balance"))
        with pytest.raises(OutcomeInDoubt, match="nothing was sent"):
            client.images.generate(**FIELDS, billing={"key": "job-1"})
        _is_captured_once(acme, first.billing.hold.id)
        again = client.images.generate(**FIELDS, billing={"key": "job-1"})
        assert provider.posts == 1
    assert (again.billing.repeated, again.billing.state, again.billing.images) == (
        True,
        "captured",
        4,
    )
    assert again.data == first.data


@pytest.mark.parametrize("verb", ["capture", "void", "doubt"])
def test_whatever_the_answer_was_it_is_kept_and_booked_later(
    verb: Verb, acme: Ledger, book: PriceBook
) -> None:
    quote = book.quote(FIELDS)
    hold = claim(acme, "acme", quote, key="job", tags={}).hold
    outcome = Outcome(verb, 4 if verb == "capture" else 0, "as it was")
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE transfer RENAME TO transfer_away"))
    receipt = settle(acme, hold, quote, outcome, Evidence(http_status=200))
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE transfer_away RENAME TO transfer"))
    assert (receipt.state, receipt.spooled) == ("open", True)
    assert [line.result for line in acme.replay().lines] == ["settled"]
    state = {"capture": "captured", "void": "voided", "doubt": "in_doubt"}[verb]
    assert acme.hold_by_id(hold.id).state == state


def test_where_the_spool_cannot_be_written_the_log_says_what_is_lost(
    acme: Ledger, book: PriceBook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    spool = Spool.of(acme.engine.url, tmp_path / "file" / "spool")
    quote = book.quote(FIELDS)
    hold = claim(acme, "acme", quote, key="job", tags={}).hold
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE balance RENAME TO balance_away"))
    known = Evidence(request_id="req_7", http_status=200)
    receipt = settle(acme, hold, quote, Outcome("capture", 4, "4 delivered"), known, spool=spool)
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE balance_away RENAME TO balance"))
    assert (receipt.state, receipt.spooled) == ("open", False)
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    for known_word in (hold.id, "4 delivered", "req_7", "NotADirectoryError"):
        assert known_word in record.getMessage()
    assert acme.expire(hold.expires_at) == 1
    assert acme.balance("acme").in_doubt == hold.amount


def test_an_interrupt_in_the_middle_of_settling_keeps_what_came_of_the_call(
    ledger_url: str, acme: Ledger, book: PriceBook
) -> None:
    quote = book.quote(FIELDS)
    hold = claim(acme, "acme", quote, key="job", tags={}).hold
    ticks = iter([hold.occurred_at])

    def interrupted_at_the_second_tick() -> datetime:
        for tick in ticks:
            return tick
        raise KeyboardInterrupt

    outcome = Outcome("capture", 4, "4 delivered")
    opened = Ledger.open(ledger_url, clock=interrupted_at_the_second_tick)
    with opened as ledger, pytest.raises(KeyboardInterrupt):
        settle(ledger, hold, quote, outcome, Evidence(delivered=4))
    _is_captured_once(acme, hold.id)


def test_a_folder_of_its_own_is_replayed_when_a_client_is_made(
    acme: Ledger, book: PriceBook, tmp_path: Path
) -> None:
    quote = book.quote(FIELDS)
    hold = claim(acme, "acme", quote, key="job", tags={}).hold
    spool = spool_for(acme, tmp_path / "own")
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE balance RENAME TO balance_away"))
    settle(acme, hold, quote, Outcome("void", 0, "refused"), Evidence(), spool=spool)
    with acme.engine.begin() as connection:
        connection.execute(text("ALTER TABLE balance_away RENAME TO balance"))
    assert acme.replay().lines == ()
    spool_for(acme, tmp_path / "own")
    assert acme.hold_by_id(hold.id).state == "voided"


def test_an_exception_carries_an_open_receipt_when_the_ledger_is_away(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    away = _sabotage(acme, "ALTER TABLE balance RENAME TO balance_away", reply(500, json={}))
    with scripted(acme, sdk, away) as (client, _provider), pytest.raises(OpenAIError) as raised:
        client.images.generate(**FIELDS)
    assert raised.value.billing.state == "open"  # type: ignore[attr-defined]


def test_a_hold_that_an_operator_ended_meanwhile_is_reported_as_it_is(
    acme: Ledger, sdk: Callable[[str], OpenAI], caplog: pytest.LogCaptureFixture
) -> None:
    def void_first(exchange: Exchange) -> None:
        (view,) = acme.holds()
        acme.void(view.hold.id, key=f"{view.hold.id}/void", reason="asked for by the customer")
        images(4).play(exchange)

    with scripted(acme, sdk, Action("void first", void_first)) as (client, _provider):
        receipt = client.images.generate(**FIELDS).billing
    (evidence,) = acme.hold_by_id(receipt.hold.id).evidence
    assert (receipt.state, receipt.images, receipt.repeated) == ("voided", 0, False)
    assert f"{receipt.hold.id} was ended by a void before the answer came" in caplog.messages
    assert receipt.request_id == evidence.request_id == f"req_{1:032x}"
    assert (evidence.http_status, evidence.delivered) == (200, 4)


@pytest.mark.parametrize("status", [500, 400])
def test_an_answer_to_a_hold_that_its_deadline_put_in_doubt_keeps_its_evidence(
    status: int,
    acme: Ledger,
    sdk: Callable[[str], OpenAI],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def sweep_first(exchange: Exchange) -> None:
        assert acme.expire(datetime.now(UTC) + timedelta(hours=1)) == 1
        error(status).play(exchange)

    sweeping = scripted(acme, sdk, Action("sweep first", sweep_first))
    with sweeping as (client, _provider), pytest.raises(OpenAIError) as raised:
        client.images.generate(**FIELDS)
    receipt = raised.value.billing  # type: ignore[attr-defined]
    view = acme.hold_by_id(receipt.hold.id)
    assert receipt.state == view.state == ("in_doubt" if status == 500 else "voided")
    told = f"{receipt.hold.id} was in doubt before the answer came"
    assert caplog.messages.count(told) == (status == 500)
    assert [evidence.http_status for evidence in view.evidence] == [status]
    assert receipt.request_id == view.evidence[0].request_id == f"req_{1:032x}"
    assert acme.verify().ok


def test_an_operator_who_voids_while_a_refusal_is_under_way_does_not_lose_its_evidence(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    def void_first(exchange: Exchange) -> None:
        (view,) = acme.holds()
        acme.void(view.hold.id, key=f"{view.hold.id}/void", reason="asked for by the customer")
        error(400).play(exchange)

    voiding = scripted(acme, sdk, Action("void first", void_first))
    with voiding as (client, _provider), pytest.raises(OpenAIError) as raised:
        client.images.generate(**FIELDS)
    (evidence,) = acme.hold_by_id(raised.value.billing.hold.id).evidence  # type: ignore[attr-defined]
    assert evidence.http_status == 400
