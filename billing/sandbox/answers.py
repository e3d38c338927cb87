"""How a priced and billed request is answered: with pictures, or as the rehearsal asks for."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from aiohttp import web

from billing.sandbox.behaviours import HEADER, Behaviour
from billing.sandbox.pictures import Picture
from billing.sandbox.refusals import error_answer

_PAGE = "<!doctype html><title>Sandbox</title><p>A page of HTML where JSON was expected.</p>"


async def give_answer(
    request: web.Request,
    behaviour: Behaviour,
    pictures: Sequence[Picture],
    *,
    created: int,
    in_base64: bool,
) -> web.StreamResponse:
    """Answer with the pictures, or in the way that `behaviour` asks for."""
    data = [_item(picture, _origin(request), in_base64=in_base64) for picture in pictures]
    content = {"created": created, "data": data}
    match behaviour.ending:
        case "cut":
            return _hang_up(request, web.Response())
        case "cut-body":
            return await _half(request, json.dumps(content).encode())
        case "status":
            message = f"The sandbox answers {behaviour.status}, as {HEADER} asked."
            return error_answer(behaviour.status, message, code="sandbox")
        case "html":
            return web.Response(text=_PAGE, content_type="text/html")
        case "empty":
            return web.json_response(content | {"data": []})
        case "answer":
            return web.json_response(content)


async def _half(request: web.Request, body: bytes) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    answer.content_length = len(body)
    await answer.prepare(request)
    await answer.write(body[: len(body) // 2])
    return _hang_up(request, answer)


def _hang_up(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """Close the connection (FIN, after what was written); the server drops the rest of `answer`."""
    if request.transport is not None:
        request.transport.close()
    return answer


def _item(picture: Picture, origin: str, *, in_base64: bool) -> dict[str, str]:
    if in_base64:
        return {"b64_json": base64.b64encode(picture.paint()).decode()}
    return {"url": f"{origin}/files/{picture.name}"}


def _origin(request: web.Request) -> str:
    # A client that hung up has no socket any more; nobody will read the address either.
    host, port = (request.get_extra_info("sockname") or ("127.0.0.1", 0))[:2]
    return f"http://{host}:{port}"
