"""Runs every benchmark and writes one table of what they measured: `benchmarks/RESULTS.md`.

    python -m benchmarks.results [--quick] [--only REGEX] [--out FILE]

Each benchmark is a process of its own, one after the other; its figures are the lines that
`figures.tell` prints. Ends with 1 when a benchmark could not run; a missed goal is in the table.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.figures import Figure, read_figures

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks" / "RESULTS.md"


class Run(NamedTuple):
    """A benchmark, with the arguments of the whole run and of the quick one."""

    module: str
    whole: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()


RUNS: Final = (
    Run("quote"),
    Run("bulk_quote", quick=("100000",)),
    Run("quote_peers"),
    Run("ledger", quick=("--rounds", "1", "--seconds", "0.5", "--history", "20000")),
    Run("wrapper", quick=("--rounds", "2", "--calls", "10")),
    Run("import_usage", quick=("--lines", "20000", "--rounds", "1", "--only", "sqlite")),
    Run("report", ("--rows", "1000000"), ("--rows", "100000", "--rounds", "1")),
    Run("reconcile", quick=("--rows", "100000", "--rounds", "1")),
)


class Outcome(NamedTuple):
    """What a benchmark told."""

    command: str
    figures: list[Figure]
    #: Why there is nothing to tell; empty when it ran.
    failure: str


def run(each: Run, *, quick: bool) -> Outcome:
    """One benchmark, to its end; what it prints for people goes to stderr."""
    arguments = each.quick if quick else each.whole
    command = ["python", "-m", f"benchmarks.{each.module}", *arguments]
    done = subprocess.run(
        [sys.executable, *command[1:]], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, file=sys.stderr, flush=True)
    figures = list(read_figures(done.stdout.splitlines()))
    failure = "" if figures else f"no figures, exit code {done.returncode}"
    return Outcome(" ".join(command), figures, failure)


def table(outcomes: Iterable[Outcome], *, quick: bool) -> Iterator[str]:
    """The lines of the file."""
    yield "# What was measured\n"
    yield f"On {datetime.now(UTC):%Y-%m-%d}, {machine()}. Trust the ratios, not the rates."
    if quick:
        yield "A quick run: small files and few rounds, for a first look."
    yield "Renew with `make bench`; [README](README.md) says how each is measured.\n"
    yield "| claim | peer or limit | ratio | goal | | note | command |"
    yield "|---|---|---|---|---|---|---|"
    for outcome in outcomes:
        if outcome.failure:
            yield f"| ({outcome.failure}) | | | | | | `{outcome.command}` |"
        for figure in outcome.figures:
            verdict = {None: "", True: "met", False: "**missed**"}[figure.is_met]
            cells = (figure.claim, figure.against, f"{figure.ratio:.3g}", figure.goal, verdict)
            yield f"| {' | '.join([*cells, figure.note])} | `{outcome.command}` |"


def machine() -> str:
    """What it ran on, as far as it matters."""
    return f"CPython {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs"


def main() -> int:
    """Run them and write the table; 1 when one of them could not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in a few minutes")
    parser.add_argument("--only", default="", metavar="REGEX", help="benchmarks by name")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    outcomes = [run(e, quick=given.quick) for e in RUNS if re.search(given.only, e.module)]
    given.out.write_text("\n".join(table(outcomes, quick=given.quick)) + "\n", encoding="utf-8")
    return int(any(outcome.failure for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
