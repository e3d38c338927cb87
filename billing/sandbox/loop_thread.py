"""Serves an aiohttp application on a loopback socket from a thread with its own event loop."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from billing.errors import BillingError

#: The only address: a sandbox takes any key, so nobody else may reach it.
HOST = "127.0.0.1"
_PORT_MAX = 65535
# How long ending waits for requests under way; stalled ones are cancelled after that.
_SHUTDOWN_S = 0.1
_TURNS = 4


class CannotListen(BillingError):
    """The port is taken, or not ours to open."""

    code = "cannot_listen"

    def __init__(self, port: int, detail: str) -> None:
        super().__init__(
            f"Cannot listen on {HOST}:{port} ({detail}). Choose another port, or 0 for a free one.",
            param="port",
        )


@dataclass(frozen=True, slots=True)
class LoopThread:
    """One run: the thread, its event loop, the event that ends it."""

    port: int
    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    ending: asyncio.Event

    @classmethod
    def launch(cls, listener: socket.socket, app: web.Application) -> Self:
        """Serve `app` on `listener`, which is the thread's from now on, and closed by it."""
        loop, ending = asyncio.new_event_loop(), asyncio.Event()

        def run() -> None:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(_serve_until(ending, listener, app))

        # Read before the thread owns the socket. A daemon, so that a forgotten stop() cannot
        # keep the interpreter from ending.
        port: int = listener.getsockname()[1]
        thread = threading.Thread(target=run, name="image-billing-sandbox", daemon=True)
        thread.start()
        return cls(port, thread, loop, ending)

    def end(self) -> None:
        """Close the listener and every connection; returns when the thread is gone."""
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.ending.set)
        self.thread.join()


def listen(port: int) -> socket.socket:
    """A socket that accepts connections on 127.0.0.1; port 0 takes a free one.

    Raises:
        CannotListen: The port is taken, forbidden, or no port at all.
    """
    if not 0 <= port <= _PORT_MAX:
        raise CannotListen(port, f"ports go from 0 to {_PORT_MAX}")
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise CannotListen(port, os.strerror(error.errno or 0)) from None


async def _serve_until(
    ending: asyncio.Event, listener: socket.socket, app: web.Application
) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        await ending.wait()
    finally:
        # First no new connections: one that is accepted while the server closes is nobody's.
        asyncio.get_running_loop().remove_reader(listener)
        await _turns()
        await runner.cleanup()
        listener.close()
        await _turns()


async def _turns() -> None:
    """Let what the loop has begun come to its end: accept, connect, close."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
