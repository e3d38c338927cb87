"""All verbs of the ledger; here the one that sets money aside, and the verbs for many at once.

Each verb is one durable transaction, or a savepoint of the caller's (`Ledger.within`). Each takes
an idempotency key: the same key and request answers with the first row, the same key with another
request is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from billing.errors import BillingError, InvalidEntry
from billing.ledger import holds
from billing.ledger.accounts import Payer
from billing.ledger.asking import Ask, Made, Reads, Settled, later
from billing.ledger.cost_corrections import CostCorrections
from billing.ledger.entries import Entry
from billing.ledger.hold_endings import HoldEndings
from billing.ledger.holds import HoldRow
from billing.ledger.many import Answered
from billing.ledger.payments import Payments
from billing.ledger.rates import rates_of
from billing.ledger.rows import tags_text, to_capture, to_charge, to_hold
from billing.ledger.transfers import Capture, Charge, Deadline, Hold
from pricing import PricingError, Quote

#: What a verb for many answers in the place of a row.
BatchError = BillingError | PricingError


class Verbs(HoldEndings, Payments, CostCorrections):
    """All verbs that move money, over whichever transaction the funnel runs in."""

    def hold(
        self,
        account: str,
        quote: Quote,
        *,
        key: str,
        expires_in: timedelta | None = None,
        on_deadline: Deadline = "expire",
        tags: Mapping[str, str] | None = None,
    ) -> Hold:
        """Set the quoted total aside, or refuse.

        Args:
            account: the account's code; its currency must be the quote's.
            quote: unexpired and unaltered; the hold gets the quoted price.
            key: idempotency key; quote ids and times do not count when it is repeated.
            expires_in: how long the hold stands, 0 or less: it is due at once; default: until
                the quote expires.
            on_deadline: what passing the deadline means: a plain reservation expires, a hold under
                which a request was sent becomes in doubt.
            tags: text to text, kept with the hold.

        Raises:
            InsufficientFunds: the floor would be crossed; nothing was written.
            BudgetExceeded: a hard limit of the month would be; nothing was written.
        """
        ask = self._ask_hold(
            account, quote, key=key, expires_in=expires_in, on_deadline=on_deadline, tags=tags
        )
        return self._as_hold(self._settle(ask), ask)

    def hold_many(self, items: Sequence[Mapping[str, object]]) -> list[Hold | BatchError]:
        """Holds in few transactions, the answers in order.

        On SQLite up to a thousand share one. On PostgreSQL more than 50 go in up to four pieces, so
        that the next is drafted while the one before is written.

        Args:
            items: mappings with the names of `hold`'s arguments.

        Returns:
            For each item its hold, or the error that `hold` would have raised.
        """
        asks = [_asked(self._ask_hold, item) for item in items]
        answers = zip(self._settle_many(asks), asks, strict=True)
        return [
            self._as_hold(answer, ask)
            if isinstance(answer, Settled) and isinstance(ask, Ask)
            else _error(answer)
            for answer, ask in answers
        ]

    def capture_many(self, items: Sequence[Mapping[str, object]]) -> list[Capture | BatchError]:
        """The same for `capture`."""
        asks = [_asked(self._ask_capture, item) for item in items]
        return [_made(answer, to_capture) for answer in self._settle_many(asks)]

    def charge_many(self, items: Sequence[Mapping[str, object]]) -> list[Charge | BatchError]:
        """The same for `charge`."""
        asks = [_asked(self._ask_charge, item) for item in items]
        return [_made(answer, to_charge) for answer in self._settle_many(asks)]

    def _ask_hold(
        self,
        account: str,
        quote: Quote,
        *,
        key: str,
        expires_in: timedelta | None = None,
        on_deadline: Deadline = "expire",
        tags: Mapping[str, str] | None = None,
    ) -> Ask:
        if on_deadline not in ("expire", "doubt"):
            raise InvalidEntry("on_deadline", on_deadline, "use expire or doubt")
        rate, cost_rate = rates_of(quote)
        now = self._clock()
        columns: dict[str, object] = {
            "rate_id": rate.id,
            "images": quote.n,
            "quote_id": quote.id,
            "expires_at": quote.expires_at
            if expires_in is None
            else later("expires_in", now, expires_in),
            "on_deadline": on_deadline,
            "cost": cost_rate and cost_rate.unit_price * quote.n,
            "cost_rate_id": cost_rate and cost_rate.id,
            "tags": tags_text(tags),
        }
        amount = rate.unit_price * quote.n

        def prepare(reads: Reads) -> tuple[Payer, Entry]:
            quote.check(now)
            payer = self._accounts.payer(reads, account)
            payer.named.expect(quote.currency)
            return payer, Entry(
                kind="hold", amount=amount, columns=columns, spend=amount, spend_month=0
            )

        return Ask(
            key=key,
            request_digest=rate.request_digest("hold", account=account, n=quote.n),
            find_payer=lambda reads: self._accounts.payer(reads, account),
            prepare=prepare,
            rates=(rate, cost_rate),
        )

    def _as_hold(self, settled: Settled, ask: Ask) -> Hold:
        row, owner = settled.row, settled.payer.named
        rate = ask.rates[0]
        assert rate is not None
        if not settled.repeated:
            self._keep(HoldRow(row, rate, doubt=None, ending=None))
            return to_hold(row, rate, owner)
        with Reads(self._view) as reads:
            first = holds.find(reads(), settled.payer.account, row.id, text=ask.key)
            return to_hold(first.transfer, first.rate, owner, repeated=True)


def _asked(ask: Callable[..., Ask], item: Mapping[str, object]) -> Ask | BatchError:
    try:
        return ask(**item)
    except (TypeError, AttributeError) as problem:
        words = str(problem).partition("() ")[2] or str(problem)
        return InvalidEntry("items", sorted(item), words)
    except (BillingError, PricingError) as problem:
        return problem


def _made(answer: Answered, make: Callable[..., Made]) -> Made | BatchError:
    return answer.made(make) if isinstance(answer, Settled) else answer


def _error(answer: Answered) -> BatchError:
    assert not isinstance(answer, Settled), "only an ask is settled"
    return answer
