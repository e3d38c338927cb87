"""What earlier files of a month led to, for the lines without an id of a later one; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from billing.reconciliation.books.recognition import Charge, is_then
from billing.statement import StatementLine


class BookedBefore:
    """Charges that an earlier file of the same month led to, for lines without an id.

    A statement that is issued again has other bytes, so its lines have other booking keys.
    """

    def __init__(self, charges: Iterable[tuple[str, Charge]]) -> None:
        self._free: dict[int, list[tuple[str, Charge]]] = defaultdict(list)
        for key, charge in sorted(charges, key=lambda pair: pair[1].occurred_at):
            self._free[charge.amount_nanos].append((key, charge))

    def take(self, line: StatementLine, effect_nanos: int) -> str | None:
        """The key of the charge that the line bills again, each at most once: the earliest."""
        free = self._free.get(effect_nanos, [])
        for place, (key, charge) in enumerate(free):
            if _is_again(charge, line):
                del free[place]
                return key
        return None


def _is_again(charge: Charge, line: StatementLine) -> bool:
    if not line.is_usage:
        # An invoice that is issued again may date its tax anew.
        return charge.kind == "adjustment"
    if not is_then(charge, line.created_at):
        return False
    if charge.kind == "adjustment":
        return True
    theirs = line.model, line.endpoint, line.size, line.quality, line.n
    ours = charge.model, charge.endpoint, charge.size, charge.quality, charge.images
    return ours == theirs and line.account in ("", charge.account)
