"""What billing tells whoever runs it: log lines, and metrics where OpenTelemetry is installed.

One line an event on the logger `image_billing`, with its facts as fields of the record; numbers
through `opentelemetry-api` alone, so that the application decides where they go. Without that
package nothing is measured. Keys, prompts, answers and messages of errors are never told.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from billing.ledger import Ledger
    from billing.ledger.rates import RateRow
    from billing.ledger.rows import TransferRow
    from billing.telemetry_otel import Instruments

_log: Final = logging.getLogger("image_billing")


def tell(level: int, event: str, message: str, **facts: object) -> None:
    """Log one event.

    Args:
        level: of `logging`.
        event: its name, the field `event` of the record.
        message: for people, with `%(name)s` for a fact.
        facts: fields of the record; none may be named as the record's own (`name`, `args`...).
    """
    if not _log.isEnabledFor(level):
        return
    # A filter of the application's may raise; money has moved, and that must not be undone by it.
    with suppress(Exception):
        _log.log(level, message, facts, extra={"event": event, **facts})


def is_told(level: int) -> bool:
    """Somebody hears events of this level."""
    return _log.isEnabledFor(level)


@cache
def instruments() -> Instruments | None:
    """What OpenTelemetry measures with; None where its API is not installed."""
    try:
        from billing.telemetry_otel import Instruments
    except ImportError:
        return None
    return Instruments()


def heard_instruments() -> Instruments | None:
    """The same where the application has said where it goes; else a call need not be followed."""
    meters = instruments()
    if meters is None:
        return None
    from billing.telemetry_otel import is_heard

    return meters if is_heard() else None


def observe(ledger: Ledger) -> None:
    """Have the gauges of what is in doubt read this ledger, whenever they are scraped."""
    if (meters := instruments()) is not None:
        meters.observe(ledger, place=str(ledger.engine.url))


def forget(ledger: Ledger) -> None:
    """Have no gauge read this ledger any more: it is closed."""
    if (meters := instruments()) is not None:
        meters.forget(ledger)


def written(
    row: TransferRow, account: str, currency: str, rate: RateRow | None, *, is_own: bool
) -> None:
    """Count a row that a verb wrote; not within a transaction of the caller's, which may fail.

    Args:
        row: as it was written.
        account: whose code it was written under.
        currency: of the account.
        rate: what the row's images cost each, when this process knows it.
        is_own: it is committed.
    """
    meters = instruments()
    if meters is None or not is_own:
        return
    with suppress(Exception):
        meters.written(row, account, currency, rate)


def verb_done(kind: str, seconds: float) -> None:
    """Measure a verb that answered with a row of this kind."""
    if (meters := instruments()) is not None:
        with suppress(Exception):
            meters.verb_done(kind, seconds)
