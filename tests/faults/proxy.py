"""A proxy on loopback between a ledger and its PostgreSQL that breaks what it is told to break.

The ledger asks and waits, asks and waits: so the proxy passes on one request at a time, up to its
Sync or simple query, and then the whole answer, up to ReadyForQuery. Between the two lies the
moment at which the server has committed and the client does not know it.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Literal

Moment = Literal["asked", "executed", "answered"]

_REQUEST_ENDS: Final = b"QS"
_SYNC: Final = b"S\0\0\0\4"
_FLUSH: Final = b"H\0\0\0\4"
#: The client has read what was sent to it, and waits for the rest.
_READ_WITHIN_S: Final = 0.05
#: What the server says last of a request whose Sync it has not seen: done, failed, empty, prepared.
_EXECUTED: Final = (b"C", b"E", b"I", b"1")
_TERMINATE: Final = b"X"
_READY: Final = b"Z"
_RAISE: Final = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{}', MESSAGE = 'injected'; END $$"


@dataclass(frozen=True)
class Cut:
    """Close the connection: `asked`, before the server sees it; `answered`, when it is done.

    `executed`: when the client has got the rows of a statement that is never committed, as from a
    server that ends between the two.
    """

    moment: Moment


@dataclass(frozen=True)
class Call:
    """Call something, e.g. to kill the client, at that moment, and then close the connection."""

    moment: Moment
    what: Callable[[], None]


@dataclass(frozen=True)
class Error:
    """Have the server itself fail in the place of the request, with this SQLSTATE."""

    sqlstate: str


@dataclass(frozen=True)
class Forget:
    """Have the server forget its prepared statements right before the request."""


Fault = Cut | Call | Error | Forget
#: What to do with the n-th request.
Plan = Callable[[int], Fault | None]


class Proxy:
    """Counts requests from 1 on, over all connections, while it follows a plan; `hits`: faults."""

    def __init__(self, server_port: int) -> None:
        self.plan: Plan | None = None
        self.requests = self.hits = 0
        self._server_port = server_port
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def follow(self, plan: Plan | None) -> None:
        """Count from 1 again, by another plan."""
        with self._lock:
            self.plan, self.requests, self.hits = plan, 0, 0

    def close(self) -> None:
        """Cut everybody off and be gone."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            _hang_up(one)
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket() as server:
            self._open += [client, server]
            with suppress(OSError, EOFError):
                server.connect(("127.0.0.1", self._server_port))
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server.sendall(_startup(client))
                client.sendall(_answer(server))
                while self._pass_on(client, server):
                    pass
            for one in (client, server):
                _hang_up(one)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> bool:
        """One request and its answer; False when the connection is over."""
        request = _request(client)
        if request[:1] == _TERMINATE:
            server.sendall(request)
            return False
        fault = self._fault()
        if isinstance(fault, Error):
            request = _simple_query(_RAISE.format(fault.sqlstate))
        if isinstance(fault, Forget):
            server.sendall(_simple_query("DEALLOCATE ALL"))
            _answer(server)
        if _is_due(fault, "asked"):
            return False
        if _is_due(fault, "executed") and request.endswith(_SYNC):
            server.sendall(request.removesuffix(_SYNC) + _FLUSH)
            client.sendall(_executed(server))
            time.sleep(_READ_WITHIN_S)
            return False
        server.sendall(request)
        answer = _answer(server)
        if _is_due(fault, "answered"):
            return False
        client.sendall(answer)
        return True

    def _fault(self) -> Fault | None:
        with self._lock:
            if self.plan is None:
                return None
            self.requests += 1
            fault = self.plan(self.requests)
            self.hits += fault is not None
            return fault


@contextmanager
def proxied(server_port: int) -> Iterator[Proxy]:
    """A proxy for the length of the block."""
    proxy = Proxy(server_port)
    try:
        yield proxy
    finally:
        proxy.close()


def at(number: int, fault: Fault) -> Plan:
    """The fault at one request, and no other."""
    return lambda request: fault if request == number else None


def _is_due(fault: Fault | None, moment: Moment) -> bool:
    if not isinstance(fault, Cut | Call) or fault.moment != moment:
        return False
    if isinstance(fault, Call):
        fault.what()
    return True


def _startup(client: socket.socket) -> bytes:
    head = _exactly(client, 4)
    return head + _exactly(client, struct.unpack("!I", head)[0] - 4)


def _request(client: socket.socket) -> bytes:
    whole = b""
    while True:
        message = _message(client)
        whole += message
        if message[:1] in (*_letters(_REQUEST_ENDS), _TERMINATE):
            return whole


def _answer(server: socket.socket) -> bytes:
    whole = b""
    while True:
        message = _message(server)
        whole += message
        if message[:1] == _READY:
            return whole


def _executed(server: socket.socket) -> bytes:
    whole = b""
    while True:
        message = _message(server)
        whole += message
        if message[:1] in _EXECUTED:
            return whole


def _message(peer: socket.socket) -> bytes:
    head = _exactly(peer, 5)
    return head + _exactly(peer, struct.unpack("!I", head[1:])[0] - 4)


def _simple_query(sql: str) -> bytes:
    body = sql.encode() + b"\0"
    return b"Q" + struct.pack("!I", len(body) + 4) + body


def _letters(letters: bytes) -> tuple[bytes, ...]:
    return tuple(bytes([letter]) for letter in letters)


def _exactly(peer: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        part = peer.recv(count - len(got))
        if not part:
            raise EOFError
        got += part
    return got


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
