"""The outcome table on the wire: the real SDK, a scripted provider, a real ledger.

For every row, sync and async, for a generation, an edit by address and an edit by upload: one POST,
the ledger's state, no money made or lost, evidence, and to the caller the exception that the bare
SDK raises with its retries off.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from billing import OutcomeInDoubt
from billing.ledger.transfers import HoldState
from billing.testing import (
    Action,
    Exchange,
    ScriptedProvider,
    close_listener,
    close_without_answer,
    drip,
    empty_200,
    error,
    error_object_200,
    half_body_then_close,
    half_body_then_stall,
    html_200,
    ignore_body,
    images,
    never_accepting,
    nobody_listening,
    redirect,
    reply,
    reset_without_answer,
    stall,
    truncated_json,
)
from tests.billing.client.calling import GENERATE, MODES, UNIT, WAYS, Desk, Way, receipt_on, total

REFUSED = (400, 401, 402, 403, 404, 413, 422, 429, 451)
UNCLEAR = (405, 408, 409, 500, 502, 503, 504, 529)
SOON_S = 0.3


def head_of_502_then_close() -> Action:
    def play(exchange: Exchange) -> None:
        exchange.respond(502, b"x" * 100, only=10)

    return Action("502 then close", play)


class Row(NamedTuple):
    """One row: what the provider does, what the ledger makes of it, what the head said."""

    action: Action
    state: HoldState
    images: int = 0
    status: int | None = None
    timeout_s: float = 10
    #: Where the bare SDK returns text or an empty result, or lets a JSON error through.
    leaks: bool = False

    def __str__(self) -> str:
        return f"{self.action.name}-{self.state}"


ROWS = [
    *(Row(error(status), "voided", status=status) for status in REFUSED),
    *(Row(error(status), "in_doubt", status=status) for status in UNCLEAR),
    Row(error(429, headers={"retry-after": "0"}), "voided", status=429),
    Row(error(429, headers={"retry-after-ms": "1"}), "voided", status=429),
    Row(error(503, headers={"x-should-retry": "true"}), "in_doubt", status=503),
    Row(error(500, headers={"x-should-retry": "false"}), "in_doubt", status=500),
    Row(error(400, headers={"x-should-retry": "true"}), "voided", status=400),
    Row(close_without_answer(), "in_doubt"),
    Row(close_listener(), "in_doubt"),
    Row(reset_without_answer(), "in_doubt"),
    Row(half_body_then_close(), "in_doubt", status=200),
    Row(half_body_then_stall(), "in_doubt", status=200, timeout_s=SOON_S),
    Row(head_of_502_then_close(), "in_doubt", status=502),
    Row(stall(30), "in_doubt", timeout_s=SOON_S),
    *(Row(images(k), "captured", images=k, status=200) for k in (1, 3, 4)),
    Row(images(2, n_null=2), "captured", images=2, status=200),
    Row(images(4, b64=True), "captured", images=4, status=200),
    Row(images(5), "captured", images=4, status=200),
    Row(drip(0.02), "captured", images=1, status=200),
    Row(images(1, headers={"content-type": "text/plain"}), "captured", images=1, status=200),
    Row(images(0), "in_doubt", status=200),
    Row(images(0, n_null=4), "in_doubt", status=200),
    Row(reply(200, json={}), "in_doubt", status=200),
    Row(reply(202, json={"id": "task_1"}), "in_doubt", status=202),
    *(
        Row(action, "in_doubt", status=200, leaks=True)
        for action in (
            html_200(),
            error_object_200(),
            truncated_json(),
            empty_200(),
            reply(200, json=["https://x.test/1.png"]),
            reply(200, text="please wait"),
        )
    ),
    Row(reply(204), "in_doubt", status=204, leaks=True),
]
on_both = pytest.mark.parametrize("mode", MODES)


def check(desk: Desk, row: Row, way: Way, mode: str) -> None:
    """The law of the table for one row."""
    account = desk.account()
    with ScriptedProvider([row.action]) as provider:
        client = desk.billed(mode, provider.base_url, account, timeout=row.timeout_s)
        billed = desk.call(client, way)
        assert provider.posts == 1
        path = "/v1/images/generations" if way is GENERATE else "/v1/images/edits"
        assert provider.requests[0].path == path
    receipt = receipt_on(billed)
    view = desk.ledger.hold_by_id(receipt.hold.id)
    balance = desk.ledger.balance(account)
    (evidence,) = view.evidence
    assert view.state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert (balance.posted, balance.held) == (row.images * UNIT, Decimal(0))
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert total(desk.ledger, account) == 100
    assert evidence.http_status == row.status
    assert evidence.request_id == receipt.request_id == (f"req_{1:032x}" if row.status else None)
    if row.leaks:
        assert isinstance(billed, OutcomeInDoubt)
        assert isinstance(billed, APIError)
        return
    assert_as_bare(billed, desk, row, way, mode)


def assert_as_bare(billed: object, desk: Desk, row: Row, way: Way, mode: str) -> None:
    """To the caller it is what the bare SDK shows with its retries off."""
    with ScriptedProvider([row.action]) as provider:
        client = desk.sdk(mode, provider.base_url, timeout=row.timeout_s)
        plain = desk.bare(client, way)
    if isinstance(plain, Exception):
        assert type(billed) is type(plain)
        assert str(billed) == str(plain)
        assert type(getattr(billed, "__cause__", None)) is type(plain.__cause__)
    else:
        assert isinstance(billed, type(plain))
        assert billed.model_dump() == plain.model_dump()  # type: ignore[attr-defined]


@on_both
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_row_is_sent_once_and_settled_by_the_table(
    row: Row, way: Way, mode: str, desk: Desk
) -> None:
    check(desk, row, way, mode)


@on_both
def test_the_rows_are_the_same_on_postgresql(mode: str, postgres_desk: Desk) -> None:
    for row in (
        Row(images(3), "captured", images=3, status=200),
        Row(images(5), "captured", images=4, status=200),
        Row(error(429), "voided", status=429),
        Row(error(500), "in_doubt", status=500),
        Row(half_body_then_close(), "in_doubt", status=200),
        Row(html_200(), "in_doubt", status=200, leaks=True),
    ):
        check(postgres_desk, row, GENERATE, mode)


@on_both
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_is_in_doubt(status: int, mode: str, desk: Desk) -> None:
    with ScriptedProvider([redirect(status), images(4)]) as provider:
        raised = desk.call(desk.billed(mode, provider.base_url, desk.account()))
        assert len(provider.requests) == 1
    assert isinstance(raised, APIStatusError)
    assert raised.status_code == status
    assert receipt_on(raised).state == "in_doubt"


@on_both
def test_a_refused_connection_is_void(mode: str, desk: Desk) -> None:
    account = desk.account()
    with nobody_listening() as base_url:
        raised = desk.call(desk.billed(mode, base_url, account))
    assert isinstance(raised, APIConnectionError)
    (evidence,) = desk.ledger.hold_by_id(receipt_on(raised).hold.id).evidence
    assert receipt_on(raised).state == "voided"
    assert evidence.error[:2] == ("APIConnectionError", "ConnectError")
    assert desk.ledger.balance(account).available == 100


@on_both
def test_a_connection_that_is_never_accepted_is_void(mode: str, desk: Desk) -> None:
    with never_accepting() as base_url:
        raised = desk.call(desk.billed(mode, base_url, desk.account(), timeout=SOON_S))
    assert isinstance(raised, APITimeoutError)
    (evidence,) = desk.ledger.hold_by_id(receipt_on(raised).hold.id).evidence
    assert receipt_on(raised).state == "voided"
    assert evidence.error[:2] == ("APITimeoutError", "ConnectTimeout")


@on_both
def test_an_upload_that_stalls_is_in_doubt(mode: str, desk: Desk) -> None:
    big = Way("big", "edit", {"image": b"x" * 20_000_000}, {})
    with ScriptedProvider([ignore_body()]) as provider:
        raised = desk.call(
            desk.billed(mode, provider.base_url, desk.account(), timeout=SOON_S), big
        )
        assert provider.posts == 1
    assert isinstance(raised, APITimeoutError)
    (evidence,) = desk.ledger.hold_by_id(receipt_on(raised).hold.id).evidence
    assert receipt_on(raised).state == "in_doubt"
    assert evidence.error[:2] == ("APITimeoutError", "WriteTimeout")
