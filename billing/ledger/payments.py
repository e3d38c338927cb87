"""The verbs that need no hold: top up, charge, refund, adjust."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, func, select

from billing.database.tables import transfer
from billing.errors import (
    EntryRefused,
    HoldNotFound,
    InvalidEntry,
    RefundTooLarge,
    TransferNotFound,
)
from billing.ledger.accounts import Payer
from billing.ledger.asking import Ask, Reads, check_aware, in_words
from billing.ledger.entries import Entry, digest_of
from billing.ledger.funnel import Funnel
from billing.ledger.ids import parse_id
from billing.ledger.orders import month_number
from billing.ledger.posting import find_by_id
from billing.ledger.rates import rates_of
from billing.ledger.rows import TransferRow, tags_text, to_charge, to_transfer
from billing.ledger.transfers import Charge, Transfer
from pricing import Quote
from pricing.money import from_nanos, parse_amount, to_nanos


class Payments(Funnel):
    """Money put in, paid without a hold, given back, and corrected."""

    def top_up(self, account: str, amount: Decimal | str | int, *, key: str) -> Transfer:
        """Put money into an account.

        Args:
            account: the account's code.
            amount: above zero, in the account's currency, at most nine decimals; no floats.
            key: idempotency key, e.g. the number of the invoice that was paid.
        """
        nanos = _above_zero(amount)
        ask = self._ask_plain(
            account,
            Entry(kind="top-up", amount=nanos),
            key=key,
            request_digest=digest_of("top-up", account=account, amount=nanos),
        )
        return self._settle(ask).made(to_transfer)

    def adjust(
        self, account: str, amount: Decimal | str | int, *, key: str, reason: str, actor: str
    ) -> Transfer:
        """Correct an account's money by hand; the floor holds for what is taken away.

        Args:
            account: the account's code.
            amount: above zero gives, below zero takes; never zero.
            key: idempotency key.
            reason: why, in words.
            actor: who decided.
        """
        nanos = to_nanos(parse_amount(amount))
        if nanos == 0:
            raise InvalidEntry("amount", amount, "an adjustment is above or below zero")
        in_words("reason", reason)
        in_words("actor", actor)
        columns = {"reason": reason, "actor": actor}
        ask = self._ask_plain(
            account,
            Entry(kind="adjustment", amount=nanos, columns=columns),
            key=key,
            request_digest=digest_of("adjustment", account=account, amount=nanos),
        )
        return self._settle(ask).made(to_transfer)

    def charge(
        self,
        account: str,
        quote: Quote,
        *,
        images: int,
        key: str,
        occurred_at: datetime | None = None,
        request_id: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Charge:
        """Book images that were delivered without a hold, at the quoted price.

        Args:
            account: the account's code; its currency must be the quote's.
            quote: valid at `occurred_at`.
            images: delivered, 1 to the quote's n.
            key: idempotency key.
            occurred_at: when it happened, aware; default now. It decides the month.
            request_id: the provider's id of the call.
            tags: text to text, kept with the charge.

        Raises:
            InsufficientFunds: the floor would be crossed; nothing was written.
            BudgetExceeded: a hard limit of the month would be; nothing was written.
        """
        ask = self._ask_charge(
            account,
            quote,
            images=images,
            key=key,
            occurred_at=occurred_at,
            request_id=request_id,
            tags=tags,
        )
        return self._settle(ask).made(to_charge)

    def _ask_charge(
        self,
        account: str,
        quote: Quote,
        *,
        images: int,
        key: str,
        occurred_at: datetime | None = None,
        request_id: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Ask:
        if type(images) is not int or not 1 <= images <= quote.n:
            raise InvalidEntry("images", images, f"1 to the {quote.n} that were quoted")
        check_aware("occurred_at", occurred_at)
        rate, cost_rate = rates_of(quote)
        columns: dict[str, object] = {
            "rate_id": rate.id,
            "images": images,
            "quote_id": quote.id,
            "cost": cost_rate and cost_rate.unit_price * images,
            "cost_rate_id": cost_rate and cost_rate.id,
            "request_id": request_id,
            "tags": tags_text(tags),
        }
        if occurred_at is not None:
            columns["occurred_at"] = occurred_at
        amount = rate.unit_price * images

        def prepare(reads: Reads) -> tuple[Payer, Entry]:
            now = self._clock()
            self._refuse_future(occurred_at)
            quote.check(occurred_at or now)
            payer = self._accounts.payer(reads, account)
            payer.named.expect(quote.currency)
            month = month_of(occurred_at, now)
            return payer, Entry(
                kind="charge",
                amount=amount,
                columns=columns,
                asked=images,
                spend=amount,
                spend_month=month,
            )

        return Ask(
            key=key,
            request_digest=rate.request_digest("charge", account=account, n=images),
            find_payer=lambda reads: self._accounts.payer(reads, account),
            prepare=prepare,
            rates=(rate, cost_rate),
        )

    def refund(
        self,
        transfer_id: str,
        amount: Decimal | str | int,
        *,
        key: str,
        reason: str,
        actor: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Transfer:
        """Give back some of what a capture or a charge took; never more than it took, in sum.

        Args:
            transfer_id: of the capture or charge.
            amount: above zero, in the account's currency.
            key: idempotency key.
            reason: why, in words.
            actor: who decided, where a person did.
            occurred_at: when it was given, aware, not before what it gives back; default now.

        Raises:
            RefundTooLarge: the refunds of this transfer would exceed it; nothing was written.
        """
        nanos = _above_zero(amount)
        uuid = parse_id(transfer_id)
        if uuid is None:
            raise TransferNotFound(transfer_id)
        in_words("reason", reason)
        if actor is not None:
            in_words("actor", actor)
        check_aware("occurred_at", occurred_at)

        def prepare(reads: Reads) -> tuple[Payer, Entry]:
            self._refuse_future(occurred_at)
            paid, payer = self._paid(reads, uuid, transfer_id)
            columns: dict[str, object] = {"reason": reason, "actor": actor}
            if occurred_at is not None:
                if occurred_at < paid.occurred_at:
                    allowed = f"not before what it gives back, {paid.occurred_at.isoformat()}"
                    raise EntryRefused("occurred_at", occurred_at, allowed)
                columns["occurred_at"] = occurred_at
            before = _refunded(reads(), paid)
            if before + nanos > paid.amount:
                asked, left = from_nanos(nanos), from_nanos(paid.amount - before)
                currency = payer.named.currency
                raise RefundTooLarge(transfer_id, asked=asked, left=left, currency=currency)
            return payer, _refund(paid, nanos, before, columns)

        ask = Ask(
            key=key,
            request_digest=digest_of("refund", transfer=uuid.hex, amount=nanos),
            find_payer=lambda reads: self._paid(reads, uuid, transfer_id)[1],
            prepare=prepare,
        )
        return self._settle(ask).made(to_transfer)

    def _paid(self, reads: Reads, own_id: UUID, told: str) -> tuple[TransferRow, Payer]:
        """The capture or charge of this id, and who paid it; `told` is the id as it was given."""
        try:
            account = self._accounts.owner_of(reads, own_id, text=told)
        except HoldNotFound:
            raise TransferNotFound(told) from None
        paid = find_by_id(reads(), account, own_id)
        if paid is None or paid.kind not in ("capture", "charge"):
            raise TransferNotFound(told)
        return paid, self._accounts.payer_of(reads, paid.account_id, paid.member_id)

    def _ask_plain(self, account: str, entry: Entry, *, key: str, request_digest: bytes) -> Ask:
        """An ask about an account that nothing has to be looked up for."""

        def find_payer(reads: Reads) -> Payer:
            return self._accounts.payer(reads, account)

        return Ask(
            key=key,
            request_digest=request_digest,
            find_payer=find_payer,
            prepare=lambda reads: (find_payer(reads), entry),
        )


def month_of(then: datetime | None, now: datetime) -> int:
    """0 for the present month, else the past month (YYYYMM, UTC) that a charge belongs to."""
    if then is None:
        return 0
    month = month_number(then)
    return 0 if month >= month_number(now) else month


def _refund(paid: TransferRow, nanos: int, before: int, columns: Mapping[str, object]) -> Entry:
    return Entry(
        kind="refund",
        amount=nanos,
        columns={
            "refunds_id": paid.id,
            "refundable": paid.amount,
            # Another refund at the same moment saw the same sum: a unique index lets one in.
            "refunded_before": before,
            "rate_id": paid.rate_id,
            "request_id": paid.request_id,
            **columns,
        },
        spend=-nanos,
        spend_month=paid.month,
    )


def _refunded(connection: Connection, paid: TransferRow) -> int:
    """What was given back of a transfer so far; at most its own amount, so no sum overflows."""
    of_paid = transfer.c.account_id == paid.account_id, transfer.c.refunds_id == paid.id
    statement = select(func.coalesce(func.sum(transfer.c.amount), 0)).where(*of_paid)
    return int(connection.execute(statement).scalar_one())


def _above_zero(amount: Decimal | str | int) -> int:
    nanos = to_nanos(parse_amount(amount))
    if nanos <= 0:
        raise InvalidEntry("amount", amount, "give an amount above zero")
    return nanos
