"""Billed calls over plain HTTP: what goes on the wire, keys, refusals, and life without the SDK."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from billing import AboveMaxCost, InsufficientFunds, InvalidEntry, NotBillable
from billing.client.http import (
    AnswerInDoubt,
    AsyncImageCalls,
    BadStatus,
    ImageAnswer,
    ImageCalls,
)
from billing.testing import RecordedRequest, ScriptedProvider, empty_200, error, images
from pricing import Catalog, InvalidValue, UnknownParameter
from tests.billing.client.calling import FIELDS, GENERATE, MODES, UNIT, URL, Desk, Way, receipt_on
from tests.billing.client.http_calling import HttpDesk, http_desk_of

ROOT = Path(__file__).parents[3]
on_both = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def http_desk(desk: Desk) -> Iterator[HttpDesk]:
    with http_desk_of(desk) as opened:
        yield opened


def sent(http_desk: HttpDesk, mode: str, way: Way = GENERATE, **more: object) -> RecordedRequest:
    """The request of one call, as the provider saw it."""
    with ScriptedProvider([images(4)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        outcome = http_desk.call(calls, way, **more)
        assert isinstance(outcome, ImageAnswer), outcome
        return provider.requests[0]


@on_both
def test_the_answer_is_the_providers_json_with_a_receipt(mode: str, http_desk: HttpDesk) -> None:
    with ScriptedProvider([images(3, extra={"usage": {"total_tokens": 7}})]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        answer = http_desk.call(calls)
    assert isinstance(answer, ImageAnswer)
    assert answer.status == 200
    assert answer.body["usage"] == {"total_tokens": 7}
    assert [item["url"] for item in answer.data] == [
        f"https://images.invalid/{number}.png" for number in (1, 2, 3)
    ]
    assert answer.headers["x-request-id"] == answer.billing.request_id
    assert (answer.billing.images, answer.billing.amount) == (3, 3 * UNIT)


@on_both
def test_a_generation_and_an_edit_by_address_go_out_as_json(mode: str, http_desk: HttpDesk) -> None:
    made = sent(http_desk, mode)
    edited = sent(http_desk, mode, Way("edit", "edit", {"image": [URL, URL]}, {}))
    assert json.loads(made.body) == {**FIELDS, "quality": "medium"}
    assert json.loads(edited.body) == {**FIELDS, "quality": "medium", "images": [URL, URL]}
    assert made.headers["authorization"] == "Bearer sk-secret"
    assert "idempotency-key" not in made.headers


@on_both
def test_an_upload_takes_files_of_every_kind(
    mode: str, http_desk: HttpDesk, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"from a path")
    for image, name, content in (
        (b"from bytes", 'filename="upload"', b"from bytes"),
        (picture, 'filename="picture.png"', b"from a path"),
        (io.BytesIO(b"from a file"), 'filename="upload"', b"from a file"),
        (("a.webp", b"named", "image/webp"), 'filename="a.webp"', b"named"),
    ):
        request = sent(http_desk, mode, Way("edit", "edit", {"image": image}, {}))
        assert request.headers["content-type"].startswith("multipart/form-data")
        assert f'name="image"; {name}'.encode() in request.body
        assert content in request.body
        assert b'name="n"\r\n\r\n4\r\n' in request.body
        assert b'name="quality"\r\n\r\nmedium\r\n' in request.body
    many = sent(http_desk, mode, Way("edit", "edit", {"image": [b"one", b"two"]}, {}))
    assert many.body.count(b'name="image[]"') == 2


def test_the_evidence_is_that_of_the_sdk(http_desk: HttpDesk) -> None:
    desk = http_desk.desk
    with ScriptedProvider([images(4)] * 4) as provider:
        for way in (GENERATE, Way("edit", "edit", {"image": b"a picture"}, {})):
            account = desk.account()
            plain = http_desk.call(http_desk.calls("sync", provider.base_url, account), way)
            by_sdk = desk.call(desk.billed("sync", provider.base_url, account), way)
            bodies = {
                desk.ledger.hold_by_id(receipt_on(each).hold.id).evidence[0].body_sha256
                for each in (plain, by_sdk)
            }
            assert len(bodies) == 1


@on_both
def test_what_is_refused_moves_neither_money_nor_a_request(mode: str, http_desk: HttpDesk) -> None:
    account = http_desk.desk.account()
    edit = Way("edit", "edit", {"image": 7}, {})
    with ScriptedProvider([]) as provider:
        calls = http_desk.calls(mode, provider.base_url, account, max_cost="1")
        refusals = (
            http_desk.call(calls, aspect_ratio="1:1"),
            http_desk.call(calls, extra_body={"stream": True}),
            http_desk.call(calls, extra_body={"sise": "2048x2048"}),
            http_desk.call(calls, extra_query={"n": 3}),
            http_desk.call(calls, size="3840x2160", quality="high"),
            http_desk.call(calls, edit),
            http_desk.call(calls, billing={"account": "nobody-at-all"}),
            http_desk.call(calls, billing={"nothing": 1}),
        )
        assert provider.requests == ()
    kinds = (
        UnknownParameter,
        NotBillable,
        UnknownParameter,
        NotBillable,
        AboveMaxCost,
        InvalidValue,
    )
    for refusal, kind in zip(refusals, kinds, strict=False):
        assert isinstance(refusal, kind), refusal
    assert isinstance(refusals[-1], InvalidEntry)
    assert http_desk.desk.ledger.balance(account).available == 100


@on_both
def test_without_the_money_nothing_is_sent(mode: str, http_desk: HttpDesk) -> None:
    http_desk.desk.ledger.open_account(f"poor-{mode}", currency="USD")
    with ScriptedProvider([]) as provider:
        calls = http_desk.calls(mode, provider.base_url, f"poor-{mode}")
        assert isinstance(http_desk.call(calls), InsufficientFunds)
        assert provider.requests == ()


@on_both
def test_a_paid_key_answers_from_the_ledger_and_one_in_doubt_raises(
    mode: str, http_desk: HttpDesk
) -> None:
    with ScriptedProvider([images(4), empty_200()]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        first = http_desk.call(calls, billing={"key": "order-1"})
        again = http_desk.call(calls, billing={"key": "order-1"})
        doubt = http_desk.call(calls, billing={"key": "order-2"})
        still = http_desk.call(calls, billing={"key": "order-2"})
        assert provider.posts == 2
    assert isinstance(first, ImageAnswer)
    assert isinstance(again, ImageAnswer)
    assert (again.billing.repeated, again.body) == (True, first.body)
    assert isinstance(doubt, AnswerInDoubt)
    assert isinstance(still, AnswerInDoubt)
    assert still.code == "outcome_in_doubt"


@on_both
def test_a_provider_that_honours_keys_gets_the_same_key_on_each_attempt(
    mode: str, http_desk: HttpDesk, honouring: Catalog
) -> None:
    with ScriptedProvider([error(500), images(4)]) as provider:
        calls = http_desk.calls(
            mode, provider.base_url, http_desk.desk.account(), catalog=honouring, retries=1
        )
        receipt = receipt_on(http_desk.call(calls))
        keys = {request.headers["idempotency-key"] for request in provider.requests}
        assert provider.posts == 2
    assert (receipt.state, keys) == ("captured", {receipt.hold.id})


@pytest.fixture
def honouring(tmp_path: Path) -> Catalog:
    file = tmp_path / "catalog.yaml"
    file.write_text(
        "schema_version: 1\nmodels:\n  gpt-image-2: {price: openai-gpt-image-2}\n"
        "providers:\n  default: {bills_5xx: unknown, honours_idempotency_keys: true}\n",
        encoding="utf-8",
    )
    return Catalog.load(file)


def test_an_error_says_what_arrived_and_hides_the_key(http_desk: HttpDesk) -> None:
    with ScriptedProvider([error(400, "no such picture", code="bad_picture")]) as provider:
        calls = http_desk.calls("sync", provider.base_url, http_desk.desk.account())
        raised = http_desk.call(calls)
    assert isinstance(raised, BadStatus)
    assert "no such picture" in str(raised)
    assert raised.headers["content-type"] == "application/json"
    assert "sk-secret" not in repr(vars(calls))
    assert "sk-secret" not in str(raised)


def test_the_sdks_own_http_library_does_as_well(http_desk: HttpDesk) -> None:
    with ScriptedProvider([images(2)]) as provider, httpx2.Client() as http:
        calls = ImageCalls(
            http_desk.desk.ledger,
            base_url=provider.base_url,
            account=http_desk.desk.account(),
            http=http,  # type: ignore[arg-type]  # not httpx's, and it works
        )
        assert calls.generate(**FIELDS).billing.amount == 2 * UNIT
        assert "authorization" not in provider.requests[0].headers


def test_a_client_of_its_own_is_closed_with_it_and_yours_is_not(http_desk: HttpDesk) -> None:
    told: Any = {"base_url": "http://127.0.0.1:1/v1", "account": "acme"}
    with ImageCalls(http_desk.desk.ledger, **told) as calls:
        own = calls._http
    assert own.is_closed
    with httpx.Client() as yours:
        with ImageCalls(http_desk.desk.ledger, http=yours, **told):
            pass
        assert not yours.is_closed


def test_a_coroutine_that_is_closed_awaits_no_client(http_desk: HttpDesk) -> None:
    async def closing() -> None:
        await asyncio.sleep(0)

    async def used(calls: AsyncImageCalls) -> None:
        async with calls:
            await asyncio.sleep(0)

    calls = AsyncImageCalls(http_desk.desk.ledger, base_url="http://127.0.0.1:1/v1")
    own: Any = calls._own
    vars(own)["aclose"] = closing  # one that takes its time, as open connections do
    coroutine = used(calls)
    coroutine.send(None)
    coroutine.close()


@pytest.mark.parametrize("kind", [ImageCalls, AsyncImageCalls])
def test_what_a_client_cannot_be_told_is_refused_by_its_name(
    kind: Callable[..., object], http_desk: HttpDesk
) -> None:
    with pytest.raises(InvalidEntry, match="retriez"):
        kind(http_desk.desk.ledger, base_url="http://127.0.0.1:1/v1", retriez=2)
    with pytest.raises(InvalidEntry, match="retries"):
        kind(http_desk.desk.ledger, base_url="http://127.0.0.1:1/v1", retries=-1)


def test_it_works_where_the_sdk_is_not_installed(sqlite_url: str) -> None:
    program = f"""
import sys
sys.modules["openai"] = None
from billing import Ledger
from billing.client.http import ImageCalls
from billing.testing import ScriptedProvider, images
with Ledger.open({sqlite_url!r}) as ledger, ScriptedProvider([images(4)]) as provider:
    ledger.open_account("acme", currency="USD")
    ledger.top_up("acme", "100", key="first")
    with ImageCalls(ledger, base_url=provider.base_url, account="acme") as calls:
        answer = calls.generate(**{FIELDS!r})
    print(answer.billing.state, answer.billing.amount)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.split() == ["captured", str(Decimal(4) * UNIT)], done.stderr
