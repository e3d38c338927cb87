"""The verb that corrects what a call costs us, by a row of its own that moves no money.

The customer's price stays as it was charged. The cost of a call is the sum of `cost` over its
charge and the corrections that have its request id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from billing.errors import InvalidEntry, TransferNotFound
from billing.ledger.accounts import Payer
from billing.ledger.asking import Ask, Reads, check_aware, in_words
from billing.ledger.entries import AMOUNT_MAX, Entry, digest_of
from billing.ledger.funnel import Funnel
from billing.ledger.ids import parse_id
from billing.ledger.posting import find_by_id
from billing.ledger.rows import TransferRow, to_transfer
from billing.ledger.transfers import Transfer
from pricing.money import from_nanos, parse_amount, to_nanos


class CostCorrections(Funnel):
    """What the provider charges us after all, beside what its price list said."""

    def correct_cost(
        self,
        account: str,
        cost: Decimal | str | int,
        *,
        key: str,
        reason: str,
        actor: str,
        transfer_id: str | None = None,
        request_id: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Transfer:
        """Add to, or take from, what the provider charges us; an adjustment with an amount of zero.

        Args:
            account: the account's code.
            cost: signed, never zero; in the currency of the corrected charge's cost, without one
                in the account's.
            key: idempotency key.
            reason: why, in words.
            actor: who decided.
            transfer_id: the capture or charge whose cost it corrects. What is not given below is
                that row's.
            request_id: the provider's id of the call.
            occurred_at: when the call was made, aware; default now. It decides the month.

        Raises:
            TransferNotFound: `transfer_id` is no capture or charge of this account.
        """
        nanos = _signed(cost)
        in_words("reason", reason)
        in_words("actor", actor)
        check_aware("occurred_at", occurred_at)
        uuid = None if transfer_id is None else parse_id(transfer_id)
        if transfer_id is not None and uuid is None:
            raise TransferNotFound(transfer_id)

        def find_payer(reads: Reads) -> Payer:
            return self._accounts.payer(reads, account)

        def prepare(reads: Reads) -> tuple[Payer, Entry]:
            self._refuse_future(occurred_at)
            payer = find_payer(reads)
            paid = None if uuid is None else _paid(reads, payer, uuid, text=str(transfer_id))
            columns = {"cost": nanos, "reason": reason, "actor": actor}
            return payer, _correction(paid, columns, request_id=request_id, occurred_at=occurred_at)

        ask = Ask(
            key=key,
            request_digest=digest_of(
                "adjustment", account=account, cost=nanos, of="" if uuid is None else uuid.hex
            ),
            find_payer=find_payer,
            prepare=prepare,
        )
        return self._settle(ask).made(to_transfer)


def _correction(
    paid: TransferRow | None,
    columns: Mapping[str, object],
    *,
    request_id: str | None,
    occurred_at: datetime | None,
) -> Entry:
    known = {**columns, "request_id": request_id}
    if paid is not None:
        known["cost_rate_id"] = paid.cost_rate_id
        known["request_id"] = request_id or paid.request_id
        occurred_at = occurred_at or paid.occurred_at
    if occurred_at is not None:
        known["occurred_at"] = occurred_at
    return Entry(kind="adjustment", amount=0, columns=known)


def _paid(reads: Reads, payer: Payer, row_id: UUID, *, text: str) -> TransferRow:
    """The capture or charge of this account, or of this member."""
    row = find_by_id(reads(), payer.account, row_id)
    member_id = None if payer.member is None else payer.member.id
    if row is None or row.kind not in ("capture", "charge") or row.member_id != member_id:
        raise TransferNotFound(text)
    return row


def _signed(cost: Decimal | str | int) -> int:
    nanos = to_nanos(parse_amount(cost))
    if nanos == 0 or abs(nanos) > AMOUNT_MAX:
        most = from_nanos(AMOUNT_MAX)
        raise InvalidEntry("cost", cost, f"above or below zero, by {most:f} units at most")
    return nanos
