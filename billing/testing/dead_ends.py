"""Addresses at which no request ever arrives: nothing was sent, so nothing can be charged."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

_HOST = "127.0.0.1"
# A listener with a backlog of 0 still queues one or two connections, by platform.
_FILLERS = 4


@contextlib.contextmanager
def nobody_listening() -> Iterator[str]:
    """A base URL that refuses connections, as long as the context is open.

    The port is bound but not listened on, so nobody else can take it meanwhile.
    """
    with socket.socket() as bound:
        bound.bind((_HOST, 0))
        yield _url(bound)


@contextlib.contextmanager
def never_accepting() -> Iterator[str]:
    """A base URL at which connecting neither succeeds nor fails: the backlog is full (Linux)."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((_HOST, 0))
        listener.listen(0)
        for _ in range(_FILLERS):
            filler = stack.enter_context(socket.socket())
            filler.settimeout(0)
            filler.connect_ex(listener.getsockname())
        yield _url(listener)


def _url(bound: socket.socket) -> str:
    return f"http://{_HOST}:{bound.getsockname()[1]}/v1"
