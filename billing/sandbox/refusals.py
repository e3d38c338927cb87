"""Errors in OpenAI's shape, the bearer check, every answer's request id; it prices nothing."""

from __future__ import annotations

import hmac
import re
import uuid

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from pricing.errors import RequestError

REQUEST_ID = web.RequestKey("request_id", str)

_ANY_KEY = re.compile(r"sk-\S+")
#: `error.code` of what the router and the server refuse.
_CODES = {404: "unknown_url", 405: "method_not_supported", 413: "request_too_large"}


def error_answer(
    status: int, message: str, *, code: str | None = None, param: str | None = None
) -> web.Response:
    """An answer with OpenAI's error object; its type follows from the status."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    kind = "rate_limit_error" if status == 429 else kind
    error = {"message": message, "type": kind, "param": param, "code": code}
    return web.json_response({"error": error}, status=status)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request its id, and turn what is refused into OpenAI's shape."""
    request[REQUEST_ID] = f"req_{uuid.uuid4().hex}"
    try:
        return await handler(request)
    except RequestError as refusal:
        return error_answer(400, refusal.message, code=refusal.code, param=refusal.param)
    except web.HTTPException as refusal:
        where = f"{request.method} {request.path}"
        answer = error_answer(
            refusal.status, f"{refusal.reason} ({where}).", code=_CODES.get(refusal.status)
        )
        if "Allow" in refusal.headers:
            answer.headers["Allow"] = refusal.headers["Allow"]
        return answer


async def send_request_id(request: web.BaseRequest, answer: web.StreamResponse) -> None:
    """Put the request's id on the answer, whatever the answer is."""
    answer.headers["x-request-id"] = request[REQUEST_ID]


def bearer(api_key: str | None) -> Middleware:
    """The check of `Authorization` under /v1: the one key, or any like `sk-...` when None."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v1/"):
            return await handler(request)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _fits(given.strip(), api_key):
            return await handler(request)
        expected = (
            "any key of the form sk-..." if api_key is None else "the key it was started with"
        )
        message = f"Send Authorization: Bearer sk-...; this sandbox takes {expected}."
        return error_answer(401, message, code="invalid_api_key")

    return check


def _fits(given: str, api_key: str | None) -> bool:
    if api_key is None:
        return _ANY_KEY.fullmatch(given) is not None
    return hmac.compare_digest(given.encode(errors="replace"), api_key.encode())
