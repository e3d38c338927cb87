"""Streams of server-sent events as image providers send them, and as they go wrong.

Every function returns an `Action`. A stream has no length: it ends when the connection does.
"""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps

from billing.testing.actions import CREATED, error_body, image_item
from billing.testing.exchange import Action, Exchange

#: What the stream ends with, when the provider says so.
DONE = b"data: [DONE]\n\n"


def event(kind: str, data: Mapping[str, object]) -> bytes:
    """One event; `kind` such as `completed` is spelt out by what was asked for."""
    return f"event: {kind}\ndata: {dumps({'type': kind, **data})}\n\n".encode()


def sse(
    k: int = 1,
    *,
    partials: int = 1,
    b64: bool = True,
    usage: Mapping[str, object] | None = None,
    done: bool = False,
) -> Action:
    """A complete stream: `k` images, each after so many partial ones; `done` ends it as chat does.

    `usage` comes with every completed image.
    """

    def play(exchange: Exchange) -> None:
        _begin(exchange)
        for number in range(1, k + 1):
            _send_image(exchange, number, partials=partials, b64=b64, usage=usage)
        if done:
            exchange.send(DONE)

    return Action(f"sse {k}", play)


def sse_cut(k: int = 0, *, partials: int = 1) -> Action:
    """`k` whole images and then half an event of the next; then the connection is cut."""

    def play(exchange: Exchange) -> None:
        _send_most(exchange, k, partials)
        # The head promised more, so that no client takes this for the end.

    return Action(f"sse cut after {k}", play)


def sse_stalled(seconds: float = 30.0, *, k: int = 0, partials: int = 1) -> Action:
    """The same, but the connection stays open and silent for `seconds`."""

    def play(exchange: Exchange) -> None:
        _send_most(exchange, k, partials)
        exchange.wait(seconds)

    return Action(f"sse stalled after {k}", play)


def sse_without_completed(*, partials: int = 2) -> Action:
    """Partial images, and then an orderly end without any whole one."""

    def play(exchange: Exchange) -> None:
        _begin(exchange)
        _send_partials(exchange, partials)

    return Action("sse without completed", play)


def sse_error(k: int = 0, message: str = "The image could not be made.") -> Action:
    """`k` whole images, and then an error event."""

    def play(exchange: Exchange) -> None:
        _begin(exchange)
        for number in range(1, k + 1):
            _send_image(exchange, number)
        said = error_body(500, message, "image_generation_failed")
        exchange.send(event("error", said))

    return Action(f"sse error after {k}", play)


def _begin(exchange: Exchange, length: int | None = None) -> None:
    headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
    exchange.send(exchange.head(200, length, headers))


def _send_most(exchange: Exchange, k: int, partials: int) -> None:
    _begin(exchange, length=1_000_000_000)
    for number in range(1, k + 1):
        _send_image(exchange, number)
    _send_partials(exchange, partials)
    whole = event(_kind(exchange, "completed"), image_item(k + 1, b64=True))
    exchange.send(whole[: len(whole) // 2])


def _send_image(
    exchange: Exchange,
    number: int,
    *,
    partials: int = 1,
    b64: bool = True,
    usage: Mapping[str, object] | None = None,
) -> None:
    _send_partials(exchange, partials)
    completed: dict[str, object] = {"created_at": CREATED, **image_item(number, b64=b64)}
    if usage is not None:
        completed["usage"] = usage
    exchange.send(event(_kind(exchange, "completed"), completed))


def _send_partials(exchange: Exchange, count: int) -> None:
    for index in range(count):
        partial = {"partial_image_index": index, **image_item(1, b64=True)}
        exchange.send(event(_kind(exchange, "partial_image"), partial))


def _kind(exchange: Exchange, what: str) -> str:
    """`image_generation.completed`, or `image_edit.completed` where an edit was asked for."""
    is_edit = exchange.request.path.partition("?")[0].endswith("/edits")
    return f"{'image_edit' if is_edit else 'image_generation'}.{what}"
