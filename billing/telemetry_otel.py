"""The metrics and the tracer of billing, made with `opentelemetry-api`; names in one place.

What each means is in docs/observability.md. Money is counted in whole nano-units: a counter of
integers stays exact where the exporter keeps integers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakValueDictionary

from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, Counter, Meter, Observation

from billing.telemetry_spans import SCOPE, CallSpans, Facts

if TYPE_CHECKING:
    from billing.ledger.rates import RateRow
    from billing.ledger.rows import TransferRow

_log: Final = logging.getLogger("image_billing")

#: Accounts that metrics name, the first that this process meets; all others count as one.
ACCOUNTS_MAX: Final = 100
OTHER_ACCOUNT: Final = "_other"
#: Stands for what is priced when the hold was made by another process.
UNKNOWN: Final = "_unknown"
#: The fields of a rate that say what was bought.
_PRICED: Final = ("model", "endpoint", "size", "quality")

#: The counter of each kind of row.
_COUNTED: Final = {
    "hold": ("holds", "{hold}", "Money set aside for a call."),
    "capture": ("captures", "{capture}", "Holds that ended with delivered images."),
    "void": ("voids", "{hold}", "Holds that were released: nothing was charged."),
    "expire": ("expiries", "{hold}", "Holds that their deadline released."),
    "doubt": ("doubts", "{hold}", "Holds that fell in doubt."),
}


def is_heard() -> bool:
    """Whether the application has said where spans or metrics go: else both are dropped."""
    providers = trace.get_tracer_provider(), metrics.get_meter_provider()
    # The API's own stand-ins; that of metrics has no public name.
    return not all("Proxy" in type(provider).__name__ for provider in providers)


class InDoubtSource(Protocol):
    """A ledger, as far as the gauges read it."""

    def in_doubt(self) -> tuple[int, float]:
        """How many holds are in doubt, and for how many seconds the oldest has been; 0 if none."""


class Instruments:
    """All of them; safe to share between threads."""

    def __init__(self) -> None:
        meter = metrics.get_meter(SCOPE)
        self._tracer = trace.get_tracer(SCOPE)
        self._quotes = _counter(meter, "quotes", "{quote}", "Calls that were priced.")
        self._refusals = _counter(meter, "refusals", "{call}", "Calls refused before a hold.")
        self._rows = {kind: _counter(meter, *said) for kind, said in _COUNTED.items()}
        self._images = _counter(meter, "captured.images", "{image}", "Images that were charged.")
        self._amount = _counter(
            meter, "captured.amount", "{nano}", "Money charged, in 1e-9 of the currency."
        )
        self._verbs = meter.create_histogram(
            f"{SCOPE}.ledger.duration", "s", "A verb of the ledger, from the call to its commit."
        )
        self._provider = meter.create_histogram(
            f"{SCOPE}.provider.duration", "s", "One attempt, until its answer was read."
        )
        self._accounts: set[str] = set()
        self._ledgers: WeakValueDictionary[str, InDoubtSource] = WeakValueDictionary()
        self._lock = Lock()
        meter.create_observable_gauge(
            f"{SCOPE}.in_doubt.holds", [self._in_doubt_holds], "{hold}", "Holds in doubt now."
        )
        meter.create_observable_gauge(
            f"{SCOPE}.in_doubt.oldest_age",
            [self._in_doubt_age],
            "s",
            "How long the oldest hold in doubt has been so; 0 without one.",
        )

    def call_spans(self, facts: Facts) -> CallSpans | None:
        """The spans of a call that begins; None when nobody records them."""
        spans = CallSpans(self._tracer, facts)
        return spans if spans.is_recording else None

    def quoted(self, *, model: str, endpoint: str, size: str, quality: str) -> None:
        """A call was priced: its fields are of the price book, so there are only so many."""
        self._quotes.add(
            1, {"model": model, "endpoint": endpoint, "size": size, "quality": quality}
        )

    def refused(self, code: str) -> None:
        """A call was refused; by code only, since its other fields may be anything."""
        self._refusals.add(1, {"code": code})

    def written(self, row: TransferRow, account: str, currency: str, rate: RateRow | None) -> None:
        """A row is in the ledger."""
        whose = {"account": self.bounded(account), "currency": currency}
        if (counter := self._rows.get(row.kind)) is not None:
            counter.add(1, whose)
        if row.kind in ("capture", "charge"):
            priced = {name: getattr(rate, name, UNKNOWN) for name in _PRICED}
            self._images.add(row.images or 0, {**whose, **priced})
            self._amount.add(row.amount, {**whose, **priced})

    def verb_done(self, kind: str, seconds: float) -> None:
        """A verb of the ledger answered with a row of this kind."""
        self._verbs.record(seconds, {"kind": kind})

    def provider_done(self, endpoint: str, model: str, status: str, seconds: float) -> None:
        """An attempt came back: with an HTTP status, or by the name of an exception."""
        facts = {"endpoint": endpoint, "model": model, "status": status}
        self._provider.record(seconds, facts)

    def observe(self, ledger: InDoubtSource, *, place: str) -> None:
        """Read the ledger at this place for the gauges, as long as somebody else keeps it."""
        self._ledgers[place] = ledger

    def forget(self, ledger: InDoubtSource) -> None:
        """Read this ledger no more."""
        for place, observed in list(self._ledgers.items()):
            if observed is ledger:
                self._ledgers.pop(place, None)

    def bounded(self, account: str) -> str:
        """The account as metrics name it."""
        if account in self._accounts:
            return account
        with self._lock:
            if len(self._accounts) >= ACCOUNTS_MAX:
                return OTHER_ACCOUNT
            self._accounts.add(account)
            return account

    def _in_doubt_holds(self, _options: CallbackOptions) -> Iterator[Observation]:
        readings = self._readings()
        if readings:
            yield Observation(sum(holds for holds, _age_s in readings))

    def _in_doubt_age(self, _options: CallbackOptions) -> Iterator[Observation]:
        readings = self._readings()
        if readings:
            yield Observation(max(age_s for _holds, age_s in readings))

    def _readings(self) -> list[tuple[int, float]]:
        """Of every ledger that answers; a scrape must not fail because one is away."""
        found: list[tuple[int, float]] = []
        for ledger in list(self._ledgers.values()):
            try:
                found.append(ledger.in_doubt())
            except Exception as error:  # noqa: BLE001 - whatever it is, the other metrics go out
                # Class name only: a database's message may quote its address.
                _log.debug("what is in doubt was not read: %s", type(error).__name__)
        return found


def _counter(meter: Meter, name: str, unit: str, description: str) -> Counter:
    return meter.create_counter(f"{SCOPE}.{name}", unit, description)
