"""The verbs that move or end a hold: capture, void, doubt, expire.

Account and amount always come from the hold's own row, never from the caller: a hold that was
refused has no row, so it cannot be captured out of another hold's money.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import islice

from sqlalchemy import Connection

from billing.errors import HoldEnded, InvalidEntry
from billing.ledger import holds
from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Entry, digest_of
from billing.ledger.evidence import Evidence
from billing.ledger.funnel import Funnel, in_words
from billing.ledger.ids import to_text
from billing.ledger.posting import attach
from billing.ledger.rows import TransferRow, to_capture, to_transfer
from billing.ledger.transfers import Capture, Transfer
from pricing.money import to_nanos


class HoldEndings(Funnel):
    """What can become of a hold."""

    def capture(
        self,
        hold_id: str,
        *,
        images: int,
        key: str,
        evidence: Evidence | None = None,
        reason: str | None = None,
        actor: str | None = None,
        occurred_at: datetime | None = None,
        actual_cost: Decimal | None = None,
    ) -> Capture:
        """End a hold with what was delivered: pay `images` of n, release the rest.

        A hold that has expired was released already; what was delivered is then booked as a charge
        of its own, flagged `is_late`, even below the floor: the money is spent, the books say so.

        Args:
            hold_id: of an open, in-doubt or expired hold.
            images: delivered, at least 1; above n it is recorded as n and flagged `over_delivered`.
            key: idempotency key.
            evidence: what is known of the provider call, written in the same transaction.
            reason: why, when a person or a statement decides instead of the answer.
            actor: who decided.
            occurred_at: when it was delivered, aware; default now. It decides the month.
            actual_cost: what the provider charged by its own count, in the cost's currency.

        Raises:
            HoldEnded: the hold was captured or voided before.
        """
        if type(images) is not int or images < 1:
            raise InvalidEntry("images", images, "at least 1; when none arrived, void the hold")
        decided: dict[str, object] = {"reason": reason, "actor": actor}
        if occurred_at is not None:
            decided["occurred_at"] = self._past("occurred_at", occurred_at)
        if actual_cost is not None:
            decided["actual_cost"] = to_nanos(actual_cost)

        def draft(hold: holds.HoldRow) -> Entry:
            return _capture(hold, images, decided)

        row, owner, repeated = self._end(
            hold_id, "capture", draft, key=key, evidence=evidence, images=images
        )
        return to_capture(row, owner, repeated=repeated)

    def void(
        self,
        hold_id: str,
        *,
        key: str,
        reason: str,
        evidence: Evidence | None = None,
        actor: str | None = None,
    ) -> Transfer:
        """End a hold and release all of it: nothing was, or will be, charged.

        Raises:
            HoldEnded: the hold was captured, voided or expired before.
        """
        in_words("reason", reason)

        def draft(hold: holds.HoldRow) -> Entry:
            return _whole(hold, "void", reason=reason, actor=actor)

        row, owner, repeated = self._end(hold_id, "void", draft, key=key, evidence=evidence)
        return to_transfer(row, owner, repeated=repeated)

    def doubt(
        self, hold_id: str, *, key: str, reason: str, evidence: Evidence | None = None
    ) -> Transfer:
        """Mark an open hold as in doubt: sent, outcome unknown. Its money stays unavailable.

        Raises:
            HoldEnded: the hold has ended, or is in doubt by another key.
        """

        def draft(hold: holds.HoldRow) -> Entry:
            if hold.doubted:
                raise HoldEnded(hold_id, ended_by="doubt", verb="doubt")
            return _whole(hold, "doubt", reason=reason)

        row, owner, repeated = self._end(hold_id, "doubt", draft, key=key, evidence=evidence)
        return to_transfer(row, owner, repeated=repeated)

    def add_evidence(self, hold_id: str, evidence: Evidence) -> None:
        """Keep what is known of a call whose hold moved on before the answer came.

        It is attached to the newest row of the hold; nothing else changes.
        """
        uuid = holds.parse(hold_id)
        with self._transaction() as connection:
            owner = self._accounts.owner_of(connection, uuid, text=hold_id)
            hold = holds.find(connection, owner, uuid, text=hold_id)
            attach(connection, owner, hold.newest, evidence, hold_id=uuid, now=self._clock())

    def expire(self, now: datetime | None = None, *, limit: int = 1000) -> int:
        """Act on holds past their deadline: release plain ones, put sent ones in doubt.

        Safe to run anywhere, twice and concurrently.

        Returns:
            How many holds were moved.
        """
        with self._view() as connection:
            unsettled = holds.unsettled(connection, due_by=now or self._clock())
            due = [row.transfer for _owner, row in islice(unsettled, limit)]
        return sum(self._pass_deadline(row) for row in due)

    def _pass_deadline(self, row: TransferRow) -> bool:
        hold_id = to_text("hold", row.id)
        kind = "doubt" if row.on_deadline == "doubt" else "expire"

        def draft(hold: holds.HoldRow) -> Entry:
            # In doubt since it was listed: the clock neither doubts twice nor releases it.
            if hold.doubted:
                raise HoldEnded(hold_id, ended_by="doubt", verb=kind)
            return _whole(hold, kind, reason="deadline passed")

        try:
            self._end(hold_id, kind, draft, key=f"{hold_id}/deadline", evidence=None)
        except HoldEnded:
            return False  # somebody settled it meanwhile
        return True

    def _end(
        self,
        hold_id: str,
        verb: str,
        draft: Callable[[holds.HoldRow], Entry],
        *,
        key: str,
        evidence: Evidence | None,
        **facts: int,
    ) -> tuple[TransferRow, AccountRow, bool]:
        """Post a row that moves or ends a hold; account and amount come from the hold's own row."""
        uuid = holds.parse(hold_id)

        def entry(connection: Connection, owner: AccountRow) -> Entry:
            hold = holds.find(connection, owner, uuid, text=hold_id)
            if hold.ended_by is not None and not (hold.is_expired and verb == "capture"):
                raise HoldEnded(hold_id, ended_by=hold.ended_by, verb=verb)
            drafted = draft(hold)
            sent = {} if evidence is None else {"request_id": evidence.request_id}
            of_hold = "late_hold_id" if hold.is_expired else "hold_id"
            columns = {**drafted.columns, **sent, of_hold: uuid}
            return replace(drafted, columns=columns)

        def also(connection: Connection, owner: AccountRow, row: TransferRow) -> None:
            if evidence is not None:
                attach(connection, owner, row, evidence, hold_id=uuid, now=row.recorded_at)

        return self._post(
            lambda connection: self._accounts.owner_of(connection, uuid, text=hold_id),
            entry,
            also,
            key=key,
            request_digest=digest_of(verb, hold=uuid.hex, **facts),
        )


def _capture(hold: holds.HoldRow, images: int, decided: Mapping[str, object]) -> Entry:
    paid = min(images, hold.n)
    amount = hold.rate.unit_price * paid
    held_cost = hold.transfer.cost
    columns = {
        "rate_id": hold.rate.id,
        "images": paid,
        "over_delivered": images - paid or None,
        "cost": None if held_cost is None else held_cost // hold.n * paid,
        "cost_rate_id": hold.transfer.cost_rate_id,
        "tags": hold.transfer.tags,
        **decided,
    }
    occurred_at = decided.get("occurred_at")
    if isinstance(occurred_at, datetime) and occurred_at < hold.transfer.occurred_at:
        allowed = f"not before the hold, {hold.transfer.occurred_at.isoformat()}"
        raise InvalidEntry("occurred_at", occurred_at, allowed)
    if hold.is_expired:
        return Entry(kind="charge", amount=amount, is_forced=True, columns=columns)
    released = hold.transfer.amount - amount
    return Entry(
        kind="capture", amount=amount, released=released, from_bucket=hold.bucket, columns=columns
    )


def _whole(hold: holds.HoldRow, kind: str, **columns: str | None) -> Entry:
    return Entry(
        kind=kind, amount=hold.transfer.amount, from_bucket=hold.bucket, columns=dict(columns)
    )
