"""What is behind an answer that comes from the ledger: a call that has ended long ago."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from billing.client.receipt import Receipt, carry

if TYPE_CHECKING:
    from billing.client.transport.handover import Answered

#: What an image that is whole is called in a stream, by endpoint.
_COMPLETED: Final = {
    "generations": "image_generation.completed",
    "edits": "image_edit.completed",
}


class _Silent:
    """Reads along for a call that has ended: nothing is to come."""

    is_done: bool = True
    said: deque[object] | None = None

    def feed(self, piece: bytes) -> None:
        """The next piece of the body."""

    def whole(self) -> object:
        """There is no body."""
        return None


class StoredCall:
    """Behind a stored answer, where `OpenCall` is behind one that is still under way."""

    limit = None
    reader = _Silent()

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt

    def watch(self, answered: Answered) -> None:
        """It has no deadline."""

    def check_deadline(self) -> None:
        """It has none."""

    def finish(self, error: BaseException | None = None) -> None:
        """It ended when the key was first used."""

    def abandon(self) -> None:
        """It ended long ago."""

    def cut(self, error: BaseException) -> BaseException:
        """What the caller gets to see, with the receipt."""
        return carry(error, self.receipt)

    async def finish_async(self, error: BaseException | None = None) -> None:
        """It ended long ago."""

    async def cut_async(self, error: BaseException) -> BaseException:
        """As `cut`."""
        return carry(error, self.receipt)


def stored_events(
    endpoint: str, created: object, images: Iterable[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """What the ledger has kept of a stream: its completed events, by address."""
    for image in images:
        yield {"type": _COMPLETED[endpoint], "created_at": created, **image}
