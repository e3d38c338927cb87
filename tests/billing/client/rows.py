"""What providers and networks have been seen to do, and what the ledger makes of it.

Whole answers and streams; every way to ask for images is tested by these tables.
"""

from __future__ import annotations

from typing import NamedTuple

from billing.ledger.transfers import HoldState
from billing.testing import (
    Action,
    Exchange,
    close_listener,
    close_without_answer,
    drip,
    empty_200,
    error,
    error_object_200,
    half_body_then_close,
    half_body_then_stall,
    html_200,
    images,
    redirect,
    reply,
    reset_without_answer,
    sse,
    sse_cut,
    sse_error,
    sse_stalled,
    sse_without_completed,
    stall,
    truncated_json,
)

REFUSED = (400, 401, 402, 403, 404, 413, 422, 429, 451)
UNCLEAR = (405, 408, 409, 500, 502, 503, 504, 529)
REDIRECTS = (301, 302, 303, 307, 308)
SOON_S = 0.3


class Row(NamedTuple):
    """One row: what the provider does, what the ledger makes of it, what the head said."""

    action: Action
    state: HoldState
    images: int = 0
    status: int | None = None
    timeout_s: float = 10
    #: Where the bare SDK returns text or an empty result, or lets a JSON error through.
    leaks: bool = False
    #: Items that arrived, where that is not what is paid.
    arrived: int | None = None
    #: Where the action's own name could be another row's.
    called: str = ""

    @property
    def name(self) -> str:
        """What happens."""
        return self.called or self.action.name

    @property
    def delivered(self) -> int:
        """Items that arrived, as the evidence has it."""
        return self.images if self.arrived is None else self.arrived

    def __str__(self) -> str:
        return f"{self.name}-{self.state}"


def refused(status: int, **headers: str) -> Row:
    """An error answer whose headers say something of another attempt."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    said = " ".join(f"{name}: {value}" for name, value in named.items())
    state: HoldState = "voided" if status in REFUSED else "in_doubt"
    return Row(
        error(status, headers=named), state, status=status, called=f"reply {status} {said}".strip()
    )


def head_of_502_then_close() -> Action:
    def play(exchange: Exchange) -> None:
        exchange.respond(502, b"x" * 100, only=10)

    return Action("502 then close", play)


def chunked(name: str, *, ends: bool) -> Action:
    """One image in two chunks, without a length; or half of it."""
    body = b'{"created": 1778688000, "data": [{"url": "https://x.test/1.png"}]}'
    pieces = (body[:30], body[30:]) if ends else (body[:30],)

    def play(exchange: Exchange) -> None:
        exchange.send(exchange.head(200, None, {"transfer-encoding": "chunked"}))
        for piece in pieces:
            exchange.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        exchange.send(b"0\r\n\r\n" if ends else b"")

    return Action(name, play)


def go_on_first(then: Action) -> Action:
    """An interim answer before the real one."""

    def play(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        then.play(exchange)

    return Action(f"100 then {then.name}", play)


def unclear(name: str, action: Action, *, status: int = 200) -> Row:
    """A success that is no answer; the bare SDK shows it as if it were one."""
    return Row(action, "in_doubt", status=status, leaks=True, called=name)


ROWS = [
    *(refused(status) for status in (*REFUSED, *UNCLEAR)),
    *(Row(redirect(status), "in_doubt", status=status) for status in REDIRECTS),
    refused(429, retry_after="0"),
    refused(429, retry_after="Mon, 30 Nov 2026 12:00:00 GMT"),
    refused(429, retry_after_ms="1"),
    refused(503, x_should_retry="true"),
    refused(500, x_should_retry="false"),
    refused(400, x_should_retry="true"),
    Row(close_without_answer(), "in_doubt"),
    Row(close_listener(), "in_doubt"),
    Row(reset_without_answer(), "in_doubt"),
    Row(half_body_then_close(), "in_doubt", status=200),
    Row(half_body_then_stall(), "in_doubt", status=200, timeout_s=SOON_S),
    Row(head_of_502_then_close(), "in_doubt", status=502),
    Row(stall(30), "in_doubt", timeout_s=SOON_S, called="stall"),
    *(Row(images(k), "captured", images=k, status=200) for k in (1, 3, 4)),
    Row(images(2, n_null=2), "captured", images=2, status=200, called="images 2 null 2"),
    Row(images(4, b64=True), "captured", images=4, status=200, called="images 4 base64"),
    Row(images(5), "captured", images=4, status=200, arrived=5),
    Row(drip(0.02), "captured", images=1, status=200, called="drip"),
    Row(
        images(1, headers={"content-type": "text/plain"}),
        "captured",
        images=1,
        status=200,
        called="images 1 as text",
    ),
    Row(chunked("chunked", ends=True), "captured", images=1, status=200),
    Row(chunked("chunked cut", ends=False), "in_doubt", status=200),
    Row(go_on_first(images(3)), "captured", images=3, status=200),
    Row(
        reply(200, body=b"no gzip", headers={"content-encoding": "gzip"}),
        "in_doubt",
        status=200,
        called="broken gzip",
    ),
    Row(images(0), "in_doubt", status=200),
    Row(images(0, n_null=4), "in_doubt", status=200, called="images 0 null 4"),
    Row(reply(200, json={}), "in_doubt", status=200, called="without data"),
    Row(reply(202, json={"id": "task_1"}), "in_doubt", status=202),
    unclear("html", html_200()),
    unclear("error object", error_object_200()),
    unclear("truncated json", truncated_json()),
    unclear("empty", empty_200()),
    unclear("a list", reply(200, json=["https://x.test/1.png"])),
    unclear("text", reply(200, text="please wait")),
    unclear("reply 204", reply(204), status=204),
]

STREAMS = [
    Row(sse(4), "captured", images=4, status=200),
    Row(sse(2, partials=3), "captured", images=2, status=200),
    Row(sse(4, b64=False), "captured", images=4, status=200, called="sse 4 addresses"),
    Row(sse(1, done=True), "captured", images=1, status=200, called="sse 1 done"),
    Row(sse(5), "captured", images=4, status=200, arrived=5),
    Row(sse_without_completed(), "in_doubt", status=200),
    Row(sse_cut(), "in_doubt", status=200),
    Row(sse_cut(2), "in_doubt", status=200, arrived=2),
    Row(sse_stalled(), "in_doubt", status=200, timeout_s=SOON_S),
    Row(sse_error(), "in_doubt", status=200),
    Row(sse_error(1), "in_doubt", status=200, arrived=1),
]

#: Names of a row of each kind, where all would take too long.
CORE = ("images 3", "images 5", "reply 429", "reply 500", "half body then close", "html")
