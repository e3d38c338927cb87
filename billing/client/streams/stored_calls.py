"""What is behind an answer that comes from the ledger: a call that has ended long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.client.receipt import Receipt, carry

if TYPE_CHECKING:
    from billing.client.transport.handover import Answered


class _Silent:
    """Reads along for a call that has ended."""

    def feed(self, piece: bytes) -> None:
        """The next piece of the body."""


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
        """It is settled."""

    def abandon(self) -> None:
        """It is settled."""

    def cut(self, error: BaseException) -> BaseException:
        """What the caller gets to see, with the receipt."""
        return carry(error, self.receipt)

    async def finish_async(self, error: BaseException | None = None) -> None:
        """It is settled."""

    async def cut_async(self, error: BaseException) -> BaseException:
        """As `cut`."""
        return carry(error, self.receipt)
