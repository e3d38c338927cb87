"""An interrupt at any step: the machine asks for what the money needs, then lets it go on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from openai import OpenAI

from billing import LedgerUnavailable
from billing.client import Receipt
from billing.client.call.ledger_steps import KeepEvidence, Settle, TakeHold
from billing.client.call.prices import Prices
from billing.client.call.steps import Prepare, Send, Step, Wait
from billing.client.sdk.results import result_of
from billing.client.sdk.sync import SyncDriver
from billing.client.terms import Terms
from billing.ledger.transfers import HoldState
from billing.testing import ScriptedProvider, error, images
from pricing import PriceBook
from tests.billing.client.calling import FIELDS, Desk, receipt_on, total

BUSY = error(429, headers={"retry-after-ms": "1"})


class Cut(NamedTuple):
    """Where a call is cut short, and what becomes of its hold."""

    step: type[Step[object]]
    #: The step was performed, but its answer was lost to the interrupt.
    performed: bool
    state: HoldState | None
    posts: int

    def __str__(self) -> str:
        return f"{'after' if self.performed else 'before'} {self.step.__name__}"


CUTS = [
    Cut(Prepare, False, None, 0),
    Cut(TakeHold, False, None, 0),
    Cut(TakeHold, True, "voided", 0),
    # A driver answers a Send that it has not begun as unsent; of one that ends like this nobody
    # knows how far it got.
    Cut(Send, False, "in_doubt", 0),
    Cut(Send, True, "in_doubt", 1),
    Cut(KeepEvidence, False, "voided", 1),
    Cut(KeepEvidence, True, "voided", 1),
    Cut(Wait, False, "voided", 1),
    Cut(Settle, False, "captured", 2),
    Cut(Settle, True, "captured", 2),
]


@pytest.mark.parametrize("lost", [LedgerUnavailable("it is gone"), RuntimeError("a bug")])
def test_a_hold_whose_answer_was_lost_to_an_error_is_released(
    lost: Exception, desk: Desk, book: PriceBook
) -> None:
    account = desk.account()
    driver = SyncDriver(ledger=desk.ledger, prices=Prices(book), terms=Terms(account=account))
    with ScriptedProvider([images(4)]) as provider:
        client = desk.sdk("sync", provider.base_url)
        assert isinstance(client, OpenAI)
        with pytest.raises(type(lost)):
            cut_short(driver, client, Cut(TakeHold, True, "voided", 0), lost)
        assert provider.posts == 0
    assert receipt_on(lost).state == "voided"
    assert desk.ledger.balance(account).available == 100


@pytest.mark.parametrize("kind", [KeyboardInterrupt, asyncio.CancelledError, GeneratorExit])
@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_an_interrupt_is_settled_by_the_table_and_goes_on(
    cut: Cut, kind: type[BaseException], desk: Desk, book: PriceBook
) -> None:
    account, interrupt = desk.account(), kind()
    driver = SyncDriver(
        ledger=desk.ledger, prices=Prices(book), terms=Terms(account=account), retries=1
    )
    with ScriptedProvider([BUSY, images(4)]) as provider:
        client = desk.sdk("sync", provider.base_url)
        assert isinstance(client, OpenAI)
        with pytest.raises(kind) as raised:
            cut_short(driver, client, cut, interrupt)
        assert provider.posts == cut.posts
    assert raised.value is interrupt
    receipt = getattr(interrupt, "billing", None)
    assert (receipt.state if isinstance(receipt, Receipt) else None) == cut.state
    if isinstance(receipt, Receipt):
        assert desk.ledger.hold_by_id(receipt.hold.id).state == cut.state
    assert desk.ledger.balance(account).held == 0
    assert total(desk.ledger, account) == 100


def cut_short(driver: SyncDriver, client: OpenAI, cut: Cut, interrupt: BaseException) -> None:
    """Drive a call, and interrupt it once."""
    machine = driver.machine(client, "generations", FIELDS, billing=None)
    is_cut = False
    while (step := machine.next_step()) is not None:
        if isinstance(step, cut.step) and not is_cut:
            is_cut = True
            if cut.performed:
                driver.perform(step, client)
            machine.fail(interrupt)
        else:
            machine.answer(driver.perform(step, client))
    assert is_cut
    assert machine.ended is not None
    result_of(machine.ended)


def test_two_interrupts_while_settling_leave_an_open_hold_and_say_so(
    desk: Desk, book: PriceBook
) -> None:
    account = desk.account()
    driver = SyncDriver(ledger=desk.ledger, prices=Prices(book), terms=Terms(account=account))
    first, second = KeyboardInterrupt(), KeyboardInterrupt()
    with ScriptedProvider([images(4)]) as provider:
        client = desk.sdk("sync", provider.base_url)
        assert isinstance(client, OpenAI)
        machine = driver.machine(client, "generations", FIELDS, billing=None)
        interrupts: Iterator[BaseException] = iter((first, second))

        def settle() -> None:
            while (step := machine.next_step()) is not None:
                if isinstance(step, Settle):
                    machine.fail(next(interrupts))
                else:
                    machine.answer(driver.perform(step, client))

        with pytest.raises(KeyboardInterrupt) as raised:
            settle()
    assert raised.value is first
    receipt = raised.value.billing  # type: ignore[attr-defined]
    assert receipt.state == desk.ledger.hold_by_id(receipt.hold.id).state == "open"
