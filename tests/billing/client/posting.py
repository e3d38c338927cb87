"""`client.post` to an image path, by either client: what it sends, and what came of it."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import ImagesResponse

from tests.billing.client.calling import FIELDS, MODES, URL, Desk

GENERATIONS, EDITS = "/images/generations", "/images/edits"
EDIT_FIELDS = {**FIELDS, "image": URL}
MULTIPART = {"headers": {"Content-Type": "multipart/form-data"}}
UPLOAD = {"body": FIELDS, "files": [("image", b"a picture")], "options": MULTIPART}
on_both = pytest.mark.parametrize("mode", MODES)


def post(
    desk: Desk, client: OpenAI | AsyncOpenAI, path: str = GENERATIONS, **changed: object
) -> object:
    """What a post answered with, or raised."""
    arguments: dict[str, Any] = {"cast_to": ImagesResponse, "body": FIELDS, **changed}
    try:
        return desk.done(client.post(path, **arguments))
    except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
        return raised
