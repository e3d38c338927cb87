"""All verbs of the ledger; here the one that sets money aside: hold.

Each verb is one durable transaction, or a savepoint of the caller's (`Ledger.within`). Each takes
an idempotency key: the same key and request answers with the first row, the same key with another
request is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from billing.errors import InvalidEntry
from billing.ledger import holds
from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Entry
from billing.ledger.hold_endings import HoldEndings
from billing.ledger.payments import Payments
from billing.ledger.rates import cost_rate_of, price_rate_of
from billing.ledger.rows import tags_text, to_hold
from billing.ledger.transfers import Deadline, Hold
from pricing import Quote


class Verbs(HoldEndings, Payments):
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
            expires_in: how long the hold stands; default: until the quote expires.
            on_deadline: what passing the deadline means: a plain reservation expires, a hold under
                which a request was sent becomes in doubt.
            tags: text to text, kept with the hold.

        Raises:
            InsufficientFunds: the floor would be crossed; nothing was written.
        """
        now = self._clock()
        rate, cost_rate = price_rate_of(quote), cost_rate_of(quote)
        due = now + expires_in if expires_in is not None else quote.expires_at
        if on_deadline not in ("expire", "doubt"):
            raise InvalidEntry("on_deadline", on_deadline, "use expire or doubt")

        def draft(connection: Connection, owner: AccountRow) -> Entry:
            quote.check(now)
            owner.expect(quote.currency)
            self._rates.store(connection, rate)
            self._rates.store(connection, cost_rate)
            return Entry(
                kind="hold",
                amount=rate.unit_price * quote.n,
                columns={
                    "rate_id": rate.id,
                    "images": quote.n,
                    "quote_id": quote.id,
                    "expires_at": due,
                    "on_deadline": on_deadline,
                    "cost": cost_rate and cost_rate.unit_price * quote.n,
                    "cost_rate_id": cost_rate and cost_rate.id,
                    "tags": tags_text(tags),
                },
            )

        row, owner, repeated = self._post(
            lambda connection: self._accounts.by_code(connection, account),
            draft,
            key=key,
            request_digest=rate.request_digest("hold", account=account, n=quote.n),
        )
        if repeated:
            with self._view() as connection:
                first = holds.find(connection, owner, row.id, text=key)
                return to_hold(first.transfer, first.rate, owner, repeated=True)
        self._rates.remember(rate, cost_rate)
        return to_hold(row, rate, owner)
