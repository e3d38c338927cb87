"""Booking what a reconciliation proposes: each action once, by a key made of the statement.

A customer's price is never touched: a capture, a void, a refund, or a correction of cost. What is
carried is booked nowhere; it belongs to the stored run (see `runs`). Costs that belong to no call
of ours go to accounts of their own, which are opened when they are first needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.database.engines import writing
from billing.errors import (
    HoldEnded,
    IdempotencyConflict,
    LedgerUnavailable,
    RefundTooLarge,
)
from billing.ledger import Ledger
from billing.ledger.evidence import Evidence
from billing.ledger.transfers import HoldView, Transfer
from billing.ledger.verbs import Verbs
from billing.reconciliation.actions import Action
from billing.reconciliation.books.recognition import booking_key
from billing.reconciliation.posting.cost_accounts import CostAccounts
from billing.reconciliation.proof import Discrepancy
from billing.reconciliation.result import Reconciliation
from billing.reconciliation.runs.sign_off import ApprovalNeeded, Posted, SignOff
from pricing.money import format_amount, from_nanos

#: Actions to a transaction.
_BATCH: Final = 200


@dataclass(slots=True)
class Posting:
    """The bookings of one run over one statement."""

    ledger: Ledger
    found: Reconciliation
    terms: SignOff
    #: What the holds became that this run captures, None where somebody else had ended one: a
    #: correction of cost follows the capture that it corrects.
    _captured: dict[str, str | None] = field(default_factory=dict)
    #: Charges whose refund somebody else was quicker with: their cost is left for the next run.
    _unrefunded: set[str | None] = field(default_factory=set)
    #: Holds that the bookings are about, as they were before.
    _holds: dict[str, HoldView] = field(default_factory=dict)
    _accounts: CostAccounts = field(init=False)

    def __post_init__(self) -> None:
        self._accounts = CostAccounts(self.ledger, self.found.currency, self.terms)

    def check(self) -> None:
        """Refuse what needs a second person and has none, before anything is booked.

        Raises:
            ApprovalNeeded: with every booking that is above the limit.
        """
        most = self.terms.approve_over
        if most is None or self.terms.approver is not None:
            return
        above = [
            f"{_place(each, action)}: {format_amount(amount, self.found.currency)}"
            for each in self.found.discrepancies
            for action in each.actions
            if action.reason != "timing" and (amount := self._amount(action)) > most
        ]
        if above:
            raise ApprovalNeeded(
                above, limit=format_amount(most, self.found.currency), actor=self.terms.actor
            )

    def book(self) -> Iterator[Posted]:
        """Book every action in its order; what an earlier run booked is told as repeated."""
        todo = [
            (each, action)
            for each in self.found.discrepancies
            for action in each.actions
            if action.kind != "carry"
        ]
        for _each, action in todo:
            self._look_up(action)
        for start in range(0, len(todo), _BATCH):
            yield from self._book_batch(todo[start : start + _BATCH])

    def _look_up(self, action: Action) -> None:
        """Read what a booking needs before a transaction is open: in memory there is no other."""
        if action.kind == "cost":
            self._accounts.of(action)
        is_of_hold = action.kind == "capture" or (action.kind == "cost" and not action.transfer_id)
        if is_of_hold and action.hold_id is not None:
            self._holds[action.hold_id] = self.ledger.hold_by_id(action.hold_id)

    def _book_batch(self, batch: Sequence[tuple[Discrepancy, Action]]) -> list[Posted]:
        """In one transaction; one by one when that one met another, each being booked once."""
        try:
            with writing(self.ledger.engine) as connection:
                return self._booked(self.ledger.within(connection), batch)
        except LedgerUnavailable:
            return self._booked(self.ledger, batch)

    def _booked(self, verbs: Verbs, batch: Sequence[tuple[Discrepancy, Action]]) -> list[Posted]:
        posted = []
        for each, action in batch:
            if action.kind == "cost" and self._is_left(action):
                continue
            try:
                row = self._book(verbs, each, action)
            except (HoldEnded, IdempotencyConflict, RefundTooLarge):
                # Somebody settled it meanwhile, or an earlier run booked something else for the
                # same line; the comparison afterwards says what that makes.
                if action.kind == "capture" and action.hold_id is not None:
                    self._captured[action.hold_id] = None
                if action.kind == "refund":
                    self._unrefunded.add(action.transfer_id)
                continue
            posted.append(_posted(each, action, row))
        return posted

    def _is_left(self, cost: Action) -> bool:
        """Whether it corrects what could not be booked."""
        if cost.reason == "duplicate_capture" and cost.transfer_id in self._unrefunded:
            return True
        return self._captured.get(cost.hold_id or "", "") is None

    def _book(self, verbs: Verbs, each: Discrepancy, action: Action) -> Transfer:
        key = booking_key(self.found.statement.sha256, action.what, self.found.month)
        reason, actor = self._words(each, action), self.terms.actor
        match action.kind:
            case "capture":
                return self._capture(verbs, action, key, reason=reason, actor=actor)
            case "void":
                assert action.hold_id is not None
                return verbs.void(action.hold_id, key=key, reason=reason, actor=actor)
            case "refund":
                assert action.transfer_id is not None
                amount = from_nanos(action.amount_nanos)
                paid = action.transfer_id
                return verbs.refund(paid, amount, key=key, reason=reason, actor=actor)
            case kind:
                assert kind == "cost", kind
                return self._correct(verbs, action, key, reason=reason, actor=actor)

    def _capture(
        self, verbs: Verbs, action: Action, key: str, *, reason: str, actor: str
    ) -> Transfer:
        assert action.hold_id is not None
        evidence = None
        occurred_at = action.occurred_at
        if occurred_at is not None:
            # The provider's clock may be behind ours: nothing is delivered before it is held.
            held_at = self._holds[action.hold_id].hold.occurred_at
            evidence = _evidence(action.request_id, occurred_at)
            occurred_at = max(occurred_at, held_at)
        row = verbs.capture(
            action.hold_id,
            images=action.images,
            key=key,
            occurred_at=occurred_at,
            evidence=evidence,
            reason=reason,
            actor=actor,
        )
        self._captured[action.hold_id] = row.id
        return row

    def _correct(
        self, verbs: Verbs, action: Action, key: str, *, reason: str, actor: str
    ) -> Transfer:
        transfer_id = action.transfer_id
        if transfer_id is None and action.hold_id is not None:
            transfer_id = self._captured.get(action.hold_id) or self._ending(action.hold_id)
        return verbs.correct_cost(
            self._accounts.of(action),
            from_nanos(action.amount_nanos),
            key=key,
            reason=reason,
            actor=actor,
            transfer_id=transfer_id,
            request_id=action.request_id,
            occurred_at=action.occurred_at,
        )

    def _ending(self, hold_id: str) -> str | None:
        ending = self._holds[hold_id].ending
        return ending.id if ending is not None and ending.kind in ("capture", "charge") else None

    def _amount(self, action: Action) -> Decimal:
        """How much a booking is about, without its sign."""
        if action.amount_nanos or action.hold_id is None or action.kind in ("cost", "refund"):
            return abs(from_nanos(action.amount_nanos))
        hold = self.ledger.hold_by_id(action.hold_id).hold
        return hold.unit_price * min(action.images, hold.n) if action.images else hold.amount

    def _words(self, each: Discrepancy, action: Action) -> str:
        ledger = format_amount(each.ledger_amount, self.found.currency)
        statement = format_amount(each.statement_amount, self.found.currency)
        where = "no line" if each.line is None else f"line {each.line}"
        approved = f", approved by {self.terms.approver}" if self.terms.approver else ""
        return (
            f"{action.reason}: {each.class_name}, {where} of {self.found.statement.id}, "
            f"ledger {ledger}, statement {statement}{approved}"
        )


def _evidence(request_id: str | None, created_at: datetime) -> Evidence:
    return Evidence(request_id=request_id or None, created=int(created_at.timestamp()))


def _posted(each: Discrepancy, action: Action, row: Transfer) -> Posted:
    amount = {"void": Decimal(0), "refund": -row.amount}.get(action.kind, row.amount)
    return Posted(
        class_name=each.class_name,
        kind=action.kind,
        reason=action.reason,
        transfer_id=row.id,
        account=row.account,
        hold_id=action.hold_id or each.hold_id,
        request_id=action.request_id or each.request_id,
        line=action.line or each.line,
        amount=amount,
        cost=row.cost,
        what=action.what,
        is_repeated=row.repeated,
    )


def _place(each: Discrepancy, action: Action) -> str:
    where = f"line {action.line or each.line}" if action.line or each.line else each.hold_id
    return f"{action.kind} ({each.class_name}, {where or action.what})"
