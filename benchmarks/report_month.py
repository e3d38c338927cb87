"""A month of made-up charges for `report.py`: as Parquet for polars, as a roll-up for the ledger.

The roll-up is written directly, as sums of the same charges: ten million verbs would take hours.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from billing import Ledger
from billing.database.engines import writing
from billing.database.tables import account, rate, rollup
from billing.ledger.rates import rates_of
from billing.ledger.rollup.parts import NO_ID
from billing.report import build_report
from pricing import PriceBook

#: Lines of the report, calls, images, nano-units.
Totals = tuple[int, int, int, int]

ACCOUNTS = 500
MONTH = "2026-10"
KEYS = ["account", "model", "size", "quality"]
_START = datetime(2026, 10, 1, tzinfo=UTC)
_DAYS = 31
_MICROS = 1_000_000
_AT_ONCE = 50_000


def charges(rows: int) -> Any:  # noqa: ANN401 - a frame of polars, which is not typed here
    """The charges as a lazy frame of polars; accounts are of very different size."""
    pl = importlib.import_module("polars")

    book = PriceBook.load("openai-gpt-image-2")
    quotes = [
        book.quote({"model": book.model, "size": size, "quality": quality}, at=_START)
        for size in book.sizes
        for quality in book.qualities
    ]
    rates = [rates_of(quote)[0] for quote in quotes]
    cells = pl.LazyFrame(
        {
            "cell": pl.Series(range(len(rates)), dtype=pl.UInt64),
            "model": [each.model for each in rates],
            "size": [each.size for each in rates],
            "quality": [each.quality for each in rates],
            "price": [each.unit_price for each in rates],
        }
    )
    number = pl.int_range(rows, dtype=pl.UInt64, eager=False)
    drawn = (number.hash(seed) for seed in range(1, 5))
    who, what, when, how_many = drawn
    # The square of a uniform number: the first accounts make most of the calls.
    share = (who % 1_000_000) / 1_000_000
    at = int(_START.timestamp()) * _MICROS + when % (_DAYS * 86_400 * _MICROS)
    frame = pl.LazyFrame().select(
        (share * share * ACCOUNTS).cast(pl.Int64).alias("account_number"),
        (what % len(rates)).alias("cell"),
        at.cast(pl.Datetime("us", "UTC")).alias("at"),
        (how_many % 8 + 1).cast(pl.Int64).alias("images"),
    )
    return frame.join(cells, on="cell", how="left").select(
        (pl.lit("account-") + pl.col("account_number").cast(pl.String)).alias("account"),
        *("model", "size", "quality", "at", "images"),
        (pl.col("images") * pl.col("price")).alias("amount"),
    )


def generate(rows: int, folder: Path) -> dict[str, float]:
    """Write both files; answers how many lines the roll-up has."""
    pl = importlib.import_module("polars")

    parquet = folder / f"{rows}.parquet"
    charges(rows).sink_parquet(parquet, compression="zstd")
    day = pl.col("at").dt.strftime("%Y%m%d").cast(pl.Int64).alias("day")
    sums = (
        pl.scan_parquet(parquet)
        .group_by("account", day, "model", "size", "quality")
        .agg(pl.len().alias("transfers"), pl.col("images").sum(), pl.col("amount").sum())
        .collect(engine="streaming")
    )
    book = PriceBook.load("openai-gpt-image-2")
    with Ledger.open(f"sqlite:///{folder / f'{rows}.db'}") as ledger:
        for number in range(ACCOUNTS):
            ledger.open_account(f"account-{number}", currency=book.currency)
        with writing(ledger.engine) as connection:
            ids = dict(connection.execute(select(account.c.code, account.c.id)).all())
            rates = {}
            for size in book.sizes:
                for quality in book.qualities:
                    asked = {"model": book.model, "size": size, "quality": quality}
                    row, _cost = rates_of(book.quote(asked, at=_START))
                    connection.execute(insert(rate).values(row._asdict()))
                    rates[size, quality] = row.id
            for part in sums.iter_slices(_AT_ONCE):
                lines = [
                    {
                        "account_id": ids[code],
                        "month": on // 100,
                        "spender_id": ids[code],
                        "rate_id": rates[size, quality],
                        "cost_rate_id": NO_ID,
                        "kind": "capture",
                        "booked_in": 0,
                        "day": on,
                        "transfers": calls,
                        "asked": images,
                        "images": images,
                        "uncosted": calls,
                        "amount": amount,
                        "cost": 0,
                    }
                    for code, on, _model, size, quality, calls, images, amount in part.rows()
                ]
                connection.execute(insert(rollup), lines)
    return {"lines": sums.height}


def by_rollup(rows: int, folder: Path) -> Totals:
    """The month's report of the ledger by account, model, size and quality; what it comes to."""
    report = build_report(_opened(folder / f"{rows}.db"), MONTH, by=KEYS)
    calls, images = sum(row.calls for row in report.rows), sum(row.images for row in report.rows)
    return len(report.rows), calls, images, sum(int(row.amount * 10**9) for row in report.rows)


@cache
def _opened(path: Path) -> Ledger:
    """Opened by the first report, which is the cold one."""
    return Ledger.open(f"sqlite:///{path}")


def by_polars(rows: int, folder: Path) -> Totals:
    """The same by polars over the Parquet file."""
    pl = importlib.import_module("polars")

    end = datetime(2026, 11, 1, tzinfo=UTC)
    found = (
        pl.scan_parquet(folder / f"{rows}.parquet")
        .filter((pl.col("at") >= _START) & (pl.col("at") < end))
        .group_by(KEYS)
        .agg(pl.len().alias("calls"), pl.col("images").sum(), pl.col("amount").sum())
        .sort(KEYS)
        .collect()
    )
    return found.height, *(found[name].sum() for name in ("calls", "images", "amount"))


def peak_mib() -> float:
    """The most memory that this process has had; not its parent's, as `ru_maxrss` may say."""
    try:
        status = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """One piece of work in a process of its own: what, rows, folder; the figures as JSON."""
    what, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if what == "generate":
        print(json.dumps(generate(rows, folder)))
        return
    work = {"rollup": by_rollup, "polars": by_polars}[what]
    seconds = []
    for _ in range(2):  # cold, imports included; then warm
        start = time.perf_counter()
        totals = work(rows, folder)
        seconds.append(time.perf_counter() - start)
    figures = {"cold": seconds[0], "warm": seconds[1], "mib": peak_mib(), "totals": totals}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
