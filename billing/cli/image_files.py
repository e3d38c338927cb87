"""Saving the images of an answer: fetched from http(s) or decoded, under names that we make."""

from __future__ import annotations

import base64
import binascii
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
)

from billing.errors import BillingError

#: More than any image of these sizes; an answer that never ends must not fill the disk.
LARGEST_BYTES: Final = 128 * 1024 * 1024
_TIMEOUT_S: Final = 60
_MAGIC: Final = {b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}


class ImageNotSaved(BillingError):
    """An image was paid for and could not be fetched or written."""

    code = "image_not_saved"

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(f"{where}: {detail}. The call is paid.")


def save(directory: Path, stem: str, *, url: str | None, b64: str | None) -> Path:
    """Write one image to `<stem>.png` (or .jpeg, .webp, by its first bytes), whole or not at all.

    Raises:
        ImageNotSaved: It cannot be fetched, decoded or written.
    """
    content = _decoded(stem, b64) if b64 else _fetched(url or "")
    kind = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), "png")
    path = directory / f"{stem}.{kind}"
    part = path.with_name(f".{path.name}.part")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise ImageNotSaved(str(path), error.strerror or type(error).__name__) from None
    return path


def _decoded(stem: str, b64: str) -> bytes:
    try:
        return base64.b64decode(b64, validate=True)
    except binascii.Error as error:
        raise ImageNotSaved(stem, f"the base64 is broken ({error})") from None


def _fetched(url: str) -> bytes:
    """The bytes behind an address; a server must not make us read files or other protocols."""
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ImageNotSaved(url[:200], "only http and https are fetched")
        with _opener().open(url, timeout=_TIMEOUT_S) as answer:
            content = answer.read(LARGEST_BYTES + 1)
    except (HTTPException, URLError, OSError, ValueError) as error:
        raise ImageNotSaved(url[:200], str(error)) from None
    if len(content) > LARGEST_BYTES:
        raise ImageNotSaved(url[:200], f"larger than {LARGEST_BYTES // 1024**2} MiB")
    assert isinstance(content, bytes)
    return content


def _opener() -> OpenerDirector:
    # `build_opener` would add file: and ftp:, which a redirect could then lead to.
    opener = OpenerDirector()
    for handler in (
        *(ProxyHandler, HTTPHandler, HTTPSHandler),
        *(HTTPDefaultErrorHandler, HTTPRedirectHandler, HTTPErrorProcessor),
    ):
        opener.add_handler(handler())
    return opener
