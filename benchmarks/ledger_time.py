"""What a verb of the ledger takes of the processor: of the client, and of PostgreSQL behind it.

    python -m benchmarks.ledger_time [--only pg|sqlite] [--rounds 40]

For machines that are busy: waiting for the disk, for locks and for other programs' turns is left
out, and of many short rounds in random order the cheapest counts. It says nothing of how many verbs
there are a second; `ledger.py` does. The backend's time is read from /proc, so this runs on Linux.
PostgreSQL commits without waiting for the disk here, for the rounds to be short.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import event, text

from benchmarks.ledger_books import BATCH, HOT, Books, Rig, fresh_quotes
from billing import Ledger
from billing.database.engines import reading

#: Turns of each kind before anything is measured: statements are planned, rates are stored.
_WARM = 12
#: The verbs by name: a turn of `Books`, how many turns make a round, verbs of a turn.
_TURNS: dict[str, tuple[Callable[[Books, Random], int], int, int]] = {
    "hold and capture": (Books.pair, 10, 2),
    "charge": (Books.charge, 15, 1),
    "hold_many and capture_many of 100": (Books.pairs_in_bulk, 1, 2 * BATCH),
    "charge_many of 100": (Books.charges_in_bulk, 1, BATCH),
}


@contextmanager
def opened(rig: Rig, engine: str) -> Iterator[tuple[Books, list[int]]]:
    """A ledger with one account, and the processes of the server that its connections belong to."""
    with rig.database(engine, f"time_{engine}") as url:
        slack = "&options=-csynchronous_commit%3Doff" if engine == "pg" else ""
        with Ledger.open(url + slack) as ledger:
            backends: set[int] = set()
            if engine == "pg":
                event.listen(
                    ledger.engine,
                    "connect",
                    lambda connection, _entry: backends.add(connection.info.backend_pid),
                )
                ledger.engine.dispose()
            books, chance = Books(ledger, (HOT,)), Random(1)
            for turn, _turns, _verbs in _TURNS.values():
                for _ in range(_WARM):
                    turn(books, chance)
            with reading(ledger.engine) as connection:
                connection.execute(text("SELECT 1"))
            yield books, sorted(backends)
            books.check(verify=False)


def on_processor_us(backends: list[int]) -> float:
    """Microseconds that these processes have run for."""
    files = [Path(f"/proc/{pid}/schedstat") for pid in backends]
    return sum(int(file.read_text().split()[0]) for file in files) / 1000


def measured(rig: Rig, engine: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Microseconds of a verb by name: of the client, of the server."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in _TURNS}
    chance = Random(2)
    with opened(rig, engine) as (books, backends):
        for _ in range(rounds):
            books.quotes = fresh_quotes()
            for name in random.sample(sorted(_TURNS), len(_TURNS)):
                turn, turns, verbs = _TURNS[name]
                work = partial(turn, books, chance)
                server, client = on_processor_us(backends), time.thread_time()
                for _ in range(turns):
                    work()
                client = (time.thread_time() - client) * 1e6
                server = on_processor_us(backends) - server
                found[name].append((client / turns / verbs, server / turns / verbs))
    return {
        name: (min(c for c, _ in each), min(s for _, s in each)) for name, each in found.items()
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("pg", "sqlite"))
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgres", metavar="URL", help="a server on this machine")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="ledger-time-") as folder,
        Rig(Path(folder), options.postgres) as rig,
    ):
        print(f"{'microseconds of the processor a verb':46} {'client':>8} {'server':>8}")
        for engine in ("pg", "sqlite"):
            if options.only in (None, engine):
                for name, (client, server) in measured(rig, engine, options.rounds).items():
                    print(f"{engine + ': ' + name:46} {client:8.1f} {server:8.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
