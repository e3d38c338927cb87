"""The steps of a billed call that touch the ledger, each alone or with others of its kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from billing.client.call import settling
from billing.client.call.steps import LedgerStep
from billing.client.outcome.table import Outcome
from billing.client.receipt import Receipt, receipt_of, stored_receipt
from billing.errors import LedgerUnavailable
from billing.ledger.evidence import Evidence
from billing.ledger.settlements import Settlement, capture_item
from billing.ledger.transfers import Capture, Hold
from pricing import Quote

if TYPE_CHECKING:
    from billing.ledger import Ledger
    from billing.ledger.spool.files import Spool

_log = logging.getLogger("image_billing")


@dataclass(frozen=True, slots=True)
class ReadPlan(LedgerStep[str | None]):
    """The plan under which the ledger has the account."""

    account: str

    def run(self, ledger: Ledger) -> str | None:
        """Do it."""
        return ledger.account(self.account).plan


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHold(LedgerStep[settling.Claim]):
    """Hold the money under the key, or find the call that spent the key."""

    account: str
    quote: Quote
    key: str
    tags: Mapping[str, str]
    #: How long the hold stands.
    stands: timedelta = settling.HOLD_STANDS

    def run(self, ledger: Ledger) -> settling.Claim:
        """Do it."""
        return settling.claim(
            ledger, self.account, self.quote, key=self.key, tags=self.tags, stands=self.stands
        )

    @property
    def account_together(self) -> str | None:
        """Who pays."""
        return self.account

    @classmethod
    def run_together(cls, steps: Sequence[Self], ledger: Ledger) -> Sequence[object]:
        """Take the holds of keys that nobody has used; the others look further by themselves."""
        items = [
            settling.hold_item(s.account, s.quote, key=s.key, tags=s.tags, stands=s.stands)
            for s in steps
        ]
        try:
            answers: Sequence[Hold | Exception] = ledger.hold_many(items)
        except LedgerUnavailable as away:  # asking again one by one would wait as long once more
            return [away] * len(steps)
        return [_claimed(answer) for answer in answers]


def _claimed(answer: Hold | Exception) -> settling.Claim | Exception | None:
    if isinstance(answer, Exception):
        return answer
    return None if answer.repeated else settling.Claim(answer)


@dataclass(frozen=True, slots=True)
class Release(LedgerStep[Receipt | None]):
    """Void the hold that an interrupted `TakeHold` may have left; nothing was sent under it."""

    is_owed: ClassVar[bool] = True

    taken: TakeHold
    reason: str

    def run(self, ledger: Ledger) -> Receipt | None:
        """Do it."""
        try:
            return self._released(ledger)
        except Exception as error:  # noqa: BLE001 - the interrupt is what goes on
            _log.warning("a hold may stay open, releasing failed: %s", type(error).__name__)
            return None

    def _released(self, ledger: Ledger) -> Receipt | None:
        quote, key = self.taken.quote, self.taken.key
        while (view := ledger.hold_by_key(self.taken.account, key)) is not None:
            if view.hold.quote_id == quote.id:
                ledger.void(view.hold.id, key=f"{view.hold.id}/call/void", reason=self.reason)
                return stored_receipt(ledger.hold_by_id(view.hold.id), quote)
            key = f"{view.hold.id}/again"  # as `claim` goes on from a voided hold
        return None


@dataclass(frozen=True, slots=True)
class KeepEvidence(LedgerStep[bool]):
    """Keep the evidence of an attempt that goes again; False when it could not be kept."""

    is_owed: ClassVar[bool] = True

    hold: Hold
    evidence: Evidence

    def run(self, ledger: Ledger) -> bool:
        """Do it."""
        try:
            ledger.add_evidence(self.hold.id, self.evidence)
        except Exception as error:  # noqa: BLE001 - the call is settled by what is known instead
            # Class name only: a database's message may quote what was written.
            _log.warning("%s does not go again: %s", self.hold.id, type(error).__name__)
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(LedgerStep[Receipt]):
    """Write what became of the call; repeated, it changes nothing."""

    is_owed: ClassVar[bool] = True

    hold: Hold
    quote: Quote
    outcome: Outcome
    evidence: Evidence
    actual_cost: Decimal | None
    #: Where it is kept while the ledger is away.
    spool: Spool | None

    def run(self, ledger: Ledger) -> Receipt:
        """Do it."""
        return settling.settle(
            ledger,
            self.hold,
            self.quote,
            self.outcome,
            self.evidence,
            actual_cost=self.actual_cost,
            spool=self.spool,
        )

    @property
    def account_together(self) -> str | None:
        """Who pays, when something is to be paid: that is what calls end with when many run."""
        return self.hold.account if self.outcome.verb == "capture" else None

    @classmethod
    def run_together(cls, steps: Sequence[Self], ledger: Ledger) -> Sequence[object]:
        """Capture many; what is refused looks further by itself.

        The ledger away, or interrupted, they go to the spool: nothing there is booked twice.
        """
        settlements = [step._settlement(ledger) for step in steps]  # noqa: SLF001 - ours
        try:
            answers: Sequence[Capture | Exception] = ledger.capture_many(
                [capture_item(each) for each in settlements]
            )
        except LedgerUnavailable as away:  # asking again one by one would wait as long once more
            answers = [away] * len(steps)
        except Exception:
            raise
        except BaseException as interrupt:
            for step, settlement in zip(steps, settlements, strict=True):
                step._put_aside(settlement, interrupt, ledger)  # noqa: SLF001 - ours
            raise
        return [
            step._receipt(settlement, answer, ledger)  # noqa: SLF001 - ours
            for step, settlement, answer in zip(steps, settlements, answers, strict=True)
        ]

    def _settlement(self, ledger: Ledger) -> Settlement:
        return settling.settlement_of(
            ledger, self.hold, self.outcome, self.evidence, actual_cost=self.actual_cost
        )

    def _receipt(
        self, settlement: Settlement, answer: Capture | Exception, ledger: Ledger
    ) -> Receipt | None:
        if isinstance(answer, Capture):
            sent = self.evidence.request_id
            return receipt_of(self.hold, self.quote, "captured", capture=answer, request_id=sent)
        if isinstance(answer, LedgerUnavailable):
            return self._put_aside(settlement, answer, ledger)
        return None

    def _put_aside(self, settlement: Settlement, error: BaseException, ledger: Ledger) -> Receipt:
        return settling.put_aside(
            self.hold, self.quote, settlement, error, self.spool or ledger.spool
        )
