"""What the sandbox refuses, in OpenAI's shape, before anything is billed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from billing.sandbox import Sandbox

GOOD = {"model": "gpt-image-2", "prompt": "a pear", "size": "1024x1024"}
JSON = {"Content-Type": "application/json", "Authorization": "Bearer sk-test"}
FORM = {
    "Content-Type": "multipart/form-data; boundary=xx",
    "Authorization": "Bearer sk-test",
}


def refused(
    sandbox: Sandbox,
    body: bytes | None,
    *,
    path: str = "/images/generations",
    headers: dict[str, str] | None = None,
    method: str = "POST",
) -> tuple[int, dict[str, str | None]]:
    """Status and error object of a refusal; the shape itself is checked here."""
    request = urllib.request.Request(
        sandbox.base_url + path, data=body, headers=JSON | (headers or {}), method=method
    )
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request)
    with refusal.value as answer:
        content = json.loads(answer.read())
        assert answer.headers["x-request-id"].startswith("req_")
    assert list(content) == ["error"]
    assert list(content["error"]) == ["message", "type", "param", "code"]
    return answer.code, content["error"]


def form(fields: dict[str, str], file: bytes = b"\x89PNG") -> bytes:
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    picture = b'--xx\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    return b"".join(parts) + picture + file + b"\r\n--xx--\r\n"


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"size": None}, "size", "missing_required_parameter"),
        ({"prompt": None}, "prompt", "missing_required_parameter"),
        ({"model": None}, "model", "missing_required_parameter"),
        ({"aspect_ratio": "1:1"}, "aspect_ratio", "unknown_parameter"),
        ({"qualty": "low"}, "qualty", "unknown_parameter"),
        ({"size": "1000x1000"}, "size", "unsupported_size"),
        ({"quality": "ultra"}, "quality", "invalid_value"),
        ({"n": 0}, "n", "invalid_value"),
        ({"n": 9}, "n", "invalid_value"),
        ({"n": "2"}, "n", "invalid_value"),
        ({"model": "gpt-image-9"}, "model", "unknown_model"),
        ({"output_format": "gif"}, "output_format", "invalid_value"),
        ({"prompt": "  "}, "prompt", "invalid_value"),
        ({"stream": True}, "stream", "invalid_value"),
    ],
)
def test_a_wrong_field_is_400_with_its_name_and_a_code(
    sandbox: Sandbox, change: dict[str, object], param: str, code: str
) -> None:
    fields = {name: value for name, value in {**GOOD, **change}.items() if value is not None}

    status, error = refused(sandbox, json.dumps(fields).encode())

    assert (status, error["type"]) == (400, "invalid_request_error")
    assert (error["param"], error["code"]) == (param, code)
    assert param in str(error["message"])
    assert sandbox.billed == ()


def test_an_edit_needs_an_image(sandbox: Sandbox) -> None:
    status, error = refused(sandbox, json.dumps(GOOD).encode(), path="/images/edits")

    assert (status, error["param"], error["code"]) == (400, "image", "missing_required_parameter")


@pytest.mark.parametrize(
    ("fields", "param"), [({"n": "two"}, "n"), ({"n": "9"}, "n"), ({"stream": "true"}, "stream")]
)
def test_a_multipart_field_is_converted_and_then_checked(
    sandbox: Sandbox, fields: dict[str, str], param: str
) -> None:
    status, error = refused(sandbox, form(GOOD | fields), path="/images/edits", headers=FORM)

    assert (status, error["param"], error["code"]) == (400, param, "invalid_value")


def test_an_empty_upload_is_refused(sandbox: Sandbox) -> None:
    status, error = refused(sandbox, form(GOOD, b""), path="/images/edits", headers=FORM)

    assert (status, error["param"], error["code"]) == (400, "image", "invalid_value")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", JSON),
        (b"[]", JSON),
        (b"\xff", JSON),
        (b"[" * 100_000, JSON),
        (b"model=gpt-image-2", {"Content-Type": "application/x-www-form-urlencoded"}),
        (form(GOOD), FORM),
    ],
    ids=["cut", "array", "not utf-8", "deep", "urlencoded", "multipart generation"],
)
def test_a_body_that_cannot_be_read_is_400(
    sandbox: Sandbox, body: bytes, headers: dict[str, str]
) -> None:
    status, error = refused(sandbox, body, headers=headers)

    assert (status, error["code"]) == (400, "unreadable_body")


def test_a_form_without_boundary_is_400(sandbox: Sandbox) -> None:
    headers = {"Content-Type": "multipart/form-data"}

    status, error = refused(sandbox, form(GOOD), path="/images/edits", headers=headers)

    assert (status, error["code"]) == (400, "unreadable_body")


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer sk-", "Bearer pk-1", "Basic sk-test"])
def test_without_a_bearer_key_the_answer_is_401(sandbox: Sandbox, given: str) -> None:
    status, error = refused(sandbox, json.dumps(GOOD).encode(), headers={"Authorization": given})

    assert (status, error["code"]) == (401, "invalid_api_key")
    assert sandbox.billed == ()


def test_with_a_key_of_its_own_no_other_key_is_accepted() -> None:
    with Sandbox(api_key="sk-this") as sandbox:
        status, error = refused(sandbox, None, path="/models", method="GET")
        request = urllib.request.Request(
            sandbox.base_url + "/models", headers={"Authorization": "bearer sk-this"}
        )
        with urllib.request.urlopen(request) as answer:
            accepted = answer.status

    assert (status, accepted) == (401, 200)
    assert "sk-test" not in str(error["message"])


def test_an_unknown_path_is_404_and_another_method_405(sandbox: Sandbox) -> None:
    unknown = refused(sandbox, b"{}", path="/images/variations")
    wrong_method = refused(sandbox, None, method="GET")

    assert (unknown[0], unknown[1]["code"]) == (404, "unknown_url")
    assert (wrong_method[0], wrong_method[1]["code"]) == (405, "method_not_supported")
    assert "POST /v1/images/variations" in str(unknown[1]["message"])


@pytest.mark.parametrize("name", ["a.png", "0a4cc6d919c5-488d4f768d292942-0-0x0.png"])
def test_a_file_that_is_no_picture_of_ours_is_404(sandbox: Sandbox, name: str) -> None:
    url = sandbox.base_url.removesuffix("/v1") + "/files/" + name

    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(url)

    with refusal.value as answer:
        assert (answer.code, json.loads(answer.read())["error"]["code"]) == (404, "unknown_url")


def test_an_empty_text_where_an_image_belongs_is_refused(sandbox: Sandbox) -> None:
    status, error = refused(sandbox, form(GOOD | {"image": ""}), path="/images/edits", headers=FORM)

    assert (status, error["param"], error["code"]) == (400, "image", "invalid_value")
