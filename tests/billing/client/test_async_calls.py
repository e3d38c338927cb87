"""Calls of an `AsyncOpenAI`: the loop never waits, and a cancelled task settles before it goes."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import repeat

import pytest
from openai import AsyncOpenAI

from billing import Ledger, bill
from billing.client import Receipt
from billing.client.proxy.clients import AsyncBilledClient
from billing.testing import Action, Exchange, ScriptedProvider, error, images, stall
from tests.billing.client.calling import FIELDS, GENERATE, UNIT, WAYS, Desk, Way, total


class Gate:
    """A clock at which the ledger's verbs stop, once it is closed, until it is opened again."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._may_pass = threading.Event()
        self._may_pass.set()

    def __call__(self) -> datetime:
        if threading.current_thread().name.startswith("image-billing"):
            if not self._may_pass.is_set():
                self.reached.set()
            assert self._may_pass.wait(20)
        return datetime.now(UTC)

    def close(self) -> None:
        self._may_pass.clear()

    def open(self) -> None:
        self._may_pass.set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def gated(gate: Gate, sqlite_url: str) -> Iterator[Ledger]:
    """A ledger of this test's own, behind the gate, with 100 USD for acme."""
    with Ledger.open(sqlite_url, clock=gate) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


def billed(
    desk: Desk,
    base_url: str,
    account: str = "acme",
    *,
    ledger: Ledger | None = None,
    retries: int = 0,
) -> AsyncBilledClient:
    client = desk.sdk("async", base_url)
    assert isinstance(client, AsyncOpenAI)
    return bill(client, ledger or desk.ledger, account=account, retries=retries)


async def longest_pause_s(until: asyncio.Task[object]) -> float:
    """How long the loop did not get round, at most, until the task was done."""
    longest, last = 0.0, time.monotonic()
    while not until.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


async def cancelled_at(
    client: AsyncBilledClient,
    moment: threading.Event,
    *,
    way: Way = GENERATE,
    then: Callable[[], None] | None = None,
    **more: object,
) -> Receipt:
    """The receipt on the cancellation of a call that is cancelled at that moment."""
    method = getattr(client.images, way.method)
    call = asyncio.create_task(method(**FIELDS, **way.billed, **more))
    while not moment.is_set():
        await asyncio.sleep(0.002)
    call.cancel()
    await asyncio.sleep(0.01)  # the cancellation has arrived, and waits for the ledger's verb
    if then is not None:
        assert not call.done()
        then()
    with pytest.raises(asyncio.CancelledError) as raised:
        await call
    receipt = getattr(raised.value, "billing", None)
    assert isinstance(receipt, Receipt)
    return receipt


class SlowFile(io.BytesIO):
    """A file on a slow disk."""

    def read(self, size: int | None = -1, /) -> bytes:
        time.sleep(0.4)
        return super().read(size)


def test_the_loop_goes_round_while_a_file_is_slow(desk: Desk) -> None:
    async def run(client: AsyncBilledClient) -> float:
        call = asyncio.create_task(client.images.edit(**FIELDS, image=SlowFile(b"a picture")))
        longest = await longest_pause_s(call)
        assert (await call).billing.state == "captured"
        return longest

    with ScriptedProvider([images(4)]) as provider:
        assert desk.loop.run(run(billed(desk, provider.base_url, desk.account()))) < 0.4


def test_the_loop_goes_round_while_the_ledger_is_slow(
    desk: Desk, gated: Ledger, gate: Gate
) -> None:
    def answer_and_close_the_gate(exchange: Exchange) -> None:
        gate.close()
        threading.Timer(0.6, gate.open).start()
        images(4).play(exchange)

    async def run(client: AsyncBilledClient) -> float:
        gate.close()
        threading.Timer(0.6, gate.open).start()
        call = asyncio.create_task(client.images.generate(**FIELDS))
        longest = await longest_pause_s(call)
        assert (await call).billing.state == "captured"
        return longest

    with ScriptedProvider([Action("answer", answer_and_close_the_gate)]) as provider:
        started = time.monotonic()
        longest = desk.loop.run(run(billed(desk, provider.base_url, ledger=gated)))
        assert time.monotonic() - started > 1.2
    assert longest < 0.4


def test_many_calls_are_under_way_at_once(desk: Desk) -> None:
    account, meeting = desk.account(), threading.Barrier(64)

    def answer_when_all_are_here(exchange: Exchange) -> None:
        meeting.wait(30)
        images(1).play(exchange)

    async def run(client: AsyncBilledClient) -> list[str]:
        calls = (client.images.generate(**{**FIELDS, "n": 1}) for _ in range(64))
        return [done.billing.state for done in await asyncio.gather(*calls)]

    with ScriptedProvider(repeat(Action("all", answer_when_all_are_here))) as provider:
        assert desk.loop.run(run(billed(desk, provider.base_url, account))) == ["captured"] * 64
        assert provider.posts == 64
    assert desk.ledger.balance(account).posted == 64 * UNIT


@pytest.mark.parametrize("is_stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_task_that_is_cancelled_after_sending_is_in_doubt(
    way: Way, is_stream: bool, desk: Desk
) -> None:
    account, sent = desk.account(), threading.Event()

    def hang(exchange: Exchange) -> None:
        sent.set()
        stall(30).play(exchange)

    with ScriptedProvider([Action("hang", hang)]) as provider:
        client = billed(desk, provider.base_url, account)
        cancelled = cancelled_at(client, sent, way=way, stream=is_stream)
        receipt = desk.loop.run(cancelled)
        assert provider.posts == 1
    view = desk.ledger.hold_by_id(receipt.hold.id)
    (evidence,) = view.evidence
    assert receipt.state == view.state == "in_doubt"
    assert evidence.error[0] == "CancelledError"
    assert total(desk.ledger, account) == 100


def test_a_task_that_is_cancelled_while_its_hold_is_written_releases_it(
    desk: Desk, gated: Ledger, gate: Gate
) -> None:
    gate.close()
    with ScriptedProvider([images(4)]) as provider:
        client = billed(desk, provider.base_url, ledger=gated)
        receipt = desk.loop.run(cancelled_at(client, gate.reached, then=gate.open))
        assert provider.posts == 0
    assert receipt.state == gated.hold_by_id(receipt.hold.id).state == "voided"
    assert gated.balance("acme").available == 100


def test_a_task_that_is_cancelled_while_it_settles_is_settled(
    desk: Desk, gated: Ledger, gate: Gate
) -> None:
    def close_the_gate_and_answer(exchange: Exchange) -> None:
        gate.close()
        images(4).play(exchange)

    with ScriptedProvider([Action("close the gate", close_the_gate_and_answer)]) as provider:
        client = billed(desk, provider.base_url, ledger=gated)
        receipt = desk.loop.run(cancelled_at(client, gate.reached, then=gate.open))
    assert receipt.state == gated.hold_by_id(receipt.hold.id).state == "captured"
    assert gated.balance("acme").posted == 4 * UNIT


def test_a_task_that_is_cancelled_between_attempts_is_released(desk: Desk) -> None:
    account, answered = desk.account(), threading.Event()

    def refuse(exchange: Exchange) -> None:
        error(429, headers={"retry-after": "20"}).play(exchange)

    async def run(client: AsyncBilledClient) -> Receipt:
        waiting = asyncio.create_task(cancelled_at(client, answered))
        # The evidence of the first attempt is kept just before the pause begins.
        while not [view for view in desk.ledger.holds(account=account) if view.evidence]:
            await asyncio.sleep(0.01)
        answered.set()
        return await waiting

    with ScriptedProvider([Action("refuse", refuse), images(4)]) as provider:
        receipt = desk.loop.run(run(billed(desk, provider.base_url, account, retries=1)))
        assert provider.posts == 1
    assert receipt.state == "voided"
    assert desk.ledger.balance(account).available == 100


def test_a_time_limit_of_the_callers_is_a_cancellation(desk: Desk) -> None:
    async def run(client: AsyncBilledClient) -> Receipt:
        with pytest.raises(TimeoutError) as raised:
            await asyncio.wait_for(client.images.generate(**FIELDS), 0.3)
        receipt = getattr(raised.value.__cause__, "billing", None)
        assert isinstance(receipt, Receipt)
        return receipt

    with ScriptedProvider([stall(30)]) as provider:
        receipt = desk.loop.run(run(billed(desk, provider.base_url, desk.account())))
        assert provider.posts == 1
    assert receipt.state == "in_doubt"


def test_a_coroutine_that_is_closed_settles_without_a_loop(desk: Desk) -> None:
    account, loop = desk.account(), asyncio.new_event_loop()

    async def sent(provider: ScriptedProvider) -> None:
        while not provider.posts:
            await asyncio.sleep(0.005)

    with ScriptedProvider([stall(30)]) as provider:
        sdk = AsyncOpenAI(base_url=provider.base_url, api_key="sk-secret")
        call = bill(sdk, desk.ledger, account=account).images.generate(**FIELDS)
        task = loop.create_task(call)
        loop.run_until_complete(sent(provider))
        call.close()
        loop.run_until_complete(sdk.close())
        task.cancel()
        with pytest.raises(RuntimeError, match="already awaited"):
            loop.run_until_complete(task)
        loop.close()
    assert desk.ledger.balance(account).in_doubt == 4 * UNIT
    assert total(desk.ledger, account) == 100
