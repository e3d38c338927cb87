"""The answers that image providers and the networks before them really give, one function each.

Every function returns an `Action`; none of them looks at the request.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from json import dumps

from billing.testing.exchange import Action, Exchange

#: The `created` of every scripted answer, seconds since 1970.
CREATED = 1_778_688_000
# A grey picture of one pixel, complete and valid.
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
_HTML = "<!doctype html><title>502</title><p>Bad gateway, says a proxy with status 200.</p>"

Headers = Mapping[str, str | None]


def reply(
    status: int = 200,
    *,
    json: object = None,
    text: str | None = None,
    body: bytes | None = None,
    headers: Headers | None = None,
) -> Action:
    """Answer with `status` and one of `json`, `text` (as text/plain) or `body`, or with nothing."""
    kinds: dict[str, str | None] = {"content-type": "text/plain"} if text is not None else {}
    payload = body if body is not None else (text or "").encode()
    if json is not None:
        payload = dumps(json).encode()
    sent: Headers = kinds | dict(headers or {})
    return Action(
        f"reply {status}", lambda exchange: exchange.respond(status, payload, headers=sent)
    )


def images(
    k: int,
    *,
    n_null: int = 0,
    b64: bool = False,
    extra: Mapping[str, object] | None = None,
    headers: Headers | None = None,
) -> Action:
    """200 with `k` deliverable items, then `n_null` whose url and b64_json are null.

    `extra` is merged into the answer, for `usage`, `size` or `quality`.
    """
    body = _images_body(k, n_null=n_null, b64=b64, extra=extra)
    return Action(f"images {k}", lambda exchange: exchange.respond(200, body, headers=headers))


def error(
    status: int,
    message: str = "A scripted refusal.",
    *,
    code: str | None = None,
    headers: Headers | None = None,
) -> Action:
    """`status` with an error object in OpenAI's shape."""
    return reply(status, json=error_body(status, message, code), headers=headers)


def truncated_json() -> Action:
    """200 whose JSON stops half way, under the right content-length for what is sent."""
    body = _images_body(1)
    return reply(200, body=body[: len(body) // 2])


def half_body_then_close(k: int = 1) -> Action:
    """200, the whole head (request id included), half of the promised body, then FIN."""
    return Action("half body then close", lambda exchange: _send_half(exchange, k))


def half_body_then_stall(seconds: float = 30.0, *, k: int = 1) -> Action:
    """Like `half_body_then_close`, but the connection stays open and silent for `seconds`."""

    def play(exchange: Exchange) -> None:
        _send_half(exchange, k)
        exchange.wait(seconds)

    return Action("half body then stall", play)


def close_without_answer() -> Action:
    """Read the whole request, then FIN: the server may well have done the work."""
    return Action("close without answer", lambda _exchange: None)


def reset_without_answer() -> Action:
    """Read the whole request, then RST."""
    return Action("reset without answer", Exchange.reset)


def stall(seconds: float, *, then: Action | None = None) -> Action:
    """Stay silent for `seconds`, then play `then` (one image when it is left out)."""
    after = then or images(1)

    def play(exchange: Exchange) -> None:
        exchange.wait(seconds)
        after.play(exchange)

    return Action(f"stall {seconds} s", play)


def drip(seconds: float, *, pieces: int = 10, k: int = 1) -> Action:
    """A good answer in `pieces`, a pause of `seconds` before each: slips under read timeouts."""
    body = _images_body(k)
    step = -(-len(body) // pieces)

    def play(exchange: Exchange) -> None:
        exchange.send(exchange.head(200, len(body), {}))
        for start in range(0, len(body), step):
            exchange.wait(seconds)
            exchange.send(body[start : start + step])

    return Action(f"drip {seconds} s", play)


def redirect(status: int = 307, location: str | None = None) -> Action:
    """A redirect, to the same path of this provider when `location` is left out.

    Whoever follows it sends another request, and finds it in the log.
    """

    def play(exchange: Exchange) -> None:
        target = location or exchange.request.path
        exchange.respond(status, headers={"location": target})

    return Action(f"redirect {status}", play)


def empty_200() -> Action:
    """200, application/json, no body at all."""
    return reply(200, body=b"")


def error_object_200(message: str = "The image could not be made.") -> Action:
    """200 whose body is an error object."""
    return reply(200, json=error_body(500, message, None))


def html_200() -> Action:
    """200 with a page of HTML, as a proxy in between sends it."""
    return reply(200, text=_HTML, headers={"content-type": "text/html; charset=utf-8"})


def close_listener(then: Action | None = None) -> Action:
    """Close the listener, then play `then` (FIN when left out): whoever retries is refused."""
    after = then or close_without_answer()

    def play(exchange: Exchange) -> None:
        exchange.close_listener()
        after.play(exchange)

    return Action("close listener", play)


def ignore_body(seconds: float = 30.0) -> Action:
    """Leave the body unread for `seconds`, then close: a large upload meets a write timeout."""
    return Action("ignore body", lambda exchange: exchange.wait(seconds), reads_body=False)


def _send_half(exchange: Exchange, k: int) -> None:
    body = _images_body(k)
    exchange.respond(200, body, only=len(body) // 2)


def _images_body(
    k: int, *, n_null: int = 0, b64: bool = False, extra: Mapping[str, object] | None = None
) -> bytes:
    data: list[dict[str, str | None]] = [image_item(number, b64=b64) for number in range(1, k + 1)]
    data += [{"url": None, "b64_json": None}] * n_null
    return dumps({"created": CREATED, "data": data} | dict(extra or {})).encode()


def image_item(number: int, *, b64: bool) -> dict[str, str | None]:
    """One deliverable item, as `data` has it."""
    if b64:
        return {"b64_json": base64.b64encode(_PNG).decode()}
    return {"url": f"https://images.invalid/{number}.png"}


def error_body(status: int, message: str, code: str | None) -> dict[str, object]:
    """An error object in OpenAI's shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
