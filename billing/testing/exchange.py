"""What an action is, and what it may do with the connection that it answers on."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from billing.testing.wire import RecordedRequest, head_bytes

# l_onoff=1, l_linger=0: close() then drops what is unsent and answers with RST instead of FIN.
_LINGER_ZERO = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Action:
    """How one request is answered; make your own with a name and a function of the `Exchange`."""

    name: str
    play: Callable[[Exchange], None]
    #: False: the body stays unread, so that a large upload blocks in the client.
    reads_body: bool = True

    def __repr__(self) -> str:
        return f"<action {self.name}>"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its connection; after the action returns the connection is closed (FIN)."""

    request: RecordedRequest
    connection: socket.socket
    base_url: str
    #: Closes the provider's listener: whoever connects after that is refused.
    close_listener: Callable[[], None]
    _stopping: threading.Event

    def respond(
        self,
        status: int,
        body: bytes = b"",
        *,
        headers: Mapping[str, str | None] | None = None,
        only: int | None = None,
    ) -> None:
        """Send an answer; with `only`, the head promises the whole body and `only` bytes follow.

        `content-type` is application/json and `x-request-id` is made from the request's number
        unless `headers` say otherwise; a header of None is left out.
        """
        self.send(self.head(status, len(body), headers or {}) + body[:only])

    def head(self, status: int, length: int | None, headers: Mapping[str, str | None]) -> bytes:
        """The head that `respond` sends, for a body of `length` bytes, or as long as it comes."""
        merged: dict[str, str | None] = {
            "content-type": "application/json",
            "x-request-id": f"req_{self.request.number:032x}",
        }
        merged |= {name.lower(): value for name, value in headers.items()}
        present = {name: value for name, value in merged.items() if value is not None}
        return head_bytes(status, present, length=length)

    def send(self, data: bytes) -> None:
        """Send raw bytes as they are."""
        self.connection.sendall(data)

    def wait(self, seconds: float) -> None:
        """Do nothing for `seconds`, or until the provider is stopped."""
        self._stopping.wait(seconds)

    def reset(self) -> None:
        """Close with RST: the client sees a connection reset instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self.connection.close()
