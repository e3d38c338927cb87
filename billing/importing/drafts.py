"""From a line of a usage file to the order that books it; the ledger is only read.

Whatever keeps a line out is told here, before anything is written.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from billing.errors import AccountNotFound, BillingError, InvalidEntry
from billing.importing.cells import Usage
from billing.importing.errors import AccountError
from billing.importing.lines import KNOWN_MAX, UsageLine
from billing.importing.prices import IMPORTED, Prices
from billing.ledger.accounts import Accounts, Payer
from billing.ledger.closing.periods import closed_through
from billing.ledger.entries import CLOCK_SKEW, Entry
from billing.ledger.ids import new_id
from billing.ledger.orders import Order, month_number
from billing.ledger.payments import month_of
from billing.ledger.rates import RateRow, rates_of
from pricing import NoPriceInForce, PlanMismatch, PricingError
from pricing.csv_rows import LineError

#: Before the request id in the key of an imported charge.
KEY_PREFIX: Final = "import/"
#: What the verbs and the prices call a column of the file.
_COLUMNS: Final = {"at": "created_at", "occurred_at": "created_at", "key": "request_id"}


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """What lines with the same cells, at the same prices, have in common."""

    payer: Payer
    amount: int
    images: int
    #: By which the account pays, and the provider charges us.
    rates: tuple[RateRow, ...]
    request_digest: bytes
    rate_id: bytes
    cost: int | None
    cost_rate_id: bytes | None
    since: datetime
    until: datetime
    #: Lines of the same account and rates add to the same rows of the roll-up.
    place: tuple[bytes, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.place = self.payer.account.id.bytes, self.rate_id, self.cost_rate_id or b""

    def columns(self) -> dict[str, object]:
        """What it says of a transfer's columns, in an order."""
        price, *costs = self.rates
        return {
            "rate_id": price.id,
            "images": self.images,
            "cost": self.cost,
            "cost_rate_id": costs[0].id if costs else None,
        }


Drafted = tuple[UsageLine, Draft]


class Refusal(Exception):
    """A line cannot be imported: `line_error` says why; None when its account is told instead."""

    def __init__(self, line_error: LineError | None) -> None:
        super().__init__(line_error)
        self.line_error = line_error


class Drafting:
    """Makes orders of lines."""

    def __init__(
        self,
        connection: Connection,
        prices: Prices,
        *,
        clock: Callable[[], datetime],
        carry: bool,
        drafts: dict[Usage, list[Draft]],
    ) -> None:
        """Take what lines are priced by; `drafts` are kept from one pass to the next."""
        self._connection, self._prices, self._carry = connection, prices, carry
        self.clock, self._begun = clock, clock()
        self._accounts = Accounts()
        self._payers: dict[str, Payer] = {}
        self._closed: dict[str, int] = {}
        self._drafts = drafts
        #: Of the price books, that any line was priced by.
        self.rates: set[RateRow] = set()
        #: By account, what keeps all its lines out.
        self.refused: dict[str, AccountError] = {}

    @property
    def payers(self) -> tuple[Payer, ...]:
        """Whoever has been found to pay for a line."""
        return tuple(self._payers.values())

    def draft(self, line: UsageLine) -> Draft:
        """What is to be booked for a line that was charged.

        Raises:
            Refusal: it cannot be.
        """
        usage, at = line.usage, line.created_at
        if at > self._begun or usage.account not in self._payers:
            self.payer(line)  # needs a look: unknown so far, in the future
        for draft in self._drafts.get(usage, ()):
            if draft.since <= at < draft.until:
                return draft
        try:
            draft = self._drafted(line)
        except (BillingError, PricingError) as problem:
            raise refusal(line, problem) from None
        if len(self._drafts) >= KNOWN_MAX:
            self._drafts.clear()
        self._drafts.setdefault(usage, []).append(draft)
        return draft

    def payer(self, line: UsageLine) -> Payer:
        """Who pays for a line, or gets its money back, at an instant that can be booked.

        Raises:
            Refusal: the account is not open, or it lies in the future.
        """
        code = line.usage.account
        payer = self._payers.get(code) or self._found(line)
        if line.created_at > self._begun and line.created_at > self.clock() + CLOCK_SKEW:
            problem = InvalidEntry("created_at", line.created_at, "it lies in the future")
            raise refusal(line, problem)
        return payer

    def refunded(self, line: UsageLine) -> Payer:
        """Who gets the money of a refund back.

        Raises:
            Refusal: nobody does.
        """
        payer = self.payer(line)
        try:
            self._check_currency(line.usage, payer)
        except BillingError as problem:
            raise refusal(line, problem) from None
        return payer

    def check_open(self, line: UsageLine) -> None:
        """Refuse what is new in a closed month; what is in the ledger already may well lie there.

        Raises:
            Refusal: the month is closed, and nothing is to be carried.
        """
        if not self._carry and self.is_closed(line):
            month = f"{line.created_at:%Y-%m}"
            raise Refusal(
                LineError(
                    line.line,
                    f"created_at: {month} is closed; --carry books such lines in the open month",
                    "period_closed",
                    "created_at",
                )
            )

    def is_closed(self, line: UsageLine) -> bool:
        """Whether the month of a line is closed; its payer is known."""
        closed = self._closed[line.usage.account]
        return closed > 0 and month_number(line.created_at) <= closed

    def has_late(self, drafted: Sequence[Drafted]) -> bool:
        """Whether any line of one account lies in a closed month."""
        closed = self._closed[drafted[0][0].usage.account]
        return closed > 0 and any(self.is_closed(line) for line, _draft in drafted)

    def orders(self, drafted: Sequence[Drafted]) -> list[Order]:
        """The orders that book lines by their drafts, now."""
        now = self.clock()
        return [self._order(line, draft, now) for line, draft in drafted]

    def _order(self, line: UsageLine, draft: Draft, now: datetime) -> Order:
        columns = draft.columns()
        columns["request_id"] = line.request_id
        columns["occurred_at"] = line.created_at
        columns["tags"] = line.tags
        payer = draft.payer
        return Order(
            account=payer.account,
            member=payer.member,
            entry=Entry(
                kind="charge",
                amount=draft.amount,
                columns=columns,
                asked=draft.images,
                spend=draft.amount,
                spend_month=month_of(line.created_at, now),
            ),
            key=payer.stored_key(KEY_PREFIX + line.request_id),
            request_digest=draft.request_digest,
            id=new_id(payer.account.tag),
            now=now,
            closed_through=self._closed[line.usage.account],
        )

    def _drafted(self, line: UsageLine) -> Draft:
        usage, payer = line.usage, self._payers[line.usage.account]
        self._check_currency(usage, payer)
        dated = self._prices.quote(usage, line.created_at)
        payer.named.expect(dated.quote.currency)
        rate, cost_rate = rates_of(dated.quote)
        rates = (rate,) if cost_rate is None else (rate, cost_rate)
        self.rates.update(each for each in rates if each.book_id != IMPORTED.id)
        amount = rate.unit_price * usage.n
        Entry(kind="charge", amount=amount)  # in range
        return Draft(
            payer=payer,
            amount=amount,
            images=usage.n,
            rates=rates,
            request_digest=rate.request_digest("charge", account=usage.account, n=usage.n),
            rate_id=rate.id.bytes,
            cost=cost_rate and cost_rate.unit_price * usage.n,
            cost_rate_id=cost_rate and cost_rate.id.bytes,
            since=dated.since,
            until=dated.until,
        )

    def _check_currency(self, usage: Usage, payer: Payer) -> None:
        """Refuse a line in a currency that is neither the account's nor the provider's."""
        if usage.currency and usage.currency != self._prices.cost_currency(usage):
            payer.named.expect(usage.currency)

    def _found(self, line: UsageLine) -> Payer:
        usage = line.usage
        before = self.refused.get(usage.account)
        if before is not None:
            self.refused[usage.account] = before._replace(lines=before.lines + 1)
            raise Refusal(None)
        try:
            payer = self._accounts.payer(lambda: self._connection, usage.account)
            self._prices.check_plan(usage.account, payer.named.plan)
        except AccountNotFound as problem:
            currency = f" --currency {usage.currency}" if usage.currency else ""
            words = f"image-billing account open {shlex.quote(usage.account)}{currency}"
            message = f"no account {usage.account!r}; open it with: {words}"
            self.refused[usage.account] = AccountError(usage.account, 1, message, problem.code)
            raise Refusal(None) from None
        except PlanMismatch as problem:
            self.refused[usage.account] = AccountError(
                usage.account, 1, problem.message, problem.code
            )
            raise Refusal(None) from None
        self._payers[usage.account] = payer
        self._closed[usage.account] = closed_through(self._connection, payer)
        return payer


def refusal(line: UsageLine, problem: BillingError | PricingError) -> Refusal:
    """That a line cannot be imported for a reason that the ledger, or the prices, gave."""
    param = _COLUMNS.get(problem.param or "", problem.param)
    message = problem.message
    if message.startswith(f"{problem.param}: "):
        message = f"{param}: {message.partition(': ')[2]}"
    if isinstance(problem, NoPriceInForce):
        message += " --trust-amounts charges the file's amount; --book FILE may have older lists."
    return Refusal(LineError(line.line, message, problem.code, param))
