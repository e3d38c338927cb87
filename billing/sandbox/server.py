"""`Sandbox`: the image API on a loopback port, in its own thread; `serve`: the same, blocking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from billing.sandbox.image_api import ImageApi
from billing.sandbox.loop_thread import HOST, LoopThread, listen
from billing.sandbox.statement_file import BilledLine, StatementFile
from pricing import PriceBook
from pricing.book import DEFAULT_BOOK


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


class Sandbox:
    """A running image API for code that is not async: a context manager, or `start` and `stop`.

    Args:
        port: 0 takes a free one.
        book: Prices, sizes and limits; the bundled `openai-gpt-image-2` when None.
        statement: CSV file to append what is billed to; created when missing, None for no file.
        api_key: The only key that is accepted; any `sk-...` when None.
        account: The statement's account for requests without a `user`.
        clock: What time it is, aware; for rehearsing another month.
    """

    def __init__(
        self,
        port: int = 0,
        book: PriceBook | None = None,
        *,
        statement: Path | None = None,
        api_key: str | None = None,
        account: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._port = port
        self._book = book or PriceBook.load(DEFAULT_BOOK)
        self._statement = statement
        self._api_key = api_key
        self._account = account
        self._clock = clock
        self._running: LoopThread | None = None
        self._file: StatementFile | None = None
        self._api: ImageApi | None = None

    @property
    def port(self) -> int:
        """The port that is listened on; before `start` the one that was asked for."""
        return self._running.port if self._running else self._port

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/v1`, what a client takes as its base URL."""
        return f"http://{HOST}:{self.port}/v1"

    @property
    def statement(self) -> Path | None:
        """The file that the statement is appended to."""
        return self._statement

    @property
    def billed(self) -> tuple[BilledLine, ...]:
        """What was billed since the last `start`, oldest first."""
        return tuple(self._api.billed) if self._api else ()

    def start(self) -> Self:
        """Listen; when this returns, connections are accepted.

        Raises:
            CannotListen: The port is taken or forbidden.
            StatementError: The statement cannot be written, or has another header.
        """
        assert self._running is None, "the sandbox is running already"
        listener = listen(self._port)
        try:
            self._file = StatementFile.open(self._statement) if self._statement else None
        except BaseException:
            listener.close()
            raise
        self._api = ImageApi(self._book, self._file, account=self._account, clock=self._clock)
        self._running = LoopThread.launch(listener, self._api.application(self._api_key))
        return self

    def stop(self) -> None:
        """Close the port, the connections and the statement; safe to call twice."""
        if self._running is not None:
            running, self._running = self._running, None
            running.end()
            if self._file is not None:
                self._file.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(
    port: int = 0,
    book: PriceBook | None = None,
    *,
    statement: Path | None = None,
    api_key: str | None = None,
    account: str = "",
    announce: Callable[[str], None],
) -> None:
    """Run until Ctrl-C; `announce` is called once with the base URL, when the port is open."""
    sandbox = Sandbox(port, book, statement=statement, api_key=api_key, account=account)
    try:
        with sandbox:
            announce(sandbox.base_url)
            threading.Event().wait()
    except KeyboardInterrupt:
        return
