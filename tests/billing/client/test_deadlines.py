"""How long a hold stands and a quote is good for, when a call takes its time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openai import OpenAI, RateLimitError

from billing import Ledger
from billing.client import bill
from billing.client.call.settling import HOLD_STANDS
from billing.testing import Action, Exchange, ScriptedProvider, error, images
from pricing import PriceBook

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BUSY = error(429, headers={"retry-after-ms": "1"})


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta, answer: Action) -> Action:
        """The answer, after some time."""

        def play(exchange: Exchange) -> None:
            self.now += time
            answer.play(exchange)

        return Action("takes its time", play)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    """A ledger with a prepaid account, on a clock of this test's own."""
    with Ledger.open(ledger_url, clock=clock) as opened:
        opened.open_account("acme", currency="USD")
        opened.top_up("acme", "100", key="first-top-up")
        yield opened


class _SlowPipe(io.RawIOBase):
    """An upload that takes ten minutes to arrive, before anything is held."""

    def __init__(self, clock: Clock, time: timedelta) -> None:
        self.clock, self.time = clock, time

    def readable(self) -> bool:
        return True

    def readall(self) -> bytes:
        self.clock.now += self.time
        return b"picture"

    def read(self, size: int | None = -1, /) -> bytes:
        return self.readall()


@pytest.mark.parametrize("minutes", [10, 20])
def test_a_hold_stands_from_the_moment_of_sending_not_of_quoting(
    minutes: int, timed: Ledger, clock: Clock, sdk: Callable[[str], OpenAI]
) -> None:
    pipe: Any = _SlowPipe(clock, timedelta(minutes=minutes))
    with ScriptedProvider([images(4)]) as provider:
        client = bill(sdk(provider.base_url), timed, account="acme")
        receipt = client.images.edit(**FIELDS, image=pipe).billing
    assert receipt.hold.expires_at == NOON + timedelta(minutes=minutes) + HOLD_STANDS
    assert receipt.state == "captured"


def test_a_retry_that_would_find_its_hold_due_is_not_made(
    timed: Ledger, clock: Clock, sdk: Callable[[str], OpenAI]
) -> None:
    slow = [clock.passes(timedelta(minutes=9), BUSY)] * 2
    with ScriptedProvider([*slow, images(4)]) as provider:
        client = bill(sdk(provider.base_url), timed, account="acme", retries=3)
        with pytest.raises(RateLimitError) as raised:
            client.images.generate(**FIELDS)
        assert provider.posts == 2
    receipt = raised.value.billing  # type: ignore[attr-defined]
    assert receipt.state == timed.hold_by_id(receipt.hold.id).state == "voided"
    assert timed.balance("acme").available == 100


def test_a_retry_goes_out_at_the_price_that_is_held(
    timed: Ledger, clock: Clock, sdk: Callable[[str], OpenAI]
) -> None:
    clock.now = NOON + timedelta(hours=11, minutes=55)
    with ScriptedProvider([clock.passes(timedelta(minutes=10), BUSY), images(4)]) as provider:
        client = bill(
            sdk(provider.base_url), timed, account="acme", book=dearer_from_tomorrow(), retries=3
        )
        receipt = client.images.generate(**FIELDS).billing
        assert provider.posts == 2
    assert receipt.amount == 4 * Decimal("0.05268")


def dearer_from_tomorrow() -> PriceBook:
    """The bundled book, with 1024x1024 medium dearer from the day after `NOON`."""
    text = PriceBook.load("openai-gpt-image-2").dumps()
    head, lists = text.split("rates:\n")
    tomorrow = date(2026, 11, 23).isoformat()
    raised = lists.replace("2026-04-21", tomorrow).replace("0.05268", "0.06")
    assert raised.count(tomorrow) == 1
    return PriceBook.loads(f"{head}rates:\n{lists}{raised}")
