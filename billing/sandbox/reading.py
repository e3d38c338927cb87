"""Reads an image request from JSON or multipart; which values are allowed is pricing's to say."""

from __future__ import annotations

import json
import re

from aiohttp import web

from pricing.errors import InvalidValue, MissingParameter, RequestError

#: Multipart carries text only: these fields are numbers, flags and files.
_NUMBERS = frozenset({"n", "output_compression", "partial_images"})
_FLAGS = {"true": True, "false": False}
_FILES = frozenset({"image", "image[]", "images", "images[]", "mask"})
_WHOLE = re.compile(r"-?[0-9]{1,18}")


class UnreadableBody(RequestError):
    """The body is not of a type, or not in a form, that the endpoint reads."""

    code = "unreadable_body"


async def read_fields(request: web.Request, endpoint: str) -> dict[str, object]:
    """The fields of the request as a JSON body would carry them; uploaded files become bytes.

    Raises:
        UnreadableBody: Another content type, broken JSON, or JSON that is not an object.
        InvalidValue: An uploaded file that is empty, or a text where a file belongs.
    """
    if request.content_type == "application/json":
        return _from_json(await request.read())
    if request.content_type == "multipart/form-data" and endpoint == "edits":
        return await _from_multipart(request)
    allowed = "application/json" + (" or multipart/form-data" if endpoint == "edits" else "")
    raise UnreadableBody(f"Content-Type {request.content_type} is not read here; send {allowed}.")


def check_call(fields: dict[str, object], endpoint: str) -> None:
    """Refuse what has a price and cannot be made: no prompt, no image to edit, a stream.

    Raises:
        RequestError: `MissingParameter` or `InvalidValue`.
    """
    if "prompt" not in fields:
        raise MissingParameter("prompt")
    if not str(fields["prompt"]).strip():
        raise InvalidValue("prompt", fields["prompt"], allowed="a text that says what to make")
    if endpoint == "edits" and "image" not in fields and "images" not in fields:
        raise MissingParameter("image", allowed=["image", "images"])
    if fields.get("stream"):
        raise InvalidValue("stream", fields["stream"], allowed="false: the sandbox does not stream")


def _from_json(body: bytes) -> dict[str, object]:
    try:
        fields: object = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableBody("The body is not valid JSON.") from None
    if not isinstance(fields, dict):
        raise UnreadableBody("The body must be a JSON object with the fields of the request.")
    return fields


async def _from_multipart(request: web.Request) -> dict[str, object]:
    try:
        form = await request.post()
    except ValueError:  # no boundary, or parts that do not end
        raise UnreadableBody("The body is not valid multipart/form-data.") from None
    fields: dict[str, object] = {}
    pictures: list[object] = []
    for name, value in form.items():
        if name in _FILES:
            picture = _file(name, value)
            if name == "mask":
                fields["mask"] = picture
            else:
                pictures.append(picture)
        else:
            fields[name] = _typed(name, str(value))
    if pictures:
        fields |= {"image": pictures[0]} if len(pictures) == 1 else {"images": pictures}
    return fields


def _file(name: str, value: str | bytes | bytearray | web.FileField) -> bytes | str:
    if isinstance(value, web.FileField):
        content = value.file.read()
        if not content:
            raise InvalidValue(name, value.filename, allowed="a file that is not empty")
        return content
    if not value:
        raise InvalidValue(name, value, allowed="a file or a URL")
    return value if isinstance(value, str) else bytes(value)


def _typed(name: str, text: str) -> object:
    """The JSON value of a form field; what does not fit stays text, for pricing to refuse."""
    if name in _NUMBERS and _WHOLE.fullmatch(text):
        return int(text)
    return _FLAGS.get(text, text) if name == "stream" else text
