"""What an interrupt leaves, what is flagged, and what the evidence says."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openai import OpenAI

from billing import Evidence, Ledger, Receipt
from billing.client import bill
from billing.testing import ScriptedProvider, images
from tests.billing.client.calling import FIELDS, receipt_on, total


def only_evidence(ledger: Ledger, receipt: Receipt) -> Evidence:
    (evidence,) = ledger.hold_by_id(receipt.hold.id).evidence
    return evidence


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
    assert receipt.state == acme.hold_by_id(receipt.hold.id).state == "in_doubt"
    assert only_evidence(acme, receipt).error == ("KeyboardInterrupt",)
    assert total(acme, "acme") == 100


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
