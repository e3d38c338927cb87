"""What writing a report of many rows takes in memory, in each format.

    python benchmarks/report_formats.py [--rows 100000 --rows 1000000] [--only csv --only xlsx]

The rows are made one by one when a writer goes through them, so that what is measured is what the
writer keeps; a real report holds its grouped rows besides (550 bytes each). Each format is written
in a process of its own, to /dev/null. Ends with 1 when memory grows with the rows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Final, NoReturn, TextIO

from benchmarks.figures import tell
from benchmarks.report_month import peak_mib
from billing.formats.report_csv import write_csv
from billing.formats.report_html import report_html
from billing.formats.report_json import write_json
from billing.formats.report_markdown import write_markdown
from billing.formats.report_table import write_text
from billing.formats.report_xlsx import write_xlsx
from billing.report import Figures, Report, ReportPeriod, UsageRow
from billing.report.series import MonthSums, ReportPage

#: Peak at the most rows, over that at the fewest.
GROWTH: Final = 1.1
_PERIOD: Final = ReportPeriod(
    "2026-10", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), "UTC", "open"
)
_PRICE: Final = Decimal("0.05268")


class Rows(Sequence[UsageRow]):
    """A row for each account, size and quality, made when its turn comes."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: object) -> NoReturn:
        message = "rows are gone through, not looked up"
        raise NotImplementedError(message)

    def __iter__(self) -> Iterator[UsageRow]:
        for number in range(self._count):
            keys = {"account": f"account-{number // 2}", "quality": ("low", "high")[number % 2]}
            images = 1 + number % 97
            yield UsageRow(
                keys=keys,
                currency="USD",
                calls=1 + number % 31,
                asked=images,
                images=images,
                amount=_PRICE * images,
            )


def page(count: int) -> ReportPage:
    """A report of so many rows, whose charts have one day, one cell and one account."""
    amount = _PRICE * count
    total = Figures(currency="USD", calls=count, asked=count, images=count, amount=amount)
    report = Report(
        period=_PERIOD,
        by=("account", "quality"),
        made_at=_PERIOD.end,
        rows=Rows(count),  # type: ignore[arg-type]  # rows that are never all there
        totals=(total,),
    )

    def drawn(**keys: str) -> tuple[UsageRow]:
        return (UsageRow(keys=keys, currency="USD", images=count, amount=amount),)

    return ReportPage(
        report=report,
        previous=_PERIOD,
        previous_totals=(),
        days=drawn(day="2026-10-01", quality="low"),
        cells=drawn(size="1024x1024", quality="low"),
        accounts=drawn(account="account-0"),
        months=(MonthSums("2026-10", (total,)),),
    )


def _text(write: Callable[[Report, TextIO], None]) -> Callable[[ReportPage, IO[bytes]], None]:
    def written(given: ReportPage, _target: IO[bytes]) -> None:
        with Path("/dev/null").open("w", encoding="utf-8") as target:
            write(given.report, target)

    return written


FORMATS: Final[dict[str, Callable[[ReportPage, IO[bytes]], object]]] = {
    "table": _text(write_text),
    "csv": _text(write_csv),
    "json": _text(write_json),
    "markdown": _text(write_markdown),
    "xlsx": write_xlsx,
    "html": lambda given, target: target.write(report_html(given).encode()),
}


def written(form: str, count: int) -> dict[str, float]:
    """One report in one format; in a process of its own."""
    made = page(count)
    start = time.process_time()
    with Path("/dev/null").open("wb") as target:
        FORMATS[form](made, target)
    return {"seconds": time.process_time() - start, "mib": peak_mib()}


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--only", choices=FORMATS, action="append")
    parser.add_argument("--measure", nargs=2, metavar=("FORMAT", "ROWS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(written(given.measure[0], int(given.measure[1]))))
        return 0
    sizes = sorted(given.rows or (100_000, 1_000_000))
    is_missed = False
    for form in given.only or FORMATS:
        peaks = []
        for count in sizes:
            command = [sys.executable, __file__, "--measure", form, str(count)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
            found: dict[str, float] = json.loads(done.stdout)
            peaks.append(found["mib"])
            print(
                f"{form:9} {count:9,} rows: {found['seconds']:6.1f} s of the processor, "
                f"peak {found['mib']:.0f} MiB"
            )
        is_missed |= tell(
            f"peak memory of a report of {sizes[-1]:,} rows as {form}",
            against=f"{sizes[0]:,} rows",
            ratio=peaks[-1] / peaks[0],
            at_most=GROWTH,
        )
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
