"""What the bill adds to a call, against the bare SDK on the same loopback server.

    python benchmarks/wrapper.py [--rounds 5] [--calls 40] [--think-ms 200] [--only REGEX]

One call at a time: the wall time that a billed call takes beyond a bare one, over what the ledger
alone takes for the same two commits (hold, capture with evidence). By hand: the same time over
what those commits take around a bare call, where a program without the wrapper would write them.
All turns follow each other in random order, so a busy machine or a slow disk moves all. 64 at
once: the wall time of 64 concurrent billed calls of the async client on one account, with the group
writer, over that of 64 bare ones, while the server thinks for as long as it is told. SQLite with
synchronous=FULL, and a PostgreSQL with its defaults (fsync on). Telemetry: microseconds of a call
where OpenTelemetry is not installed. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from openai import AsyncOpenAI, OpenAI

from benchmarks.figures import tell
from benchmarks.ledger_books import HOT, Rig
from benchmarks.wrapper_provider import provider
from billing import Ledger, bill
from billing.ledger.evidence import Evidence
from pricing import PriceBook

ADDED_MAX = 1.25
AT_ONCE_MAX = 1.3
AT_ONCE = 64
TELEMETRY_MAX_US = 2.0
ENGINES = ("sqlite", "postgresql")
_FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "size": "1024x1024",
    "quality": "medium",
    "n": 1,
}
_BOOK = PriceBook.load("openai-gpt-image-2")
_WARM_UP = 5


class Line(NamedTuple):
    """One case: a ratio a round, and what it is made of, in milliseconds."""

    name: str
    ratios: list[float]
    allowed: float
    made_of: str

    @property
    def is_missed(self) -> bool:
        return median(self.ratios) > self.allowed

    def __str__(self) -> str:
        spread = f"({min(self.ratios):.2f}-{max(self.ratios):.2f})"
        verdict = "MISSED" if self.is_missed else "met"
        return (
            f"{self.name:26} {median(self.ratios):5.2f} {spread:12} {self.allowed:7.2f} "
            f"{verdict:7} {self.made_of}"
        )


class Commits:
    """The two commits of a call, by the ledger alone, with evidence like that of a call."""

    def __init__(self, ledger: Ledger, between: Callable[[], object] = lambda: None) -> None:
        self._ledger, self._between = ledger, between
        self._serial = time.time_ns()

    def __call__(self) -> None:
        self._serial += 1
        key = f"commits-{self._serial}"
        quote = _BOOK.quote(_FIELDS)
        held = self._ledger.hold(HOT, quote, key=key, on_deadline="doubt", tags={})
        sent_at = datetime.now(UTC)
        self._between()
        evidence = Evidence(
            request_id="req_bench",
            http_status=200,
            created=1778688000,
            delivered=1,
            urls=("https://images.example.com/1.png",),
            sent_at=sent_at,
            done_at=datetime.now(UTC),
            sdk="openai 3.54.0",
            endpoint="generations",
            body_sha256="0" * 64,
        )
        self._ledger.capture(held.id, images=1, key=f"{key}/capture", evidence=evidence)


def one_at_a_time(rig: Rig, engine: str, rounds: int, calls: int) -> list[Line]:
    """The added time of a call over that of its commits, on their own and around a bare call."""
    with (
        rig.database(engine, f"one_{engine}") as url,
        Ledger.open(url) as ledger,
        provider(0) as base_url,
        OpenAI(base_url=base_url, api_key="none", max_retries=0) as sdk,
    ):
        client = bill(sdk, ledger, account=HOT)

        def bare() -> object:
            return sdk.images.generate(prompt="a red kite", **_FIELDS)

        turns: dict[str, Callable[[], object]] = {
            "bare": bare,
            "commits": Commits(ledger),
            "by hand": Commits(ledger, bare),
            "billed": lambda: client.images.generate(prompt="a red kite", **_FIELDS),
        }
        for _ in range(_WARM_UP):
            for turn in turns.values():
                turn()
        measured = [_round(turns, calls) for _ in range(rounds)]
    alone = [(ms["billed"] - ms["bare"]) / ms["commits"] for ms in measured]
    around = [(ms["billed"] - ms["bare"]) / (ms["by hand"] - ms["bare"]) for ms in measured]
    parts = {name: median(ms[name] for ms in measured) for name in turns}
    made_of = ", ".join(f"{name} {ms:.2f}" for name, ms in parts.items()) + " ms"
    return [
        Line(f"one at a time, {engine}", alone, ADDED_MAX, made_of),
        Line(f"over by hand, {engine}", around, ADDED_MAX, "the same calls"),
    ]


def _round(turns: dict[str, Callable[[], object]], calls: int) -> dict[str, float]:
    """The median milliseconds of each turn, the turns mixed."""
    times: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(calls):
        # Each of them follows each other one as often: a commit may leave the disk busy.
        for name in random.sample(sorted(turns), len(turns)):
            begun = time.perf_counter()
            turns[name]()
            times[name].append((time.perf_counter() - begun) * 1000)
    return {name: median(of_turn) for name, of_turn in times.items()}


def at_once(rig: Rig, engine: str, rounds: int, think_s: float) -> list[Line]:
    """64 concurrent calls, billed over bare."""
    with (
        rig.database(engine, f"many_{engine}") as url,
        Ledger.open(url, group_writer=True) as ledger,
        provider(think_s) as base_url,
    ):
        measured = asyncio.run(_at_once(ledger, base_url, rounds))
    ratios = [billed / bare for bare, billed in measured]
    bare_ms, billed_ms = (median(times) * 1000 for times in zip(*measured, strict=True))
    made_of = f"bare {bare_ms:.0f}, billed {billed_ms:.0f} ms for all"
    return [Line(f"{AT_ONCE} at once, {engine}", ratios, AT_ONCE_MAX, made_of)]


def telemetry() -> Line:
    """Microseconds of a call, in a process without OpenTelemetry."""
    script = Path(__file__).with_name("wrapper_telemetry.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    return Line("telemetry", [float(done.stdout)], TELEMETRY_MAX_US, "microseconds a call")


async def _at_once(ledger: Ledger, base_url: str, rounds: int) -> list[tuple[float, float]]:
    async with AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0) as sdk:
        client = bill(sdk, ledger, account=HOT)
        await _crowd(sdk)
        await _crowd(client)
        return [(await _crowd(sdk), await _crowd(client)) for _ in range(rounds)]


async def _crowd(client: AsyncOpenAI) -> float:
    begun = time.perf_counter()
    calls = (client.images.generate(prompt="a red kite", **_FIELDS) for _ in range(AT_ONCE))
    await asyncio.gather(*calls)
    return time.perf_counter() - begun


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=40, help="of each kind in a round")
    parser.add_argument("--think-ms", type=float, default=200.0)
    parser.add_argument("--only", default="", metavar="REGEX", help="cases by name")
    parser.add_argument("--postgres", metavar="URL")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="wrapper-") as folder,
        Rig(Path(folder), options.postgres) as rig,
    ):
        cases: dict[str, Callable[[str], list[Line]]] = {
            "one at a time": lambda engine: one_at_a_time(
                rig, engine, options.rounds, options.calls
            ),
            f"{AT_ONCE} at once": lambda engine: at_once(
                rig, engine, options.rounds, options.think_ms / 1000
            ),
        }
        lines = [
            line
            for name, case in cases.items()
            for engine in ENGINES
            if re.search(options.only, f"{name}, {engine}")
            for line in case(engine)
        ]
    if re.search(options.only, "telemetry"):
        lines.append(telemetry())
    print(f"{'case':26} ratio {'(rounds)':12} allowed")
    print(*lines, sep="\n")
    for line in lines:
        tell(
            f"wrapper: {line.name}",
            against="the bare SDK",
            ratio=median(line.ratios),
            at_most=line.allowed,
            note=line.made_of,
        )
    return int(any(line.is_missed for line in lines))


if __name__ == "__main__":
    sys.exit(main())
