"""HTTP/1.1 as bytes: reads one request from a socket, writes one head; it decides nothing.

A request that breaks off is not an error here: what arrived is what is recorded.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

_CHUNK = 65536
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request as it arrived; header names are lower case, the body is raw bytes."""

    #: 1 for the first request that the provider saw.
    number: int
    #: When the last byte of it was read, aware UTC.
    received_at: datetime
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    #: Name of the action that answered, `exhausted` when the script had none left.
    action: str

    def json(self) -> object:
        """The body as JSON; raises `json.JSONDecodeError` when it is something else."""
        parsed: object = json.loads(self.body)
        return parsed


@dataclass(frozen=True, slots=True)
class RequestHead:
    """Request line and headers, and the first bytes of the body that came with them."""

    method: str
    path: str
    headers: Mapping[str, str]
    early: bytes


def read_head(connection: socket.socket) -> RequestHead | None:
    """The head of the next request, or None when the peer left without sending a whole one."""
    received = bytearray()
    while b"\r\n\r\n" not in received:
        piece = connection.recv(_CHUNK)
        if not piece:
            return None
        received += piece
    head, _, early = bytes(received).partition(b"\r\n\r\n")
    request_line, *header_lines = head.decode("latin-1").split("\r\n")
    method, path, *_ = [*request_line.split(" "), "", ""]
    pairs = (line.partition(":") for line in header_lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return RequestHead(method, path, headers, early)


def read_body(connection: socket.socket, head: RequestHead) -> bytes:
    """The body by content-length or chunks; less when the peer stopped sending."""
    if head.headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        return _read_chunks(connection, head.early)
    body = bytearray(head.early)
    length = int(head.headers.get("content-length", "0"))
    while len(body) < length:
        piece = connection.recv(_CHUNK)
        if not piece:
            break
        body += piece
    return bytes(body)


def head_bytes(status: int, headers: Mapping[str, str], *, length: int | None) -> bytes:
    """Status line and headers; every answer closes its connection, without a length by that."""
    lines = [f"HTTP/1.1 {status} {_phrase(status)}", "Connection: close"]
    if status not in _BODILESS and length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _read_chunks(connection: socket.socket, early: bytes) -> bytes:
    received, body = bytearray(early), bytearray()
    while True:
        while b"\r\n" not in received:
            if not _receive_into(received, connection):
                return bytes(body)
        line, _, rest = bytes(received).partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        received = bytearray(rest)
        while len(received) < size + 2:
            if not _receive_into(received, connection):
                return bytes(body + received[:size])
        if size == 0:
            return bytes(body)
        body += received[:size]
        del received[: size + 2]


def _receive_into(buffer: bytearray, connection: socket.socket) -> bool:
    piece = connection.recv(_CHUNK)
    buffer += piece
    return bool(piece)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Scripted"
