"""How long one pass of `holds expire` takes, by how many holds have ended before it.

    python -m benchmarks.expire [--ended 2000 200000] [--database-url URL]

Each ledger has that many captured holds, and three that are due. Printed beside it: the time of
looking at every hold there ever was, in the same run, and the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path

from billing import Hold, Ledger
from billing.database.engines import reading
from billing.database.tables import transfer
from billing.ledger import holds, in_buckets
from pricing import PriceBook, Quote

AT_ONCE = 1000
DUE = 3
PASSES = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ended", type=int, nargs="+", default=[2_000, 200_000])
    parser.add_argument("--database-url", help="An empty PostgreSQL ledger; default: SQLite.")
    given = parser.parse_args()
    book = PriceBook.load("openai-gpt-image-2")
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "low"})
    print("| ended holds | due | this pass | every hold there ever was | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        url = given.database_url or f"sqlite:///{Path(folder) / 'ledger.db'}"
        with Ledger.open(url) as ledger:
            ledger.open_account("acme", currency="USD", floor="-1000000000")
            ended = 0
            for wanted in sorted(given.ended):
                while ended < wanted:
                    end(ledger, quote, start=ended)
                    ended += AT_ONCE
                measure(ledger, quote, ended)


def end(ledger: Ledger, quote: Quote, *, start: int) -> None:
    """Make holds and capture them, as calls do within seconds."""
    asked = {"account": "acme", "quote": quote, "on_deadline": "doubt"}
    terms = {**asked, "expires_in": timedelta(minutes=-15)}
    made = ledger.hold_many([{**terms, "key": f"{start + n}"} for n in range(AT_ONCE)])
    ids = [hold.id for hold in made if isinstance(hold, Hold)]
    ledger.capture_many([{"hold_id": i, "images": 1, "key": f"{i}/c"} for i in ids])


def measure(ledger: Ledger, quote: Quote, ended: int) -> None:
    past = timedelta(seconds=-1)
    for n in range(DUE):
        ledger.hold("acme", quote, key=f"due/{ended}/{n}", expires_in=past)
    quick = median_of(lambda: look(ledger))
    slow = median_of(lambda: look_at_all(ledger))
    assert ledger.expire() == DUE
    row = f"{ended:,} | {DUE} | {quick * 1000:.2f} ms | {slow * 1000:.2f} ms | {slow / quick:.1f}"
    print(f"| {row} |", flush=True)


def look(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        found = in_buckets.falling_due(connection, by=ledger.now(), limit=AT_ONCE)
    assert len(found) == DUE


def look_at_all(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        is_due = transfer.c.expires_at <= ledger.now()
        found = list(islice(holds.unsettled(connection, is_due), AT_ONCE))
    assert len(found) == DUE


def median_of(work: Callable[[], None]) -> float:
    times = []
    for _ in range(PASSES):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    main()
