"""A key is spent by a captured or in-doubt call, not by a voided one; retries follow the rule."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from openai import BadRequestError, InternalServerError, OpenAI, RateLimitError

from billing import IdempotencyConflict, InvalidEntry, Ledger
from billing.client import OutcomeInDoubt, bill
from billing.client.sdk.results import BilledImagesResponse
from billing.testing import (
    Action,
    Exchange,
    ScriptedProvider,
    error,
    images,
    stall,
)

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}
BUSY = error(429, headers={"retry-after-ms": "1"})


def generate(
    acme: Ledger, client: OpenAI, *, key: str = "job-1", n: int = 4, retries: int = 0
) -> BilledImagesResponse:
    billed = bill(client, acme, account="acme", retries=retries)
    return billed.images.generate(**{**FIELDS, "n": n}, billing={"key": key})


def test_a_captured_key_answers_with_the_stored_receipt_and_addresses(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(3)]) as provider:
        first = generate(acme, sdk(provider.base_url))
        again = generate(acme, sdk(provider.base_url))
        assert provider.posts == 1
    assert [image.url for image in again.data or []] == [image.url for image in first.data or []]
    assert again.created == first.created
    assert again.billing.repeated
    assert again.billing.hold == first.billing.hold
    assert (again.billing.images, again.billing.amount) == (3, first.billing.amount)
    assert again.billing.request_id == first.billing.request_id
    assert " paid, hold_" in str(first.billing)
    assert " paid before, not again, hold_" in str(again.billing)
    assert acme.balance("acme").posted == first.billing.amount


def test_a_captured_key_whose_images_came_as_base64_answers_without_them(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(4, b64=True)]) as provider:
        generate(acme, sdk(provider.base_url))
        again = generate(acme, sdk(provider.base_url))
        assert provider.posts == 1
    assert again.data == []
    assert (again.billing.repeated, again.billing.images) == (True, 4)


def test_a_key_with_another_request_is_refused(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    with ScriptedProvider([images(4)]) as provider:
        generate(acme, sdk(provider.base_url))
        with pytest.raises(IdempotencyConflict):
            generate(acme, sdk(provider.base_url), n=3)
        assert provider.posts == 1


def test_a_key_in_doubt_is_never_sent_again(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    with ScriptedProvider([error(500), images(4)]) as provider:
        with pytest.raises(InternalServerError):
            generate(acme, sdk(provider.base_url))
        with pytest.raises(OutcomeInDoubt, match="job-1") as raised:
            generate(acme, sdk(provider.base_url))
        assert provider.posts == 1
    receipt = raised.value.billing
    assert (receipt.state, receipt.repeated) == ("in_doubt", True)
    assert receipt.request_id == f"req_{1:032x}"


def test_a_voided_key_goes_again_under_holds_of_its_own(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([error(400), error(429), images(4)]) as provider:
        with pytest.raises(BadRequestError):
            generate(acme, sdk(provider.base_url))
        with pytest.raises(RateLimitError):
            generate(acme, sdk(provider.base_url))
        done = generate(acme, sdk(provider.base_url))
        again = generate(acme, sdk(provider.base_url))
        assert provider.posts == 3
    assert done.billing.hold == again.billing.hold
    assert _states(acme, "job-1") == ["voided", "voided", "captured"]
    assert again.billing.repeated
    assert acme.balance("acme").posted == done.billing.amount


def test_of_two_calls_with_one_key_only_one_is_sent(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    on_its_way, doubted = threading.Event(), threading.Event()

    def wait_for_the_other(exchange: Exchange) -> None:
        on_its_way.set()
        assert doubted.wait(20)
        images(4).play(exchange)

    with ScriptedProvider([Action("wait", wait_for_the_other)]) as provider:
        patient = sdk(provider.base_url).with_options(timeout=30)
        results: list[BilledImagesResponse] = []
        first = threading.Thread(target=lambda: results.append(generate(acme, patient)))
        first.start()
        assert on_its_way.wait(20)
        try:
            with pytest.raises(OutcomeInDoubt) as raised:
                generate(acme, patient)
        finally:
            doubted.set()
            first.join(20)
        assert provider.posts == 1
    assert raised.value.billing.state == "open"
    assert results[0].billing.state == "captured"


@pytest.mark.parametrize("action", [error(500), error(409), stall(30)], ids=lambda a: a.name)
def test_retries_never_repeat_what_is_in_doubt(
    action: Action, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([action, images(4)]) as provider:
        with pytest.raises(Exception) as raised:
            generate(acme, sdk(provider.base_url), retries=3)
        assert provider.posts == 1
    assert raised.value.billing.state == "in_doubt"  # type: ignore[attr-defined]


def test_a_key_may_be_as_long_as_a_key_can_be(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    with ScriptedProvider([BUSY, images(4)]) as provider:
        done = generate(acme, sdk(provider.base_url), key="k" * 255, retries=1)
    assert done.billing.state == "captured"


def test_a_longer_key_is_refused_before_the_call(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        with pytest.raises(InvalidEntry, match="key"):
            generate(acme, sdk(provider.base_url), key="k" * 256)
        assert provider.posts == 0
    assert acme.balance("acme").available == 100


@pytest.mark.parametrize(
    ("other", "answers"),
    [
        ("job/capture", [images(3)]),
        ("job/void", [BUSY, images(3)]),
        ("job#2", [BUSY, images(3)]),
    ],
)
def test_a_key_never_meets_what_another_key_came_to(
    other: str, answers: list[Action], acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(4), *answers]) as provider:
        first = generate(acme, sdk(provider.base_url), key=other)
        second = generate(acme, sdk(provider.base_url), key="job", retries=1)
        assert provider.posts == 1 + len(answers)
    assert (second.billing.state, second.billing.images) == ("captured", 3)
    assert not second.billing.repeated
    assert second.billing.hold != first.billing.hold
    assert acme.balance("acme").posted == first.billing.amount + second.billing.amount


def test_a_key_that_looks_like_a_derived_one_is_refused_before_the_call(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([BUSY, images(4)]) as provider:
        with pytest.raises(RateLimitError) as raised:
            generate(acme, sdk(provider.base_url))
        derived = f"{raised.value.billing.hold.id}/again"  # type: ignore[attr-defined]
        with pytest.raises(InvalidEntry, match="derived from holds"):
            generate(acme, sdk(provider.base_url), key=derived)
        assert provider.posts == 1


def test_a_retry_is_decided_by_the_answer_not_by_what_became_of_the_hold(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    def void_by_hand(exchange: Exchange) -> None:
        (view,) = acme.holds()
        acme.void(view.hold.id, key="by-hand", reason="asked for by the customer")
        error(500).play(exchange)

    with ScriptedProvider([Action("void, then 500", void_by_hand), images(4)]) as provider:
        patient = sdk(provider.base_url).with_options(timeout=30)
        with pytest.raises(InternalServerError) as raised:
            generate(acme, patient, retries=3)
        assert provider.posts == 1
    assert raised.value.billing.state == "voided"  # type: ignore[attr-defined]


def _states(acme: Ledger, key: str) -> list[str]:
    """What became of a key's holds, each found by the one before."""
    states: list[str] = []
    view = acme.hold_by_key("acme", key)
    while view is not None:
        states.append(view.state)
        view = acme.hold_by_key("acme", f"{view.hold.id}/again")
    return states
