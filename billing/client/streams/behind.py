"""What is behind an answer that the caller reads: a call that is open, or one of long ago."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.client.receipt import Receipt
    from billing.client.streams.opened import Limit
    from billing.client.transport.handover import Answered


class Reader(Protocol):
    """Reads along while the answer passes."""

    #: Nothing more comes.
    is_done: bool
    #: Where to put what events say; None: nobody takes it.
    said: deque[object] | None

    def feed(self, piece: bytes) -> None:
        """The next piece of the body."""

    def whole(self) -> object:
        """The body that had no event in it; None where there was one."""


class Behind(Protocol):
    """The call, for who hands out its answer."""

    @property
    def receipt(self) -> Receipt:
        """What the call came to so far."""

    @property
    def reader(self) -> Reader:
        """What reads along."""

    @property
    def limit(self) -> Limit | None:
        """The deadline of the call."""

    def watch(self, answered: Answered) -> None:
        """Cut the answer off at the deadline."""

    def check_deadline(self) -> None:
        """Raise what the caller is to see when the deadline has passed."""

    def finish(self, error: BaseException | None = None) -> None:
        """The answer has ended, or broke off by that error; only the first word counts."""

    def abandon(self) -> None:
        """The answer was dropped and collected."""

    def cut(self, error: BaseException) -> BaseException:
        """The answer broke off: what the caller gets to see, with the receipt."""


class AsyncBehind(Behind, Protocol):
    """The same for an async caller."""

    async def finish_async(self, error: BaseException | None = None) -> None:
        """As `finish`."""

    async def cut_async(self, error: BaseException) -> BaseException:
        """As `cut`."""
