"""The verbs that put money in and set it aside: top up, hold.

Each verb is one durable transaction, or a savepoint of the caller's (`Ledger.within`). Each takes
an idempotency key: the same key and request answers with the first row, the same key with another
request is an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection

from billing import holds
from billing.accounts import AccountRow
from billing.entries import Entry, digest_of
from billing.errors import AccountCurrency, InvalidEntry
from billing.hold_endings import HoldEndings
from billing.rates import RateRow, rate_of
from billing.rows import to_hold, to_transfer
from billing.transfers import Deadline, Hold, Transfer
from pricing import Quote
from pricing.money import parse_amount, to_nanos


class Verbs(HoldEndings):
    """All verbs that move money, over whichever transaction the funnel runs in."""

    def top_up(self, account: str, amount: Decimal | str | int, *, key: str) -> Transfer:
        """Put money into an account.

        Args:
            account: the account's code.
            amount: above zero, in the account's currency, at most nine decimals; no floats.
            key: idempotency key, e.g. the number of the invoice that was paid.
        """
        nanos = to_nanos(parse_amount(amount))
        if nanos <= 0:
            raise InvalidEntry("amount", amount, "a top-up is above zero")
        row, owner, repeated = self._post(
            lambda connection: self._accounts.by_code(connection, account),
            lambda _connection, _owner: Entry(kind="top-up", amount=nanos),
            key=key,
            request_digest=digest_of("top-up", account=account, amount=nanos),
        )
        return to_transfer(row, owner, repeated=repeated)

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
        quote.check(now)
        rate = rate_of(quote)
        due = now + expires_in if expires_in is not None else quote.expires_at
        if on_deadline not in ("expire", "doubt"):
            raise InvalidEntry("on_deadline", on_deadline, "use expire or doubt")

        def draft(connection: Connection, owner: AccountRow) -> Entry:
            if owner.currency != quote.currency:
                raise AccountCurrency(account, held=owner.currency, offered=quote.currency)
            self._rates.store(connection, rate)
            return Entry(
                kind="hold",
                amount=rate.unit_price * quote.n,
                columns={
                    "rate_id": rate.id,
                    "images": quote.n,
                    "quote_id": quote.id,
                    "expires_at": due,
                    "on_deadline": on_deadline,
                    "tags": _tags(tags),
                },
            )

        row, owner, repeated = self._post(
            lambda connection: self._accounts.by_code(connection, account),
            draft,
            key=key,
            request_digest=_request_digest(account, rate, quote.n),
        )
        if repeated:
            with self._view() as connection:
                first = holds.find(connection, owner, row.id, text=key)
                return to_hold(first.transfer, first.rate, owner, repeated=True)
        self._rates.remember(rate)
        return to_hold(row, rate, owner)


def _request_digest(account: str, rate: RateRow, n: int) -> bytes:
    return digest_of(
        "hold",
        account=account,
        model=rate.model,
        endpoint=rate.endpoint,
        size=rate.size,
        quality=rate.quality,
        n=n,
        amount=rate.unit_price * n,
        currency=rate.currency,
    )


def _tags(tags: Mapping[str, str] | None) -> str | None:
    if not tags:
        return None
    for name, value in tags.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise InvalidEntry("tags", tags, "tags map text to text")
    return json.dumps(dict(tags), sort_keys=True, ensure_ascii=False)
