"""Batches in the air: the next is drafted while PostgreSQL writes the one before.

Each is a transaction of its own. Only so many callers fly at a time: who drafts while a batch is
in the air may need a second connection to look something up, and has to find one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from queue import Empty, SimpleQueue
from typing import Final

from billing.database.wires import WIRES_MAX, Wires
from billing.ledger.batching import Landing, Outcome, sent
from billing.ledger.many import GROUP_MAX, Send
from billing.ledger.orders import Order

#: A batch is cut into so many pieces, none smaller than is worth a transaction.
_PIECES: Final = 4
_PIECE_MIN: Final = 50


class Flights:
    """Who may fly, of the callers of one ledger."""

    def __init__(self, wires: Wires) -> None:
        self._wires = wires
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(WIRES_MAX // 2):
            self._turns.put(None)

    def sender(self, asked: int) -> AbstractContextManager[tuple[int, Send]] | None:
        """The size of a piece of so many asks, and what sends one; None when all turns are taken.

        Enter it at once: it has taken a turn.
        """
        if asked <= _PIECE_MIN:
            return None
        try:
            self._turns.get_nowait()
        except Empty:
            return None
        return self._sender(min(GROUP_MAX, max(_PIECE_MIN, -(-asked // _PIECES))))

    @contextmanager
    def _sender(self, size: int) -> Iterator[tuple[int, Send]]:
        flying: list[AbstractContextManager[object]] = []

        def land(loan: AbstractContextManager[object]) -> None:
            flying.remove(loan)
            loan.__exit__(None, None, None)

        def send(orders: Sequence[Order]) -> Landing:
            loan = self._wires.one()
            wire = loan.__enter__()
            flying.append(loan)
            try:
                landing = sent(wire, orders, wire.transaction)
            except BaseException:
                land(loan)
                raise

            def landed() -> list[Outcome]:
                try:
                    return landing()
                finally:
                    land(loan)

            return landed

        try:
            yield size, send
        finally:
            while flying:  # interrupted in the middle: the connection is not kept
                land(flying[0])
            self._turns.put(None)
