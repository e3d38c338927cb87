"""`client.post` to an image path: billed by the price of its body, and settled by the table."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from openai.types import ImagesResponse

from billing import OutcomeInDoubt
from billing.ledger.transfers import HoldState
from billing.testing import (
    Action,
    ScriptedProvider,
    error,
    error_object_200,
    half_body_then_close,
    html_200,
    images,
    nobody_listening,
)
from tests.billing.client.calling import FIELDS, UNIT, Desk, receipt_on, total
from tests.billing.client.posting import (
    EDIT_FIELDS,
    EDITS,
    GENERATIONS,
    MULTIPART,
    UPLOAD,
    on_both,
    post,
)


class Row(NamedTuple):
    """What the provider does, and what the ledger makes of it."""

    action: Action
    state: HoldState
    images: int = 0
    status: int = 200
    #: Where the bare SDK returns text or an empty result.
    leaks: bool = False

    def __str__(self) -> str:
        return f"{self.action.name}-{self.state}"


ROWS = [
    Row(images(4), "captured", 4),
    Row(images(3), "captured", 3),
    Row(images(5), "captured", 4),
    Row(images(0), "in_doubt"),
    Row(html_200(), "in_doubt", leaks=True),
    Row(error_object_200(), "in_doubt", leaks=True),
    Row(error(400), "voided", status=400),
    Row(error(500), "in_doubt", status=500),
    Row(half_body_then_close(), "in_doubt"),
]


@on_both
@pytest.mark.parametrize(
    ("path", "arguments"),
    [(GENERATIONS, {}), (EDITS, {"body": EDIT_FIELDS}), (EDITS, UPLOAD)],
    ids=["generation", "edit_by_address", "edit_by_upload"],
)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_post_is_sent_once_and_settled_by_the_table(
    row: Row, path: str, arguments: dict[str, Any], mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([row.action] * 2) as provider:
        billed = post(desk, desk.billed(mode, provider.base_url, account), path, **arguments)
        assert provider.posts == 1
        sdk = desk.sdk(mode, provider.base_url).with_options(max_retries=0)
        bare = post(desk, sdk, path, **arguments)
        assert [request.path for request in provider.requests] == [f"/v1{path}"] * 2
    receipt = receipt_on(billed)
    hold = desk.ledger.hold_by_id(receipt.hold.id)
    (evidence,) = hold.evidence
    balance = desk.ledger.balance(account)
    assert hold.state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert balance.posted == row.images * UNIT
    assert balance.held == 0
    assert total(desk.ledger, account) == 100
    assert (evidence.http_status, evidence.request_id) == (row.status, f"req_{1:032x}")
    assert_as_bare(billed, bare, leaks=row.leaks)


def assert_as_bare(billed: object, bare: object, *, leaks: bool) -> None:
    if leaks:
        assert isinstance(billed, OutcomeInDoubt)
    elif isinstance(bare, ImagesResponse):
        assert isinstance(billed, ImagesResponse)
        assert billed.model_dump() == bare.model_dump()
        assert billed._request_id == f"req_{1:032x}"
    else:
        assert type(billed) is type(bare)
        assert str(billed) == str(bare)


@on_both
def test_the_priced_fields_go_out_as_they_were_quoted_and_the_others_as_given(
    mode: str, desk: Desk
) -> None:
    body = {"model": "gpt-image-2", "prompt": "a kite", "size": "1024x1024", "user": "u-1"}
    with ScriptedProvider([images(1)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        receipt = receipt_on(post(desk, client, body=body))
        sent = json.loads(provider.requests[0].body)
    assert sent == {**body, "quality": "medium", "n": 1}
    assert (receipt.images, receipt.amount) == (1, UNIT)
    assert "n" not in body


@on_both
@pytest.mark.parametrize("files", [[("image", b"a picture")], {"image": b"a picture"}], ids=type)
def test_an_upload_carries_its_price_and_its_files(files: object, mode: str, desk: Desk) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        done = post(desk, client, EDITS, files=files, options=MULTIPART)
        assert receipt_on(done).state == "captured"
        (request,) = provider.requests
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (b'name="image"', b"a picture", b'name="quality"', b"medium", b'name="n"'):
        assert part in request.body


@on_both
@pytest.mark.parametrize("options", [{"max_retries": 5}, {"follow_redirects": True}])
def test_a_post_goes_once_whatever_its_options_say(
    options: dict[str, Any], mode: str, desk: Desk
) -> None:
    given = {"headers": {"X-Team": "a"}, "timeout": 9, **options}
    with ScriptedProvider([error(500), images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        assert receipt_on(post(desk, client, options=given)).state == "in_doubt"
        (request,) = provider.requests
    assert request.headers["x-team"] == "a"


@on_both
@pytest.mark.parametrize(
    "path", ["images/generations", "/images/generations/", "{base}/images/edits"]
)
def test_every_spelling_of_a_path_is_billed(path: str, mode: str, desk: Desk) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        spelt = path.format(base=provider.base_url)
        body = EDIT_FIELDS if "edits" in path else FIELDS
        assert receipt_on(post(desk, client, spelt, body=body)).state == "captured"
        assert provider.posts == 1


@on_both
def test_a_base_url_with_such_a_name_in_it_leaves_other_paths_alone(mode: str, desk: Desk) -> None:
    with ScriptedProvider([images(4)]) as provider:
        base_url = f"{provider.base_url}/images/edits-proxy"
        client = desk.billed(mode, base_url, desk.account())
        assert not isinstance(post(desk, client, "/embeddings"), Exception)
        assert provider.posts == 1


@on_both
def test_a_copy_of_the_client_bills_its_posts_too(mode: str, desk: Desk) -> None:
    account = desk.account()
    with ScriptedProvider([images(4)] * 2) as provider:
        client = desk.billed(mode, provider.base_url, account)
        for copy in (client.with_options(timeout=9, max_retries=5), client.copy()):
            assert receipt_on(post(desk, copy)).state == "captured"
        assert provider.posts == 2
    assert desk.ledger.balance(account).posted == 8 * UNIT


@on_both
def test_a_post_takes_the_terms_of_a_call(mode: str, desk: Desk) -> None:
    payer = desk.account()
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        terms = {"account": payer, "key": "job-1"}
        first, again = (receipt_on(post(desk, client, billing=terms)) for _ in range(2))
        assert provider.posts == 1
    assert again.repeated
    assert again.hold.id == first.hold.id
    assert desk.ledger.balance(payer).posted == 4 * UNIT


@on_both
def test_a_post_that_never_connects_is_void(mode: str, desk: Desk) -> None:
    account = desk.account()
    with nobody_listening() as base_url:
        raised = post(desk, desk.billed(mode, base_url, account))
    assert receipt_on(raised).state == "voided"
    assert desk.ledger.balance(account).available == 100
