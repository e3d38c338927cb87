"""Many async calls at once on a ledger with a group writer: steps run together, answers apart."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI

from billing import InsufficientFunds, Ledger, bill
from billing.client import OutcomeInDoubt, Receipt
from billing.client.proxy.clients import AsyncBilledClient
from billing.testing import ScriptedProvider, error, images
from tests.billing.client.calling import FIELDS, UNIT, total
from tests.billing.waiting import once

CALLS = 24


@pytest.fixture
def grouped(ledger_url: str) -> Iterator[Ledger]:
    """A ledger whose writers are a group, on either engine; acme has 100 USD."""
    with Ledger.open(ledger_url, group_writer=True) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


async def outcomes(
    ledger: Ledger, provider: ScriptedProvider, calls: list[dict[str, Any]]
) -> list[Any]:
    """What each of these calls, all at once, answered with or raised."""
    async with AsyncOpenAI(base_url=provider.base_url, api_key="none") as sdk:
        client = bill(sdk, ledger, account="acme")
        return await all_of(client, calls)


async def all_of(client: AsyncBilledClient, calls: list[dict[str, Any]]) -> list[Any]:
    sent = (client.images.generate(**{**FIELDS, **call}) for call in calls)
    return await asyncio.gather(*sent, return_exceptions=True)


def test_each_call_is_paid_for_what_it_got(grouped: Ledger) -> None:
    script = [images(1 + number % 4) for number in range(CALLS)]
    with ScriptedProvider(script) as provider:
        results = asyncio.run(outcomes(grouped, provider, [{} for _ in range(CALLS)]))
        assert provider.posts == CALLS
    delivered = sum(1 + number % 4 for number in range(CALLS))
    assert sum(len(result.data) for result in results) == delivered
    for result in results:
        assert result.billing.images == len(result.data)
        view = grouped.hold_by_id(result.billing.hold.id)
        assert (view.state, len(view.evidence)) == ("captured", 1)
        assert view.evidence[0].request_id == result.billing.request_id == result._request_id
    assert grouped.balance("acme").posted == delivered * UNIT
    assert total(grouped, "acme") == 100
    assert grouped.verify().ok


def test_answers_of_every_kind_in_one_batch(grouped: Ledger) -> None:
    script = [images(4), error(400), error(500), images(0)] * (CALLS // 4)
    with ScriptedProvider(script) as provider:
        results = asyncio.run(outcomes(grouped, provider, [{} for _ in range(CALLS)]))
    receipts: list[Receipt] = [result.billing for result in results]
    states = sorted(grouped.hold_by_id(receipt.hold.id).state for receipt in receipts)
    assert states == sorted(["captured", "voided", "in_doubt", "in_doubt"] * (CALLS // 4))
    assert states == sorted(receipt.state for receipt in receipts)
    assert grouped.balance("acme").in_doubt == 4 * UNIT * (CALLS // 2)
    assert total(grouped, "acme") == 100


def test_who_comes_when_the_money_is_spent_is_refused_alone(grouped: Ledger) -> None:
    fits = 10
    grouped.open_account("poor", currency="USD")
    grouped.top_up("poor", str(fits * 4 * UNIT), key="first-top-up")
    with ScriptedProvider([images(4)] * CALLS) as provider:
        calls = [{"billing": {"account": "poor"}} for _ in range(CALLS)]
        results = asyncio.run(outcomes(grouped, provider, calls))
        assert provider.posts == fits
    refused = [result for result in results if isinstance(result, InsufficientFunds)]
    assert len(refused) == CALLS - fits
    assert grouped.balance("poor").available == Decimal(0)


def test_one_key_in_many_calls_is_sent_once(grouped: Ledger) -> None:
    with ScriptedProvider([images(4)] * CALLS) as provider:
        calls = [{"billing": {"key": "job-7"}} for _ in range(CALLS)]
        results = asyncio.run(outcomes(grouped, provider, calls))
        assert provider.posts == 1
    holds = {result.billing.hold.id for result in results}
    assert len(holds) == 1
    unsettled = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(result, OutcomeInDoubt) for result in unsettled)
    assert grouped.balance("acme").posted == 4 * UNIT


def test_a_hold_that_was_ended_meanwhile_does_not_disturb_the_others(grouped: Ledger) -> None:
    """An operator voids one hold while all the answers are under way."""

    async def interfered(provider: ScriptedProvider) -> list[Any]:
        async with AsyncOpenAI(base_url=provider.base_url, api_key="none") as sdk:
            client = bill(sdk, grouped, account="acme")
            calls = [{"billing": {"key": f"job-{number}"}} for number in range(CALLS)]
            running = asyncio.create_task(all_of(client, calls))
            while provider.posts < CALLS:
                await asyncio.sleep(0.01)
            view = grouped.hold_by_key("acme", "job-3")
            assert view is not None
            grouped.void(view.hold.id, key="by-hand", reason="an operator")
            gate.set()
            return await running

    gate = threading.Event()
    with ScriptedProvider([once(gate, images(4))] * CALLS) as provider:
        results = asyncio.run(interfered(provider))
    states = [result.billing.state for result in results]
    assert sorted(states) == ["captured"] * (CALLS - 1) + ["voided"]
    assert all(len(result.data) == 4 for result in results)
    assert grouped.balance("acme").posted == (CALLS - 1) * 4 * UNIT


def test_cancelled_calls_are_in_doubt_and_the_others_paid(grouped: Ledger) -> None:
    async def halved(provider: ScriptedProvider) -> list[Any]:
        async with AsyncOpenAI(base_url=provider.base_url, api_key="none") as sdk:
            client = bill(sdk, grouped, account="acme")
            tasks = [asyncio.create_task(client.images.generate(**FIELDS)) for _ in range(CALLS)]
            while provider.posts < CALLS:
                await asyncio.sleep(0.01)
            for task in tasks[::2]:
                task.cancel()
            gate.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

    gate = threading.Event()
    with ScriptedProvider([once(gate, images(4))] * CALLS) as provider:
        results = asyncio.run(halved(provider))
    assert [isinstance(result, asyncio.CancelledError) for result in results] == [True, False] * (
        CALLS // 2
    )
    assert grouped.balance("acme").in_doubt == grouped.balance("acme").posted
    assert grouped.balance("acme").posted == CALLS // 2 * 4 * UNIT


def test_a_locked_ledger_keeps_no_answer_waiting_behind_another(tmp_path: Path) -> None:
    """One busy time-out for all, though patience is over with the first (it lasts 11 s)."""
    file = tmp_path / "l.db"

    async def locked(provider: ScriptedProvider) -> list[Any]:
        async with AsyncOpenAI(base_url=provider.base_url, api_key="none") as sdk:
            client = bill(sdk, ledger, account="acme")
            async with asyncio.TaskGroup() as group:
                running = group.create_task(all_of(client, [{} for _ in range(6)]))
                while provider.posts < 6:
                    await asyncio.sleep(0.01)
                other.execute("BEGIN IMMEDIATE")
                gate.set()
            return running.result()

    gate = threading.Event()
    other = sqlite3.connect(file)
    with (
        Ledger.open(f"sqlite:///{file}?timeout=11", group_writer=True) as ledger,
        ScriptedProvider([once(gate, images(4))] * 6) as provider,
    ):
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        begun = time.monotonic()
        results = asyncio.run(locked(provider))
        took = time.monotonic() - begun
        other.close()
    assert [(r.billing.state, r.billing.spooled) for r in results] == [("open", True)] * 6
    assert took < 20
