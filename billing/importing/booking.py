"""Booking the charges of a usage file, a chunk of lines at a time, in the import's transaction.

Once something is wrong nothing more is written: the rest is only looked at, so that all that is
wrong is told at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from billing.database.wires import wire_within
from billing.errors import BudgetExceeded, InsufficientFunds
from billing.importing.charge_rows import ChargeRows
from billing.importing.drafts import KEY_PREFIX, Draft, Drafted, Drafting, Refusal, refusal
from billing.importing.found import FoundCall, Locked, calls_found
from billing.importing.lines import UsageLine
from billing.importing.tallies import Tallies
from billing.ledger.accounts import Payer
from billing.ledger.orders import Refused
from billing.ledger.rates import store
from billing.ledger.refusals import explained
from billing.ledger.verbs import Verbs
from pricing.csv_rows import LineError
from pricing.money import format_amount, from_nanos, to_nanos

#: Lines that are looked up, and written, together.
CHUNK_LINES: Final = 5000
#: Lines of a wrong file that are kept to find another with the same id: nothing is written there.
SEEN_MAX: Final = 50_000


class Booking:
    """The charges of one import."""

    def __init__(
        self,
        connection: Connection,
        verbs: Verbs,
        *,
        drafting: Drafting,
        tallies: Tallies,
        locked: Locked | None = None,
        writes: bool = True,
    ) -> None:
        """Take the import's transaction.

        Args:
            connection: in that transaction; it need not write when `writes` is false.
            verbs: in it, too.
            drafting: what lines become.
            tallies: told what was booked, and what is wrong.
            locked: what is known of the balances since they are; None where nothing is written.
            writes: false only to look what else is wrong with a file that is refused.
        """
        self._connection, self._verbs = connection, verbs
        self._drafting, self._tallies = drafting, tallies
        self._by_orders, self._newest = locked or Locked(set(), {})
        self._rows = ChargeRows(connection, clock=drafting.clock)
        self._writes = writes
        self._chunk: dict[tuple[str, str], Drafted] = {}
        self._seen: dict[tuple[str, str], Drafted] = {}
        self._stored: set[int] = set()
        # By account: what was written, and the first line that its money did not allow.
        self._written: dict[str, int] = {}
        self._short: dict[str, tuple[UsageLine, InsufficientFunds]] = {}

    def add(self, line: UsageLine) -> None:
        """Book a line that was charged, with those after it.

        Raises:
            Refusal: it cannot be.
        """
        drafted = line, self._drafting.draft(line)
        key = line.usage.account, line.request_id
        first = self._seen.get(key) or self._chunk.setdefault(key, drafted)
        if first is not drafted:
            self._again(line, is_same=_is_same_line(first, drafted), where=None)
        if len(self._chunk) >= CHUNK_LINES:
            self.flush()

    def flush(self) -> None:
        """Look the collected lines up, and write those that are new."""
        if not self._writes and len(self._seen) < SEEN_MAX:
            self._seen |= self._chunk
        chunk, self._chunk = list(self._chunk.values()), {}
        if not chunk:
            return
        found = calls_found(self._connection, [line.request_id for line, _draft in chunk])
        fresh = self._postable(self._unknown(chunk, found) if found else chunk)
        for draft, count in Counter([draft for _line, draft in fresh]).items():
            tally = self._tallies.of(draft.payer)
            tally.calls += count
            tally.images += count * draft.images
            tally.amount += count * draft.amount
        if fresh and self._writes and not self._tallies.errors.count and not self._short:
            self._write(fresh)

    def finish(self) -> None:
        """Write the last lines, and tell whose money does not allow the file."""
        self.flush()
        self._rows.roll_up()
        for account, (line, problem) in self._short.items():
            self._tallies.errors.keep(self._short_of(account, line, problem))

    def _unknown(self, chunk: list[Drafted], found: Mapping[str, list[FoundCall]]) -> list[Drafted]:
        """The lines whose calls are not in the ledger; of the others it is told how they stand."""
        fresh: list[Drafted] = []
        for drafted in chunk:
            line, draft = drafted
            own = [call for call in found.get(line.request_id, ()) if call.is_of(draft.payer)]
            if own:
                self._known(line, draft, own)
            else:
                fresh.append(drafted)
        return fresh

    def _postable(self, fresh: list[Drafted]) -> list[Drafted]:
        """Those that may be booked when they occurred, or carried; the others are told."""
        postable: list[Drafted] = []
        for drafted in fresh:
            try:
                self._drafting.check_open(drafted[0])
            except Refusal as problem:
                self._tallies.refuse(problem)
            else:
                postable.append(drafted)
        return postable

    def _write(self, fresh: list[Drafted]) -> None:
        """Write lines: as plain rows by account, or by orders where those need a look."""
        self._store_rates(fresh)
        by_account: defaultdict[str, list[Drafted]] = defaultdict(list)
        for drafted in fresh:
            by_account[drafted[0].usage.account].append(drafted)
        others: list[Drafted] = []
        for account, drafts in by_account.items():
            if self._is_plain(drafts) and self._rows.add(drafts):
                written = sum([draft.amount for _line, draft in drafts])
                self._written[account] = self._written.get(account, 0) + written
            else:
                others += drafts
        self._rows.write()
        if others:
            self._write_orders(others)

    def _is_plain(self, drafts: list[Drafted]) -> bool:
        """Whether one account's rows need no look of their own."""
        payer = drafts[0][1].payer
        has_limit = payer.member is not None or payer.account.id in self._by_orders
        return not has_limit and not self._drafting.has_late(drafts)

    def _write_orders(self, fresh: list[Drafted]) -> None:
        orders = self._drafting.orders(fresh)
        drafts = [(order, draft.payer) for order, (_line, draft) in zip(orders, fresh, strict=True)]
        outcomes = self._verbs.post_drafted(drafts)
        for (line, draft), order, outcome in zip(fresh, orders, outcomes, strict=True):
            if isinstance(outcome, Refused):
                self._refused(line, draft.payer, outcome)
                continue
            code = draft.payer.account.code
            self._written[code] = self._written.get(code, 0) + draft.amount
            self._tallies.carried += order.late > 0

    def _store_rates(self, fresh: list[Drafted]) -> None:
        """Write the rates that are not there yet, so that the rows go in as plain ones."""
        rates = {rate for _line, draft in fresh for rate in draft.rates}
        new = [rate for rate in sorted(rates) if rate.id.int not in self._stored]
        if new:
            wire = wire_within(self._connection)
            for rate in new:
                store(wire, rate)
                self._stored.add(rate.id.int)

    def _known(self, line: UsageLine, draft: Draft, calls: list[FoundCall]) -> None:
        """A line whose call the ledger has: booked before, or by somebody else."""
        paid = [call for call in calls if call.is_paid]
        if not paid:
            message = f"request_id: {calls[0].text} is about this call; settle that hold, e.g. with"
            message += " reconcile, and leave the line out"
            error = LineError(line.line, message, "call_is_held", "request_id")
            self._tallies.refuse(Refusal(error))
            return
        is_same = any(_is_same_call(call, line, draft) for call in paid)
        newest = self._newest.get(draft.payer.account.id)
        is_ours = newest is not None and all(call.version > newest for call in paid)
        self._again(line, is_same=is_same, where=None if is_ours else paid[0].text)

    def _again(self, line: UsageLine, *, is_same: bool, where: str | None) -> None:
        """A line that is known; `where` is the row of the ledger, None: it is above in the file."""
        if is_same:
            self._tallies.repeated += where is None
            self._tallies.already += where is not None
            return
        stands = "in the file" if where is None else f"as {where}"
        message = f"request_id: {line.request_id!r} stands {stands} before, with other content"
        error = LineError(line.line, message, "idempotency_conflict", "request_id")
        self._tallies.refuse(Refusal(error))

    def _refused(self, line: UsageLine, payer: Payer, refused: Refused) -> None:
        if payer.account.code in self._short:
            return  # told once, for all its lines
        problem = explained(refused, self._connection, payer)
        assert problem is not None, "nobody else moves money under the import's locks"
        if isinstance(problem, BudgetExceeded):
            self._tallies.refuse(refusal(line, problem))
        elif isinstance(problem, InsufficientFunds):
            self._short[payer.account.code] = line, problem

    def _short_of(self, account: str, line: UsageLine, problem: InsufficientFunds) -> LineError:
        """What a whole file lacks, where the problem of one line says what that line does."""
        wanted = sum(
            tally.amount
            for tally in self._tallies.accounts.values()
            if tally.payer.account.code == account
        )
        written = self._written.get(account, 0)
        spendable = to_nanos(problem.available) - to_nanos(problem.floor) + written
        told = [
            format_amount(from_nanos(nanos), problem.currency)
            for nanos in (wanted, spendable, wanted - spendable)
        ]
        message = (
            f"account {account!r}: the file charges {told[0]}, and {told[1]} can be spent; "
            f"a top-up of {told[2]} would do"
        )
        return LineError(line.line, message, problem.code, "account")


def _is_same_line(one: Drafted, other: Drafted) -> bool:
    (first, draft), (second, again) = one, other
    facts = first.created_at, first.tags, draft.request_digest, draft.cost
    others = second.created_at, second.tags, again.request_digest, again.cost
    return facts == others


def _is_same_call(call: FoundCall, line: UsageLine, draft: Draft) -> bool:
    """Whether a call is what the line says; what others booked need not agree on the time."""
    usage = line.usage
    cell = usage.model, usage.endpoint, usage.size, usage.quality
    is_same = (
        (call.model, call.endpoint, call.size, call.quality) == cell
        and call.images == draft.images
        and call.amount == draft.amount
    )
    if call.key != draft.payer.stored_key(KEY_PREFIX + line.request_id):
        return is_same
    facts = line.created_at, line.tags, draft.cost
    return is_same and (call.occurred_at, call.tags, call.cost) == facts
