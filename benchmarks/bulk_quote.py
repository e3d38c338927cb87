"""What pricing a file of requests costs against reading it with the csv module alone.

    python benchmarks/bulk_quote.py [LINES]

Writes a CSV and a JSONL of random requests to a temporary folder, then reads and prices them in
interleaved rounds. Trust the ratios of one run. Ends with 1 when the CSV takes more than four times
what parsing it takes.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks.figures import tell
from pricing import PriceBook, Quote, quote_lines

ROUNDS = 5
LINES = 400_000
LIMIT = 4.0

BOOK = PriceBook.load("openai-gpt-image-2")


def price(request: Mapping[str, object], endpoint: str) -> Quote:
    return BOOK.quote(request, endpoint=endpoint)


def write(folder: Path, lines: int) -> tuple[Path, Path, Path]:
    """The same requests as CSV without and with a prompt, and as JSONL."""
    chance = random.Random(7)
    bare, prompted, jsonl = (folder / name for name in ("bare.csv", "prompted.csv", "all.jsonl"))
    with bare.open("w") as plain, prompted.open("w") as full, jsonl.open("w") as objects:
        plain.write("model,size,quality,n\n")
        full.write("model,size,quality,n,prompt\n")
        for number in range(lines):
            request = {
                "model": BOOK.model,
                "size": chance.choice(list(BOOK.sizes)),
                "quality": chance.choice(BOOK.qualities),
                "n": chance.randint(1, 8),
            }
            row = ",".join(map(str, request.values()))
            plain.write(f"{row}\n")
            full.write(f'{row},"a red fox, number {number}"\n')
            objects.write(json.dumps(request) + "\n")
    return bare, prompted, jsonl


def parse(path: Path) -> None:
    with path.open(newline="") as stream:
        for _ in csv.reader(stream):
            pass


def decode(path: Path) -> None:
    with path.open() as stream:
        for line in stream:
            json.loads(line)


def quote(path: Path) -> None:
    with path.open(newline="") as stream:
        quote_lines(stream, price)


def seconds(work: Callable[[Path], None], path: Path) -> float:
    start = time.perf_counter()
    work(path)
    return time.perf_counter() - start


def main(lines: int) -> int:
    """Print a line a file; 1 when the limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        bare, prompted, jsonl = write(Path(folder), lines)
        pairs = {bare: parse, prompted: parse, jsonl: decode}
        runs: dict[Path, list[tuple[float, float]]] = {path: [] for path in pairs}
        for _ in range(ROUNDS):
            for path, alone in pairs.items():
                runs[path].append((seconds(alone, path), seconds(quote, path)))
        missed = False
        for path, times in runs.items():
            alone, priced = (median(column) for column in zip(*times, strict=True))
            ratio = priced / alone
            rate = lines / priced
            print(f"{path.name:14} {rate:9,.0f} lines/s   {ratio:5.2f} x parsing alone")
            limit = LIMIT if path.suffix == ".csv" else None
            missed |= tell(
                f"quote_lines, {path.name}",
                against="parsing alone",
                ratio=ratio,
                at_most=limit,
                note=f"{rate:,.0f} lines/s",
            )
        tracemalloc.start()
        quote(prompted)
        print(f"peak memory    {tracemalloc.get_traced_memory()[1] / 2**20:9.1f} MiB")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES))
