"""Items that signed-off runs carried, as they bear on this one; pure.

An item of the month that is reconciled is a decision: the same discrepancy is not asked again. One
of another month is open until something here makes up for it; an earlier one that nothing makes up
for is carried on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from billing.period import Month
from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.classes import ClassName
from billing.reconciliation.findings import Findings
from billing.reconciliation.proof import Matter, bucket_name

#: Why an item is carried that waits for another month; others are notes of their own month.
_WAITING: Final = ("timing", "dispute")


class OpeningItems:
    """Carried items, each to be used once."""

    def __init__(
        self,
        items: Iterable[CarriedItem],
        *,
        month: Month,
        same_file: Collection[str] = (),
    ) -> None:
        """Sort the items; the ones that are of no call and of no bucket are only carried on.

        `same_file` are the runs over the very file that is read now.
        """
        self._month = month
        self._same_file = same_file
        self._decided: dict[tuple[str, str], list[CarriedItem]] = defaultdict(list)
        self._open: dict[str, list[CarriedItem]] = defaultdict(list)
        self._without_id: list[CarriedItem] = []
        #: Items of this month that a discrepancy was decided by.
        self.used: list[CarriedItem] = []
        for item in items:
            bucket = str(item.what) if item.day else None
            key = _key(item.request_id, item.transfer_id, item.hold_id, bucket)
            if item.month == month:
                self._decided[item.class_name, key].append(item)
            elif key:
                self._open[key].append(item)
            else:
                self._without_id.append(item)

    def decided(self, class_name: ClassName, matter: Matter) -> bool:
        """Whether a run of this month decided such a discrepancy; each decision counts once."""
        for key in _keys(matter):
            items = self._decided.get((class_name, key))
            if items:
                self.used.append(items.pop())
                return True
        return False

    def take(self, matter: Matter, amount_nanos: int) -> CarriedItem | None:
        """The item of another month that makes up for an amount here, to the nano-unit."""
        for key in _keys(matter):
            items = self._open.get(key, [])
            for place, item in enumerate(items):
                if item.amount_nanos == amount_nanos and (amount_nanos or _waits(item)):
                    return items.pop(place)
        return None

    def billed(self, matter: Matter, amount_nanos: int) -> CarriedItem | None:
        """The item of a line that another month's statement had for a call, if one waits."""
        for key in _keys(matter):
            for item in self._open.get(key, []):
                if self._is_line(item) and item.amount_nanos == amount_nanos:
                    return item
        return None

    def billed_ids(self) -> Iterator[str]:
        """The request ids of such items."""
        for items in self._open.values():
            yield from (each.request_id for each in items if self._is_line(each) if each.request_id)

    def _is_line(self, item: CarriedItem) -> bool:
        is_other_file = item.run_id not in self._same_file
        return item.class_name == "wrong_period" and item.line is not None and is_other_file

    def carry_on(self, findings: Findings) -> None:
        """List the items of earlier months that still wait; one without an amount ends here.

        Nothing could make up for it: no line, and no credit note, is about an amount of zero.
        """
        for item in self._left():
            if item.month < self._month and item.amount_nanos:
                findings.add_settled(
                    item.class_name,
                    f"carried since {item.month}: {item.reason}, nothing here makes up for it",
                    Matter(item.request_id, item.hold_id, item.transfer_id),
                    opening=item.amount_nanos,
                )
            elif item.month < self._month and _waits(item):
                findings.resolved.append(item)

    def _left(self) -> Iterator[CarriedItem]:
        for items in self._open.values():
            yield from items
        yield from self._without_id


def _waits(item: CarriedItem) -> bool:
    return item.reason in _WAITING


def _keys(matter: Matter) -> Iterator[str]:
    ids = matter.request_id, matter.transfer_id, matter.hold_id, _bucket(matter)
    return (each for each in ids if each)


def _key(*ids: str | None) -> str:
    return next((each for each in ids if each), "")


def _bucket(matter: Matter) -> str:
    return bucket_name(matter) if matter.day else ""
