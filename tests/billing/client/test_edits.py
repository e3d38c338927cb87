"""Edits: addresses go out as JSON, files as uploads, and nothing empty for a reason of ours."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from billing import Ledger
from billing.client import bill
from billing.testing import RecordedRequest, ScriptedProvider, error, images

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 2,
}
PRICED = {**FIELDS, "quality": "medium"}
URL = "https://x.test/a.png"


def sent(acme: Ledger, sdk: Callable[[str], OpenAI], inputs: Mapping[str, Any]) -> RecordedRequest:
    """The request that an edit with these inputs becomes."""
    with ScriptedProvider([images(2)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        receipt = client.images.edit(**FIELDS, **inputs).billing
    assert (receipt.state, receipt.quote.endpoint) == ("captured", "edits")
    (request,) = provider.requests
    assert request.path == "/v1/images/edits"
    return request


@pytest.mark.parametrize(
    ("inputs", "body"),
    [
        ({"image": URL}, {"image": URL}),
        ({"image": [URL, URL]}, {"images": [URL, URL]}),
        ({"images": [URL, {"image_url": URL}]}, {"images": [URL, {"image_url": URL}]}),
        ({"image": {"file_id": "f"}, "mask": URL}, {"image": {"file_id": "f"}, "mask": URL}),
    ],
)
def test_addresses_go_out_as_json(
    inputs: dict[str, Any],
    body: dict[str, object],
    acme: Ledger,
    sdk: Callable[[str], OpenAI],
) -> None:
    request = sent(acme, sdk, {**inputs, "output_format": "png"})
    assert request.headers["content-type"] == "application/json"
    assert request.json() == {**PRICED, "output_format": "png", **body}


def test_files_go_out_as_the_sdk_uploads_them(
    acme: Ledger, sdk: Callable[[str], OpenAI], tmp_path: Path
) -> None:
    (tmp_path / "path.png").write_bytes(b"from a path")
    request = sent(
        acme,
        sdk,
        {
            "image": [b"bytes", ("named.png", b"named", "image/png"), tmp_path / "path.png"],
            "mask": io.BytesIO(b"a mask"),
        },
    )
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (b"bytes", b'filename="named.png"', b"from a path", b'name="mask"', b"a mask"):
        assert part in request.body
    for name, value in PRICED.items():
        assert f'name="{name}"\r\n\r\n{value}\r\n'.encode() in request.body


class _Pipe(io.RawIOBase):
    """A stream that can be read once."""

    def __init__(self) -> None:
        self._rest = io.BytesIO(b"a picture")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._rest.read(size)


@pytest.mark.parametrize("opened", [_Pipe, lambda: io.BytesIO(b"a picture")], ids=["pipe", "file"])
def test_a_repeated_upload_carries_the_file_again(
    opened: Callable[[], io.IOBase], acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    busy = error(429, headers={"retry-after-ms": "1"})
    with ScriptedProvider([busy, images(2)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme", retries=1)
        client.images.edit(**FIELDS, image=("a.png", opened()))
    assert [b"a picture" in request.body for request in provider.requests] == [True, True]


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [({}, TypeError), ({"image": Path("/nowhere/a.png")}, FileNotFoundError)],
)
def test_an_edit_that_cannot_be_sent_is_refused_before_the_hold(
    inputs: dict[str, Any],
    refusal: type[Exception],
    acme: Ledger,
    sdk: Callable[[str], OpenAI],
) -> None:
    with ScriptedProvider([images(2)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        with pytest.raises(refusal):
            client.images.edit(**FIELDS, **inputs)
        assert provider.requests == ()
    assert acme.balance("acme").version == 1
