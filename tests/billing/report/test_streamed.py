"""Writers go through the rows of a report and keep none: memory does not grow with their number."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NoReturn, TextIO

import openpyxl
import pytest

from billing.cli.report import STREAMED
from billing.formats.report_html import document
from billing.formats.report_html.document import ROWS_DRAWN
from billing.formats.report_xlsx import write_xlsx
from billing.report import Report, UsageRow
from billing.report.series import ReportPage
from tests.billing.report.small_report import REPORT


class Counted(Sequence[UsageRow]):
    """Many rows of which no two are there at the same time."""

    def __init__(self, count: int) -> None:
        self.size, self.alive, self.most = count, 0, 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, at: object) -> NoReturn:
        message = "rows are gone through, not looked up"
        raise AssertionError(message)

    def __iter__(self) -> Iterator[UsageRow]:
        for number in range(self.size):
            self.alive += 1
            self.most = max(self.most, self.alive)
            row = UsageRow(
                keys=Freed(self, account=f"a{number}", size="1024x1024"),
                currency="USD",
                calls=1,
                images=1,
                amount=Decimal(number) / 1000,
            )
            yield row


class Freed(dict[str, str]):
    """The keys of a row, which say when they are gone."""

    def __init__(self, rows: Counted, **keys: str) -> None:
        super().__init__(**keys)
        self.rows = rows

    def __del__(self) -> None:
        self.rows.alive -= 1


@pytest.mark.parametrize("write", STREAMED.values(), ids=[*STREAMED])
def test_a_writer_lets_go_of_each_row_before_the_next(
    write: Callable[[Report, TextIO], None],
) -> None:
    rows = Counted(3000)
    report = replace(REPORT, rows=rows)  # type: ignore[arg-type]  # rows that are never all there
    target = io.StringIO()

    write(report, target)

    assert rows.most <= 3
    assert target.getvalue().count("a2999") == 1
    assert "2.999" in target.getvalue()


def test_a_workbook_lets_go_of_each_row_before_the_next() -> None:
    rows = Counted(3000)
    report = replace(REPORT, rows=rows)  # type: ignore[arg-type]  # as above
    page = ReportPage(
        report=report,
        previous=REPORT.period,
        previous_totals=(),
        days=(),
        cells=(),
        accounts=(),
        months=(),
    )
    target = io.BytesIO()

    write_xlsx(page, target, rows_of_sheet=1000)

    assert rows.most <= 3
    assert openpyxl.load_workbook(target).sheetnames[:3] == ["Summary", "Lines", "Lines 2"]


def test_a_page_shows_the_first_rows_and_says_how_many_are_left_out() -> None:
    rows = Counted(ROWS_DRAWN + 7)
    report = replace(REPORT, rows=rows)  # type: ignore[arg-type]  # as above
    (_table, said) = document._table(report, "Rows", name="rows")
    assert str(said).count("7 more are in the totals") == 1
    assert str(_table).count("<tr>") == ROWS_DRAWN + 1 + len(REPORT.totals)
