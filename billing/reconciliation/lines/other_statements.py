"""Which statements of other months billed a call before: by the runs that were signed off.

A line that agrees leaves no row behind. A call is taken to be billed by its own month's statement
when that was signed off after the call was recorded, and the run says nowhere that the call had no
line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from billing.database.tables import recon_item
from billing.period import Month
from billing.reconciliation.books.booked import batches
from billing.reconciliation.books.recognition import Booking, Charge
from billing.reconciliation.runs.runs import Run, named, newest_runs
from billing.reconciliation.terms import Terms

#: What a run calls a charge that its statement has no line for.
_UNBILLED: Final = ("pending", "missing_from_statement")
_IDS: Final = ("request_id", "transfer_id", "hold_id")

Item = Mapping[Any, Any]


def billed_before(
    connection: Connection, terms: Terms, charges: Iterable[Charge]
) -> dict[str, str]:
    """Which other month's statement, in words, billed these charges, by their ids.

    The same file is no other statement, whichever month it was held against.
    """
    charges = list(charges)
    runs = [
        run
        for run in newest_runs(connection, terms.currency)
        if run.month != terms.month and run.statement_sha256 != terms.sha256
    ]
    others = _Others(terms, {run.number: run for run in runs})
    others.read(connection, charges)
    found = ((each.transfer_id, others.name(each)) for each in charges)
    return {own_id: name for own_id, name in found if name}


@dataclass(slots=True)
class _Others:
    """The newest runs of other months, and what they say of some charges."""

    terms: Terms
    runs: Mapping[int, Run]
    #: What they decided about single calls, by the ids of those.
    _items: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    #: Runs over sums that differed: which calls those are of is not known.
    _unsure: set[int] = field(default_factory=set)

    def read(self, connection: Connection, charges: list[Charge]) -> None:
        """Read what the runs decided about the charges."""
        if not self.runs or not charges:
            return
        of_runs = recon_item.c.run.in_(list(self.runs))
        sums = select(recon_item.c.run).distinct().where(of_runs, recon_item.c.day.is_not(None))
        self._unsure = set(connection.scalars(sums))
        for ids in batches({each for charge in charges for each in _ids_of(charge)}):
            about = or_(*(recon_item.c[name].in_(ids) for name in _IDS))
            for item in connection.execute(select(recon_item).where(of_runs, about)).mappings():
                for own_id in {item[name] for name in _IDS if item[name] in ids}:
                    self._items[own_id].append(item)

    def name(self, charge: Charge) -> str | None:
        """The statement that billed a charge, as people know it; None when none is known."""
        booking = Booking.parse(charge.key)
        if booking is not None:
            return self._of_booking(booking, charge)
        items = [item for own_id in _ids_of(charge) for item in self._items.get(own_id, [])]
        home = Month.of(charge.occurred_at)
        for number, run in self.runs.items():
            about = [item for item in items if item["run"] == number]
            is_home = run.month == home
            if self._bills_its_own(run, charge, about) if is_home else _bills_anothers(about):
                return named(run)
        return None

    def _of_booking(self, booking: Booking, charge: Charge) -> str | None:
        is_ours = booking.prefix == self.terms.prefix or booking.month == str(self.terms.month)
        # A correction that takes cost off says that the call is not billed.
        if is_ours or charge.amount_nanos <= 0:
            return None
        runs = (run for run in self.runs.values() if str(run.month) == booking.month)
        run = next(runs, None)
        return f"the statement of {booking.month}" if run is None else named(run)

    def _bills_its_own(self, run: Run, charge: Charge, about: list[Item]) -> bool:
        if charge.kind not in ("capture", "charge") or run.number in self._unsure:
            return False
        if charge.recorded_at is None or charge.recorded_at > run.at:
            return False
        return not any(
            item["class_name"] in _UNBILLED or item["decision"] == "resolve" for item in about
        )


def _bills_anothers(about: list[Item]) -> bool:
    """Whether a run had a line for a call of another month."""
    for item in about:
        if item["decision"] == "carry" and item["class_name"] == "wrong_period":
            return True
        if item["decision"] == "resolve" and item["amount"] > 0:
            return True
    return False


def _ids_of(charge: Charge) -> Iterator[str]:
    return (each for each in (charge.request_id, charge.charge_id, charge.hold_id) if each)
