"""`client.post` to an image path that could go past the bill or has no price: refused, unsent."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from openai.types import ImagesResponse

from billing import InsufficientFunds
from billing.client import NotBillable
from billing.testing import (
    ScriptedProvider,
    images,
)
from pricing import PricingError
from tests.billing.client.calling import FIELDS, Desk
from tests.billing.client.posting import (
    EDITS,
    GENERATIONS,
    UPLOAD,
    on_both,
    post,
)


@on_both
@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("{base}/images", "generations"),
        ("{base}/images/", "/edits"),
        ("{base}/images/x", "../generations"),
        ("{base}/IMAGES", "%67enerations"),
        ("{base}", "images/./generations"),
        ("{base}", "{base}/images/variations"),
    ],
)
def test_no_address_of_the_image_api_is_passed_unbilled(
    base: str, path: str, mode: str, desk: Desk
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        base_url, spelt = (text.format(base=provider.base_url) for text in (base, path))
        client = desk.billed(mode, base_url, desk.account())
        assert isinstance(post(desk, client, spelt), NotBillable)
        assert provider.requests == ()


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("/images/variations", {}),
    ("/images/generations?n=9", {}),
    ("http://127.0.0.1:1/other/images/generations", {}),
    ("/images/./generations", {}),
    ("/images//generations", {}),
    ("/images/x/../generations", {}),
    ("/images/%67enerations", {}),
    ("/Images/Generations", {}),
    ("images\\generations", {}),
    (GENERATIONS, {"cast_to": object}),
    (GENERATIONS, {"cast_to": dict[str, object]}),
    (GENERATIONS, {"body": None}),
    (GENERATIONS, {"body": [1, 2]}),
    (GENERATIONS, {"body": json.dumps(FIELDS).encode()}),
    (GENERATIONS, {"body": None, "content": json.dumps(FIELDS).encode()}),
    (GENERATIONS, {"content": b"{}"}),
    (GENERATIONS, {"stream": True}),
    (GENERATIONS, {"stream_cls": object}),
    (GENERATIONS, {"body": {**FIELDS, "stream": True}}),
    (GENERATIONS, {"body": {**FIELDS, "extra_body": {"n": 9}}}),
    (GENERATIONS, {"options": {"extra_json": {"n": 9}}}),
    (GENERATIONS, {"options": {"post_parser": str}}),
    (GENERATIONS, {"options": {"json_data": {"n": 9}}}),
    (GENERATIONS, {"options": {"params": {"n": 9}}}),
    (GENERATIONS, {"options": {"params": {"sise": "2048x2048"}}}),
    (GENERATIONS, {"options": "none"}),
    (GENERATIONS, {"options": {"headers": {"x-stainless-RAW-response": "true"}}}),
    (GENERATIONS, UPLOAD),
    (EDITS, {"files": [("image", b"a picture")]}),
]


@on_both
@pytest.mark.parametrize(("path", "changed"), REFUSED)
def test_a_post_that_could_go_past_the_bill_is_refused(
    path: str, changed: dict[str, Any], mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, account)
        raised = post(desk, client, path, **changed)
        assert provider.requests == ()
    assert isinstance(raised, NotBillable)
    assert desk.ledger.balance(account).available == 100


@on_both
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"model": "no-such-model"}, PricingError),
        ({"size": "7x7"}, PricingError),
        ({"prompt": ...}, PricingError),
        ({"no_such_field": 1}, PricingError),
        ({"n": 5000}, (PricingError, InsufficientFunds)),
    ],
)
def test_a_post_that_cannot_be_quoted_is_refused(
    changed: dict[str, Any], refusal: type[Exception], mode: str, desk: Desk
) -> None:
    account = desk.account()
    body = {n: v for n, v in {**FIELDS, **changed}.items() if v is not ...}
    with ScriptedProvider([images(4)]) as provider:
        raised = post(desk, desk.billed(mode, provider.base_url, account), body=body)
        assert provider.requests == ()
    assert isinstance(raised, refusal)
    assert desk.ledger.balance(account).available == 100


@on_both
@pytest.mark.parametrize("path", [GENERATIONS, "/images/./edits"])
def test_no_other_method_that_sends_to_a_path_leads_past_the_bill(
    path: str, mode: str, desk: Desk
) -> None:
    with ScriptedProvider([images(4)] * 2) as provider:
        client: Any = desk.billed(mode, provider.base_url, desk.account())
        by_hand = SimpleNamespace(url=path, method="post", json_data=FIELDS)
        with pytest.raises(NotBillable):
            client.request(ImagesResponse, by_hand)
        with pytest.raises(NotBillable):
            client.get_api_list(path, model=object, page=object, method="post", body=FIELDS)
        assert provider.requests == ()


@on_both
def test_a_post_takes_its_path_as_the_sdk_does(mode: str, desk: Desk) -> None:
    client: Any = desk.billed(mode, "http://127.0.0.1:1/v1", desk.account())
    with pytest.raises(TypeError):
        client.post(GENERATIONS, ImagesResponse, body=FIELDS)
    with pytest.raises(NotBillable):
        client.post(path=GENERATIONS, cast_to=object, body=FIELDS)
