"""What the sandbox answers to good requests: pictures, in the asked number, shape and format."""

from __future__ import annotations

import base64
import io
import urllib.request

import pytest
from openai import OpenAI, omit
from openai.types import ImagesResponse
from PIL import Image

from billing.sandbox import Sandbox
from billing.sandbox.pictures import Picture

REQUEST = {"model": "gpt-image-2", "prompt": "a pear", "size": "1024x1024"}


def generate(client: OpenAI, **changes: object) -> ImagesResponse:
    return client.post("/images/generations", cast_to=ImagesResponse, body={**REQUEST, **changes})


def urls(result: ImagesResponse) -> list[str]:
    return [item.url or "" for item in result.data or []]


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
        return content


def test_an_answer_holds_created_and_n_urls_that_serve_pictures(client: OpenAI) -> None:
    result = client.images.generate(
        model="gpt-image-2", prompt="a pear", size="1024x1024", n=3, response_format="url"
    )

    assert result.created > 1_700_000_000
    assert len(set(urls(result))) == 3
    assert len({fetch(url) for url in urls(result)}) == 3


@pytest.mark.parametrize(
    ("size", "shape"),
    [("1024x768", (64, 48)), ("864x1536", (36, 64)), ("2048x2048", (64, 64))],
)
@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_picture_has_the_asked_shape_and_format(
    client: OpenAI, size: str, shape: tuple[int, int], output_format: str
) -> None:
    (url,) = urls(generate(client, size=size, output_format=output_format))

    with urllib.request.urlopen(url) as answer:
        content_type, picture = (
            answer.headers["content-type"],
            Image.open(io.BytesIO(answer.read())),
        )
    assert content_type == f"image/{output_format}"
    assert (picture.size, (picture.format or "").lower()) == (shape, output_format)


def test_base64_answers_carry_the_same_picture_as_urls(client: OpenAI) -> None:
    (url,) = urls(generate(client))
    inline = generate(client, response_format="b64_json")

    assert inline.data is not None
    assert inline.data[0].url is None
    assert base64.b64decode(inline.data[0].b64_json or "") == fetch(url)


def test_the_prompt_decides_the_picture_and_each_call_has_its_own_url(client: OpenAI) -> None:
    (first,), (again,) = urls(generate(client)), urls(generate(client))
    (other,) = urls(generate(client, prompt="a plum"))

    assert first != again
    assert fetch(first) == fetch(again)
    assert fetch(first) != fetch(other)


def test_urls_stay_valid_when_the_sandbox_is_restarted_on_its_port() -> None:
    with Sandbox() as before, OpenAI(base_url=before.base_url, api_key="sk-x") as client:
        port = before.port
        (url,) = urls(generate(client))
        painted = fetch(url)

    with Sandbox(port):
        assert fetch(url) == painted


@pytest.mark.parametrize(
    "images",
    [
        {"image": "https://images.invalid/a.png"},
        {"image": {"image_url": "https://images.invalid/a.png"}},
        {"images": ["https://images.invalid/a.png", {"file_id": "file-1"}]},
    ],
)
def test_a_json_edit_through_the_sdk_is_answered(
    client: OpenAI, sandbox: Sandbox, images: dict[str, object]
) -> None:
    raw = client.images.with_raw_response.edit(  # type: ignore[call-overload]  # SDK: files only
        model="gpt-image-2",
        prompt="a pear",
        size="1024x768",
        image=omit,
        extra_headers={"Content-Type": "application/json"},
        extra_body=images,
    )

    assert len(urls(raw.parse())) == 1
    assert [(line.endpoint, line.request_id) for line in sandbox.billed] == [
        ("edits", raw.headers["x-request-id"])
    ]


@pytest.mark.parametrize("files", [1, 3])
def test_a_multipart_edit_is_answered_and_its_numbers_are_numbers(
    client: OpenAI, sandbox: Sandbox, files: int
) -> None:
    pictures = [(f"{number}.png", b"\x89PNG not really") for number in range(files)]

    result = client.images.edit(
        model="gpt-image-2",
        prompt="a pear",
        size="1024x1024",
        n=2,
        image=pictures if files > 1 else pictures[0],
        mask=("mask.png", b"\x89PNG not really"),
    )

    assert len(urls(result)) == 2
    assert [(line.endpoint, line.n) for line in sandbox.billed] == [("edits", 2)]


def test_a_multipart_edit_may_name_its_image_by_url(sandbox: Sandbox) -> None:
    fields = {**REQUEST, "image": "https://images.invalid/a.png", "stream": "false"}
    body = "".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    request = urllib.request.Request(
        sandbox.base_url + "/images/edits",
        data=f"{body}--xx--\r\n".encode(),
        headers={
            "Content-Type": "multipart/form-data; boundary=xx",
            "Authorization": "Bearer sk-test",
        },
    )

    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    assert [line.endpoint for line in sandbox.billed] == ["edits"]


def test_a_size_that_names_no_shape_is_painted_square() -> None:
    picture = Picture.of("a pear", 0, size="auto", format="png", request_id="req_" + "0" * 32)

    assert Image.open(io.BytesIO(picture.paint())).size == (64, 64)
    assert Picture.from_name(picture.name) == picture


def test_models_lists_the_model_of_the_book(client: OpenAI) -> None:
    (model,) = client.models.list().data

    assert (model.id, model.object, model.owned_by) == ("gpt-image-2", "model", "sandbox")


def test_every_answer_has_a_request_id_of_its_own(client: OpenAI, sandbox: Sandbox) -> None:
    raws = [
        client.images.with_raw_response.generate(
            model="gpt-image-2", prompt="a pear", size="1024x1024"
        )
        for _ in range(2)
    ]
    (url,) = urls(generate(client))
    with urllib.request.urlopen(url) as answer:
        ids = [raw.headers["x-request-id"] for raw in raws] + [answer.headers["x-request-id"]]

    assert len(set(ids)) == 3
    assert all(request_id.startswith("req_") and len(request_id) == 36 for request_id in ids)
    assert [line.request_id for line in sandbox.billed[:2]] == ids[:2]
