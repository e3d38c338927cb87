"""Booking the refunds of a usage file, after its charges: each gives back from a call by its id."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from sqlalchemy import Connection

from billing.errors import BillingError
from billing.importing.booking import CHUNK_LINES
from billing.importing.drafts import KEY_PREFIX, Drafting, Refusal, refusal
from billing.importing.found import FoundCall, calls_found
from billing.importing.lines import UsageLine
from billing.importing.prices import Prices
from billing.importing.tallies import Tallies
from billing.ledger.accounts import Payer
from billing.ledger.verbs import Verbs
from pricing import PricingError
from pricing.csv_rows import LineError
from pricing.money import from_nanos, to_nanos


class Refunds:
    """The refunds of one import."""

    def __init__(
        self,
        connection: Connection,
        verbs: Verbs,
        *,
        drafting: Drafting,
        tallies: Tallies,
        prices: Prices,
    ) -> None:
        self._connection, self._verbs = connection, verbs
        self._drafting, self._tallies, self._prices = drafting, tallies, prices
        self._chunk: list[tuple[UsageLine, Payer]] = []
        #: How many lines of the file give back so much of one call at one time.
        self._equal: Counter[tuple[str, str, Decimal]] = Counter()

    def add(self, line: UsageLine) -> None:
        """Book a line that was refunded, with those after it.

        Raises:
            Refusal: it cannot be.
        """
        self._chunk.append((line, self._drafting.refunded(line)))
        if len(self._chunk) >= CHUNK_LINES:
            self.flush()

    def flush(self) -> None:
        """Give back what the collected lines say."""
        chunk, self._chunk = self._chunk, []
        found = calls_found(self._connection, [line.request_id for line, _payer in chunk])
        for line, payer in chunk:
            calls = found.get(line.request_id, ())
            paid = [call for call in calls if call.is_paid and call.is_of(payer)]
            try:
                self._give_back(line, payer, paid)
            except Refusal as problem:
                self._tallies.refuse(problem)
            except (BillingError, PricingError) as problem:
                self._tallies.refuse(refusal(line, problem))

    def _give_back(self, line: UsageLine, payer: Payer, paid: list[FoundCall]) -> None:
        if not paid:
            message = f"request_id: account {line.usage.account!r} has paid no such call"
            error = LineError(line.line, message, "transfer_not_found", "request_id")
            raise Refusal(error)
        imported = payer.stored_key(KEY_PREFIX + line.request_id)
        call = next((each for each in paid if each.key == imported), paid[0])
        amount = self._amount(line, call)
        key = self._key(line, amount)
        row = self._verbs.refund(
            call.text,
            amount,
            key=key,
            reason="imported",
            occurred_at=line.created_at,
        )
        if row.repeated:
            self._tallies.already += 1
            return
        self._drafting.check_open(line)
        self._correct_cost(line, call, key=f"{key}/cost")
        self._tallies.refunds += 1
        self._tallies.of(payer).refunded += to_nanos(row.amount)
        self._tallies.carried += self._drafting.is_closed(line)

    def _correct_cost(self, line: UsageLine, call: FoundCall, *, key: str) -> None:
        """What the provider gives back it does not charge; without a known cost there is none."""
        cost = line.usage.cost_nanos
        if cost and call.cost_currency == line.usage.currency:
            self._verbs.correct_cost(
                line.usage.account,
                -from_nanos(cost),
                key=key,
                reason="refunded by the provider",
                actor="import",
                transfer_id=call.text,
                occurred_at=line.created_at,
            )

    def _key(self, line: UsageLine, amount: Decimal) -> str:
        """Made of the call and the time; equal lines of a file are numbered from the second on."""
        key = f"{KEY_PREFIX}{line.request_id}/refund/{line.created_at:%Y%m%dT%H%M%S.%f}"
        same = line.usage.account, key, amount
        self._equal[same] += 1
        return key if self._equal[same] == 1 else f"{key}/{self._equal[same]}"

    def _amount(self, line: UsageLine, call: FoundCall) -> Decimal:
        """What the line says, or what its images cost by the price that was paid for them."""
        if self._prices.trusts_amounts:
            assert line.usage.amount_nanos is not None
            return from_nanos(line.usage.amount_nanos)
        each = call.amount // (call.images or 1)
        return from_nanos(each * line.usage.n)
