"""The counts of long runs of the laws: a line for each walk, and the sum of the lines.

python -m tests.properties.ledger_counts FILE...
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

#: What a step is called in the counts when the ledgers took it and wrote something.
VERBS = (
    *("top_up", "adjust", "hold", "capture", "void", "doubt", "charge", "refund", "correct_cost"),
    *("limit", "floor", "open", "close", "reopen", "seal"),
)
MANY = (
    *("hold_many", "capture_many", "charge_many", "expire", "age"),
    *("deadline: expire", "deadline: doubt"),
)


def accepted(counted: Mapping[str, int]) -> int:
    """Steps in which something was written; a batch is one, whatever it held."""
    return sum(counted.get(name, 0) for name in (*VERBS, *MANY[:5]))


def keep(path: Path, line: Mapping[str, object]) -> None:
    """Add one line; several processes may."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def summed(lines: Iterable[str]) -> tuple[int, Counter[str]]:
    """How many walks there were, and what they counted together."""
    total: Counter[str] = Counter()
    walks = 0
    for line in lines:
        walks += 1
        total.update(json.loads(line)["counted"])
    return walks, total


def main(paths: list[str]) -> None:
    """Print the sums of some files."""
    walks, total = summed(line for path in paths for line in Path(path).read_text().splitlines())
    sys.stdout.write(
        f"{walks} walks, {total['steps']:,} steps, {accepted(total):,} accepted on each engine\n"
    )
    for name, times in sorted(total.items()):
        sys.stdout.write(f"  {times:>9,}  {name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
