"""The verbs that move or end a hold: capture, void, doubt, expire.

Account and amount always come from the hold's own row, never from the caller: a hold that was
refused has no row, so it cannot be captured out of another hold's money.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from billing.errors import EntryRefused, HoldEnded, InvalidEntry
from billing.ledger import holds, in_buckets
from billing.ledger.accounts import AccountRow, Payer
from billing.ledger.asking import Ask, Reads, Settled, check_aware, check_storable, in_words
from billing.ledger.entries import Entry, digest_of
from billing.ledger.evidence import Evidence
from billing.ledger.ids import to_text
from billing.ledger.many import Many
from billing.ledger.rows import TransferRow, to_capture, to_transfer
from billing.ledger.transfers import Capture, Transfer
from pricing.money import to_nanos

#: Columns of the row by name.
Columns = Mapping[str, object]


class HoldEndings(Many):
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
        ask = self._ask_capture(
            hold_id,
            images=images,
            key=key,
            evidence=evidence,
            reason=reason,
            actor=actor,
            occurred_at=occurred_at,
            actual_cost=actual_cost,
        )
        return self._settle(ask).made(to_capture)

    def _ask_capture(
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
    ) -> Ask:
        if type(images) is not int or images < 1:
            raise InvalidEntry("images", images, "at least 1; when none arrived, void the hold")
        check_aware("occurred_at", occurred_at)
        decided: dict[str, object] = {"reason": reason, "actor": actor}
        if occurred_at is not None:
            decided["occurred_at"] = occurred_at
        if actual_cost is not None:
            decided["actual_cost"] = to_nanos(actual_cost)

        def draft(hold: holds.HoldRow, columns: Columns) -> Entry:
            self._refuse_future(occurred_at)
            return _capture(hold, images, {**columns, **decided})

        return self._ask_end(
            hold_id, "capture", draft, key=key, evidence=evidence, facts={"images": images}
        )

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

        def draft(hold: holds.HoldRow, columns: Columns) -> Entry:
            return _whole(hold, "void", {**columns, "reason": reason, "actor": actor})

        ask = self._ask_end(hold_id, "void", draft, key=key, evidence=evidence)
        return self._settle(ask).made(to_transfer)

    def doubt(
        self, hold_id: str, *, key: str, reason: str, evidence: Evidence | None = None
    ) -> Transfer:
        """Mark an open hold as in doubt: sent, outcome unknown. Its money stays unavailable.

        Raises:
            HoldEnded: the hold has ended, or is in doubt by another key.
        """

        def draft(hold: holds.HoldRow, columns: Columns) -> Entry:
            if hold.doubted:
                raise HoldEnded(hold_id, ended_by="doubt", verb="doubt")
            return _whole(hold, "doubt", {**columns, "reason": reason})

        ask = self._ask_end(hold_id, "doubt", draft, key=key, evidence=evidence)
        return self._settle(ask).made(to_transfer)

    def add_evidence(self, hold_id: str, evidence: Evidence) -> None:
        """Keep what is known of a call whose hold moved on before the answer came.

        It is attached to the newest row of the hold; nothing else changes.
        """
        uuid = holds.parse(hold_id)
        check_storable("request_id", evidence.request_id or "")
        with Reads(self._view) as reads:
            owner = self._accounts.owner_of(reads, uuid, text=hold_id)
            hold = holds.find(reads(), owner, uuid, text=hold_id)
        self._attach(owner, hold.newest.id, evidence, hold_id=uuid)

    @abstractmethod
    def _attach(
        self, owner: AccountRow, transfer_id: UUID, evidence: Evidence, *, hold_id: UUID
    ) -> None:
        """Write evidence of its own."""

    def expire(self, now: datetime | None = None, *, limit: int = 1000) -> int:
        """Act on holds past their deadline: release plain ones, put sent ones in doubt.

        Safe to run anywhere, twice and concurrently. It reads the holds with a later deadline than
        the oldest one that is due, not all there ever were.

        Args:
            now: aware; default: the ledger's clock.
            limit: how many holds at most, the oldest deadlines first.

        Returns:
            How many holds were moved.
        """
        check_aware("now", now)
        if type(limit) is not int or limit < 1:
            raise InvalidEntry("limit", limit, "at least 1")
        with self._view() as connection:
            due = in_buckets.falling_due(connection, by=now or self._clock(), limit=limit)
        for hold in due:
            self._keep(hold)  # so that nobody looks them up again
        outcomes = list(self._settle_many([self._ask_deadline(hold.transfer) for hold in due]))
        failed = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, HoldEnded)]
        if failed:
            raise failed[0]
        # A hold that somebody settled meanwhile is not ours to count.
        return sum(isinstance(o, Settled) and not o.repeated for o in outcomes)

    def _ask_deadline(self, row: TransferRow) -> Ask:
        hold_id = to_text("hold", row.id)
        kind = "doubt" if row.on_deadline == "doubt" else "expire"

        def draft(hold: holds.HoldRow, columns: Columns) -> Entry:
            # In doubt since it was listed: the clock neither doubts twice nor releases it.
            if hold.doubted:
                raise HoldEnded(hold_id, ended_by="doubt", verb=kind)
            return _whole(hold, kind, {**columns, "reason": "deadline passed"})

        return self._ask_end(hold_id, kind, draft, key=f"{hold_id}/deadline")

    def _ask_end(
        self,
        hold_id: str,
        verb: str,
        draft: Callable[[holds.HoldRow, Columns], Entry],
        *,
        key: str,
        evidence: Evidence | None = None,
        facts: Mapping[str, int] | None = None,
    ) -> Ask:
        """A row that moves or ends a hold; account and amount come from the hold's own row."""
        uuid = holds.parse(hold_id)

        def find(reads: Reads) -> tuple[Payer, holds.HoldRow]:
            hold = self._held.get(uuid.int)
            if hold is None:
                owner = self._accounts.owner_of(reads, uuid, text=hold_id)
                hold = holds.find(reads(), owner, uuid, text=hold_id)
            row = hold.transfer
            return self._accounts.payer_of(reads, row.account_id, row.member_id), hold

        def prepare(reads: Reads) -> tuple[Payer, Entry]:
            payer, hold = find(reads)
            if hold.ended_by is not None and not (hold.is_expired and verb == "capture"):
                raise HoldEnded(hold_id, ended_by=hold.ended_by, verb=verb)
            columns: dict[str, object] = {"late_hold_id" if hold.is_expired else "hold_id": uuid}
            if evidence is not None:
                columns["request_id"] = evidence.request_id
            return payer, draft(hold, columns)

        return Ask(
            key=key,
            request_digest=digest_of(verb, hold=uuid.hex, **(facts or {})),
            find_payer=lambda reads: find(reads)[0],
            prepare=prepare,
            hold_id=uuid,
            evidence=evidence,
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
        raise EntryRefused("occurred_at", occurred_at, allowed)
    if hold.is_expired:
        return Entry(
            kind="charge",
            amount=amount,
            is_forced=True,
            columns=columns,
            asked=hold.n,
            spend=amount,
            spend_month=0,
        )
    released = hold.transfer.amount - amount
    return Entry(
        kind="capture",
        amount=amount,
        released=released,
        from_bucket=hold.bucket,
        columns=columns,
        asked=hold.n,
        spend=-released,
        spend_month=hold.transfer.month,
    )


def _whole(hold: holds.HoldRow, kind: str, columns: Columns) -> Entry:
    amount, is_doubt = hold.transfer.amount, kind == "doubt"
    return Entry(
        kind=kind,
        amount=amount,
        from_bucket=hold.bucket,
        columns=columns,
        spend=0 if is_doubt else -amount,
        spend_month=None if is_doubt else hold.transfer.month,
    )
