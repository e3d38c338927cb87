"""`ScriptedProvider`: a loopback HTTP server that plays a list of actions and logs every request.

One thread accepts, one thread per connection answers one request and closes. It binds to
127.0.0.1 only and knows nothing of images, prices or keys.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from billing.testing.actions import error
from billing.testing.exchange import Action, Exchange
from billing.testing.wire import RecordedRequest, RequestHead, read_body, read_head

_HOST = "127.0.0.1"
_BACKLOG = 128
_JOIN_S = 5.0
_EXHAUSTED = "exhausted"


class ScriptedProvider:
    """A provider that does what the script says: one action per request, in order of arrival.

    `actions` may be endless (`itertools.repeat(images(1))`). When they run out, requests are
    answered with 500 and a message that says so, and are listed in `unexpected`. A context
    manager; `start` and `stop` do the same by hand.
    """

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions = iter(actions)
        self._taken = 0
        self._requests: list[RecordedRequest] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._acceptor: _Acceptor | None = None
        self._port = 0

    @property
    def port(self) -> int:
        """The port on 127.0.0.1, 0 before `start`."""
        return self._port

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/v1`, what a client takes as its base URL."""
        return f"http://{_HOST}:{self._port}/v1"

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """Everything received so far, in the order in which it was complete."""
        with self._lock:
            return tuple(self._requests)

    @property
    def posts(self) -> int:
        """How many POSTs were received so far: each one could be a paid generation."""
        return sum(request.method == "POST" for request in self.requests)

    @property
    def unexpected(self) -> tuple[RecordedRequest, ...]:
        """The requests for which the script had no action left."""
        return tuple(request for request in self.requests if request.action == _EXHAUSTED)

    def start(self) -> Self:
        """Listen on a free port; returns when connections are accepted."""
        assert self._acceptor is None, "the provider was started before"
        self._acceptor = _Acceptor(self._take_in)
        self._port = self._acceptor.port
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """Close the listener and every connection, end every wait; safe to call twice."""
        self._stopping.set()
        self.close_listener()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_JOIN_S)

    def close_listener(self) -> None:
        """Refuse connections from now on; those that are open go on."""
        if self._acceptor is not None:
            self._acceptor.end()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _take_in(self, connection: socket.socket) -> None:
        thread = threading.Thread(target=self._converse, args=(connection,))
        with self._lock:
            self._open.add(connection)
        self._threads.append(thread)
        thread.start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            # The peer may leave at any time, and stop() closes under our feet: neither is a fault.
            with contextlib.suppress(OSError):
                self._answer_one(connection)
        finally:
            with self._lock:
                self._open.discard(connection)
                connection.close()

    def _answer_one(self, connection: socket.socket) -> None:
        head = read_head(connection)
        if head is None:
            return
        number, action = self._take(head)
        body = read_body(connection, head) if action.reads_body else b""
        request = RecordedRequest(
            number, datetime.now(UTC), head.method, head.path, head.headers, body, action.name
        )
        with self._lock:
            self._requests.append(request)
        action.play(
            Exchange(request, connection, self.base_url, self.close_listener, self._stopping)
        )

    def _take(self, head: RequestHead) -> tuple[int, Action]:
        with self._lock:
            self._taken += 1
            action = next(self._actions, None)
            if action is not None:
                return self._taken, action
            message = (
                f"The script is exhausted: request {self._taken} "
                f"({head.method} {head.path}) has no action left."
            )
            answer = error(500, message, code="script_exhausted")
            return self._taken, Action(_EXHAUSTED, answer.play)


class _Acceptor(threading.Thread):
    """The thread that accepts, and owns the listener: both end together."""

    def __init__(self, take_in: Callable[[socket.socket], None]) -> None:
        super().__init__(name="scripted-provider")
        self._listener = socket.create_server((_HOST, 0), backlog=_BACKLOG)
        self._waker, self._woken = socket.socketpair()
        self._take_in = take_in
        self.port: int = self._listener.getsockname()[1]

    def run(self) -> None:
        with self._listener, self._woken:
            while True:
                ready, _, _ = select.select([self._listener, self._woken], [], [])
                if self._woken in ready:
                    return
                connection, _ = self._listener.accept()
                self._take_in(connection)

    def end(self) -> None:
        """Close the listener; when this returns, connections are refused. Safe to call twice."""
        # Closing the socket from here would not do: the select() above keeps it alive.
        self._waker.close()
        self.join(_JOIN_S)
