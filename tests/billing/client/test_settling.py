"""What the caller gets when the hold cannot be settled as the answer says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openai import OpenAI, OpenAIError
from sqlalchemy import text

from billing import Ledger
from billing.client import bill
from billing.client.prices import Prices
from billing.client.proxy import BilledClient
from billing.client.sync import Driver
from billing.client.terms import Terms
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
    assert acme.hold_by_id(result.billing.hold.id).state == "open"
    (record,) = [record for record in caplog.records if record.name == "image_billing"]
    assert record.levelname == "WARNING"
    assert result.billing.hold.id in record.getMessage()
    assert "kite" not in caplog.text


def test_an_exception_carries_an_open_receipt_when_the_ledger_is_away(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    away = _sabotage(acme, "ALTER TABLE balance RENAME TO balance_away", reply(500, json={}))
    with scripted(acme, sdk, away) as (client, _provider), pytest.raises(OpenAIError) as raised:
        client.images.generate(**FIELDS)
    assert raised.value.billing.state == "open"  # type: ignore[attr-defined]


def test_a_hold_that_an_operator_ended_meanwhile_is_reported_as_it_is(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    def void_first(exchange: Exchange) -> None:
        (view,) = acme.holds()
        acme.void(view.hold.id, key=f"{view.hold.id}/void", reason="asked for by the customer")
        images(4).play(exchange)

    with scripted(acme, sdk, Action("void first", void_first)) as (client, _provider):
        receipt = client.images.generate(**FIELDS).billing
    (evidence,) = acme.hold_by_id(receipt.hold.id).evidence
    assert (receipt.state, receipt.images, receipt.repeated) == ("voided", 0, False)
    assert receipt.request_id == evidence.request_id == f"req_{1:032x}"
    assert (evidence.http_status, evidence.delivered) == (200, 4)


@pytest.mark.parametrize("status", [500, 400])
def test_an_answer_to_a_hold_that_its_deadline_put_in_doubt_keeps_its_evidence(
    status: int, acme: Ledger, sdk: Callable[[str], OpenAI]
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


def test_an_interrupt_while_settling_carries_an_open_receipt(
    acme: Ledger, book: PriceBook, sdk: Callable[[str], OpenAI]
) -> None:
    ticks = iter([datetime(2026, 11, 22, tzinfo=UTC)])

    def interrupted_at_the_second_tick() -> datetime:
        for tick in ticks:
            return tick
        raise KeyboardInterrupt

    driver = Driver(
        ledger=acme,
        prices=Prices(book),
        terms=Terms(account="acme"),
        clock=interrupted_at_the_second_tick,
    )
    with ScriptedProvider([images(4)]) as provider:
        client = BilledClient(sdk(provider.base_url), driver)
        with pytest.raises(KeyboardInterrupt) as raised:
            client.images.generate(**FIELDS)
    receipt = raised.value.billing  # type: ignore[attr-defined]
    assert receipt.state == acme.hold_by_id(receipt.hold.id).state == "open"
