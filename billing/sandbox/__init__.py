"""A local image API for development: it prices, bills, answers, and misbehaves on demand.

It listens on 127.0.0.1 only, makes no real images and keeps no accounts. It speaks
`POST /v1/images/generations`, `POST /v1/images/edits` (JSON or multipart), `GET /v1/models` and
`GET /files/<name>`, with errors in OpenAI's shape and an `x-request-id` on every answer. What it
bills it appends to a statement in the canonical CSV format, one synced line per request.

    >>> from billing.sandbox import Sandbox
    >>> with Sandbox() as sandbox:
    ...     sandbox.base_url.startswith("http://127.0.0.1:")
    True

The header `X-Sandbox` of an image request asks for misbehaviour; directives are joined by commas:

    deliver=K        make and bill only K of the n images (K from 0 to n)
    over-deliver=K   make K images more than n (K from 1 to 8), bill n
    stall=SECONDS    do the work, bill it, then wait before going on (up to 600)
    cut              do the work, bill it, close the connection without an answer
    cut-body         do the work, bill it, send the head and half of the body, then close
    status=CODE      answer with that status (200 to 599) and an error object, bill nothing
    empty            200 with no images in `data`, bill nothing
    html             200 with a page of HTML, bill nothing
    billed           bill all the images all the same: with status, empty, html, over-deliver

One of cut, cut-body, status, empty and html; one of deliver and over-deliver. A request that a
provider would refuse is refused before it can misbehave.
"""

from __future__ import annotations

from billing.errors import MissingExtra

_EXTRA = frozenset({"PIL", "aiohttp"})

try:
    from billing.sandbox.loop_thread import CannotListen
    from billing.sandbox.server import Sandbox, serve
    from billing.sandbox.statement_file import BilledLine
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in _EXTRA:
        raise
    raise MissingExtra("sandbox", "The sandbox image API") from None

__all__ = ["BilledLine", "CannotListen", "Sandbox", "serve"]
