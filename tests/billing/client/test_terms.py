"""Who pays, up to what, for how long: the later word counts, field by field, and tags add up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from billing.client import AboveMaxCost, billing_terms
from billing.client.terms import Terms, terms_of
from billing.errors import InvalidEntry
from billing.testing import ScriptedProvider, images
from pricing import PriceBook
from tests.billing.client.calling import MODES, Desk, receipt_on

ASKED = {"model": "gpt-image-2", "prompt": "a red kite", "size": "1024x1024"}


def test_the_terms_of_a_call_come_before_those_of_a_block_and_of_bill() -> None:
    told = terms_of({"account": "a", "max_cost": "1", "tags": {"t": "1", "u": "1"}}, where="bill")
    with billing_terms(account="b", deadline_s=5, tags={"t": "2"}):
        with billing_terms(deadline_s=3):
            inner = told.for_call({"account": "c", "key": "k", "tags": {"v": "3"}})
        outer = told.for_call(None)
    assert inner == Terms(
        account="c",
        deadline_s=3.0,
        key="k",
        tags={"t": "2", "u": "1", "v": "3"},
        max_cost=Decimal(1),
    )
    assert (outer.account, outer.deadline_s, outer.key) == ("b", 5.0, None)
    assert told.for_call(None) == told


def test_none_says_nothing_and_lifts_no_limit() -> None:
    told = terms_of({"account": "a", "max_cost": "1"}, where="bill")
    assert told.for_call({"account": None, "max_cost": None}) == told


def test_a_block_ends_with_the_exception_that_leaves_it() -> None:
    with pytest.raises(ZeroDivisionError), billing_terms(account="a"):
        raise ZeroDivisionError
    assert Terms().for_call(None) == Terms()


def test_the_terms_of_a_block_are_those_of_its_own_thread() -> None:
    with billing_terms(account="a"), ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: Terms().for_call(None).account).result() is None


def test_the_terms_of_a_block_are_those_of_its_own_task() -> None:
    async def account_of(code: str, both: asyncio.Barrier) -> str | None:
        with billing_terms(account=code):
            await both.wait()  # now both are in their blocks
            started_inside = asyncio.create_task(named())
            return await started_inside

    async def named() -> str | None:
        return Terms().for_call(None).account

    async def two() -> list[str | None]:
        both = asyncio.Barrier(2)
        return [*await asyncio.gather(account_of("a", both), account_of("b", both))]

    assert asyncio.run(two()) == ["a", "b"]


def test_every_call_without_a_key_gets_one_of_its_own() -> None:
    assert Terms().hold_key() != Terms().hold_key()
    assert Terms(key="job-1").hold_key() == "job-1"


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"acount": "acme"}, "billing.acount"),
        ({"idempotency_key": "k"}, "billing.idempotency_key"),
        ("acme", "billing"),
        ({"account": ""}, "billing.account"),
        ({"key": 7}, "billing.key"),
        ({"tags": {"team": 7}}, "billing.tags"),
        ({"tags": "team"}, "billing.tags"),
        ({"max_cost": 0.5}, "billing.max_cost"),
        ({"max_cost": "a lot"}, "billing.max_cost"),
        *(
            ({"deadline_s": seconds}, "billing.deadline_s")
            for seconds in (0, -1, True, "5", float("nan"), float("inf"))
        ),
    ],
)
def test_wrong_terms_are_refused_by_name(said: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidEntry) as refused:
        Terms(account="acme").for_call(said)
    assert refused.value.param == param


def test_wrong_terms_of_a_block_are_refused_where_it_begins() -> None:
    with pytest.raises(InvalidEntry) as refused, billing_terms(account=""):
        pass
    assert refused.value.param == "billing_terms.account"


def test_a_call_that_nobody_pays_for_is_refused() -> None:
    with pytest.raises(InvalidEntry, match="account"):
        Terms().payer()


def test_max_cost_is_a_limit_that_may_be_reached(book: PriceBook) -> None:
    quote = book.quote({**ASKED, "n": 2})
    Terms(max_cost=quote.total).check(quote)
    with pytest.raises(AboveMaxCost) as refused:
        Terms(max_cost=quote.total - Decimal("0.00001")).check(quote)
    assert (refused.value.code, refused.value.param) == ("max_cost_exceeded", "max_cost")


@pytest.mark.parametrize("mode", MODES)
def test_a_billed_call_is_paid_on_the_terms_of_its_block(mode: str, desk: Desk) -> None:
    told, block = desk.account(), desk.account()
    more: dict[str, Any] = {"billing": {"tags": {"call": "1"}}}
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, told)
        with billing_terms(account=block, tags={"block": "1"}, key="order-17"):
            hold = receipt_on(desk.call(client, **more)).hold
    assert (hold.account, hold.key, hold.tags) == (block, "order-17", {"block": "1", "call": "1"})
    assert desk.ledger.balance(told).available == 100
