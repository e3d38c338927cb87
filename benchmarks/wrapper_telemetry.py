"""What telemetry takes of a call where OpenTelemetry is not installed; prints microseconds.

    python benchmarks/wrapper_telemetry.py

All that one billed call asks of it: who watches, four steps and their answers, the end, two rows
and two verbs of the ledger. CPU time, the best of several runs: whatever else the machine does only
adds.
"""

from __future__ import annotations

import sys
import time
import timeit
from types import SimpleNamespace
from typing import Any

CALLS = 20_000
RUNS = 7


def microseconds() -> float:
    """Of one call."""
    assert "opentelemetry" not in sys.modules, "it would be measured instead"
    sys.modules["opentelemetry"] = None  # type: ignore[assignment]  # as if it were not installed
    from billing import telemetry
    from billing.client.call.watching import watch

    call: Any = SimpleNamespace(is_dry_run=False)
    step: Any = object()

    def told() -> None:
        watcher = watch(call)
        for _ in range(4):
            watcher.asked(step)
            watcher.answered(step)
        watcher.ended()
        for _ in range(2):
            telemetry.written(step, "acme", "USD", None, is_own=True)
            telemetry.verb_done("hold", 0.0)

    assert telemetry.instruments() is None
    return (
        min(timeit.repeat(told, timer=time.process_time, number=CALLS, repeat=RUNS)) / CALLS * 1e6
    )


if __name__ == "__main__":
    print(f"{microseconds():.2f}")
