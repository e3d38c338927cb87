"""The outcome table on the wire: the real SDK, a scripted provider, a real ledger.

For every row: one POST, the ledger's state, no money made or lost, evidence, and to the caller the
exception that the bare SDK raises with its retries off.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError, OpenAI

from billing import Evidence, HoldView, Ledger
from billing.client import OutcomeInDoubt, Receipt, bill
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

UNIT = Decimal("0.05268")
FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}
REFUSED = (400, 401, 402, 403, 404, 413, 422, 429, 451)
UNCLEAR = (405, 408, 409, 500, 502, 503, 504, 529)


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


ROWS = [
    *(Row(error(status), "voided", status=status) for status in REFUSED),
    *(Row(error(status), "in_doubt", status=status) for status in UNCLEAR),
    Row(error(429, headers={"retry-after": "0"}), "voided", status=429),
    Row(error(503, headers={"x-should-retry": "true"}), "in_doubt", status=503),
    Row(error(400, headers={"x-should-retry": "true"}), "voided", status=400),
    Row(close_without_answer(), "in_doubt"),
    Row(close_listener(), "in_doubt"),
    Row(reset_without_answer(), "in_doubt"),
    Row(half_body_then_close(), "in_doubt", status=200),
    Row(half_body_then_stall(), "in_doubt", status=200),
    Row(head_of_502_then_close(), "in_doubt", status=502),
    Row(stall(30), "in_doubt"),
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
]
#: Where the bare SDK returns text or an empty result, or lets a JSON error through.
LEAKS = [
    html_200(),
    error_object_200(),
    truncated_json(),
    empty_200(),
    reply(200, json=["https://x.test/1.png"]),
    reply(204),
    reply(200, text="please wait"),
]


def total(ledger: Ledger) -> Decimal:
    now = ledger.balance("acme")
    return now.available + now.held + now.in_doubt + now.posted


def outcome_of(call: Callable[[], object]) -> object:
    """What a call answered with or raised."""
    try:
        return call()
    except APIError as raised:
        return raised


def receipt_on(outcome: object) -> Receipt:
    receipt = getattr(outcome, "billing", None)
    assert isinstance(receipt, Receipt)
    return receipt


def view_of(ledger: Ledger, receipt: Receipt) -> HoldView:
    return ledger.hold_by_id(receipt.hold.id)


def only_evidence(ledger: Ledger, receipt: Receipt) -> Evidence:
    (evidence,) = view_of(ledger, receipt).evidence
    return evidence


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.action.name}-{row.state}")
def test_every_row_is_sent_once_and_settled_by_the_table(
    row: Row, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([row.action]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        billed = outcome_of(lambda: client.images.generate(**FIELDS))
        assert provider.posts == 1
    with ScriptedProvider([row.action]) as provider:
        bare = sdk(provider.base_url).with_options(max_retries=0)
        plain = outcome_of(lambda: bare.images.generate(**FIELDS))

    receipt = receipt_on(billed)
    evidence = only_evidence(acme, receipt)
    assert view_of(acme, receipt).state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert acme.balance("acme").posted == row.images * UNIT
    assert acme.balance("acme").in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert total(acme) == 100
    assert evidence.http_status == row.status
    assert evidence.request_id == receipt.request_id == (f"req_{1:032x}" if row.status else None)
    if isinstance(plain, Exception):
        assert type(billed) is type(plain)
        assert str(billed) == str(plain)
        assert type(getattr(billed, "__cause__", None)) is type(plain.__cause__)
    else:
        assert isinstance(billed, type(plain))
        assert billed.model_dump() == plain.model_dump()  # type: ignore[attr-defined]


@pytest.mark.parametrize("action", LEAKS, ids=lambda action: action.name)
def test_a_success_that_is_no_result_is_in_doubt_and_raised(
    action: Action, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([action]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        with pytest.raises(OutcomeInDoubt) as raised:
            client.images.generate(**FIELDS)
        assert provider.posts == 1
    receipt = raised.value.billing
    assert isinstance(raised.value, APIError)
    assert view_of(acme, receipt).state == receipt.state == "in_doubt"
    assert only_evidence(acme, receipt).request_id == f"req_{1:032x}"
    assert acme.balance("acme").in_doubt == 4 * UNIT
    assert total(acme) == 100


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_is_in_doubt(
    status: int, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([redirect(status), images(4)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        with pytest.raises(APIStatusError) as raised:
            client.images.generate(**FIELDS)
        assert len(provider.requests) == 1
    assert raised.value.status_code == status
    assert receipt_on(raised.value).state == "in_doubt"
    assert only_evidence(acme, receipt_on(raised.value)).http_status == status


def test_a_refused_connection_is_void(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    with nobody_listening() as base_url:
        client = bill(sdk(base_url), acme, account="acme")
        with pytest.raises(APIConnectionError) as raised:
            client.images.generate(**FIELDS)
    receipt = receipt_on(raised.value)
    assert receipt.state == "voided"
    assert only_evidence(acme, receipt).error[:2] == ("APIConnectionError", "ConnectError")
    assert acme.balance("acme").available == 100


def test_a_connection_that_is_never_accepted_is_void(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with never_accepting() as base_url:
        client = bill(sdk(base_url), acme, account="acme")
        with pytest.raises(APITimeoutError) as raised:
            client.images.generate(**FIELDS)
    receipt = receipt_on(raised.value)
    assert receipt.state == "voided"
    assert only_evidence(acme, receipt).error[:2] == ("APITimeoutError", "ConnectTimeout")


def test_an_upload_that_stalls_is_in_doubt(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    with ScriptedProvider([ignore_body()]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        with pytest.raises(APITimeoutError) as raised:
            client.images.edit(**FIELDS, image=b"x" * 30_000_000)
        assert provider.posts == 1
    receipt = receipt_on(raised.value)
    assert receipt.state == "in_doubt"
    assert only_evidence(acme, receipt).error[:2] == ("APITimeoutError", "WriteTimeout")


class _Interrupting(io.BytesIO):
    """A file that the user interrupts while it is being uploaded."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise KeyboardInterrupt


def test_an_interrupt_while_sending_is_in_doubt_and_goes_on(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        with pytest.raises(KeyboardInterrupt) as raised:
            client.images.edit(**FIELDS, image=_Interrupting(b"picture"))
    receipt = receipt_on(raised.value)
    assert receipt.state == view_of(acme, receipt).state == "in_doubt"
    assert only_evidence(acme, receipt).error == ("KeyboardInterrupt",)
    assert total(acme) == 100


def test_more_images_than_asked_for_are_flagged_and_not_charged(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(6)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        result = client.images.generate(**FIELDS)
    assert (result.billing.images, result.billing.over_delivered) == (4, 2)
    assert only_evidence(acme, result.billing).delivered == 6
    assert len(result.data or []) == 6


def test_evidence_says_what_was_sent_and_keeps_neither_key_nor_prompt(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    usage = {"total_tokens": 90, "input_tokens_details": {"text_tokens": 10}}
    with ScriptedProvider([images(2, extra={"usage": usage})]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        result = client.images.generate(**FIELDS)
    evidence = only_evidence(acme, result.billing)
    assert evidence.created == 1_778_688_000
    assert (evidence.delivered, evidence.endpoint) == (2, "generations")
    assert evidence.urls == tuple(image.url for image in result.data or [])
    assert evidence.usage == {"total_tokens": 90, "input_tokens_details.text_tokens": 10}
    assert evidence.sent_at is not None
    assert evidence.done_at is not None
    assert evidence.sent_at <= evidence.done_at
    assert evidence.sdk is not None
    assert evidence.sdk.startswith("openai ")
    assert len(evidence.body_sha256 or "") == 64
    assert "kite" not in repr(evidence)
    assert "sk-secret" not in repr(evidence)
