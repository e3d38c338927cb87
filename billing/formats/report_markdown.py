"""The usage report as Markdown: what the table of the terminal says, for a wiki or a ticket."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TextIO

from billing.formats.markdown import bullets, escaped, markdown_lines, markdown_table
from billing.formats.report_table import budget_grid, report_grid
from billing.formats.report_words import heading, notes
from billing.report import Report


def report_markdown(report: Report) -> str:
    """The whole report, with a line break at the end."""
    buffer = io.StringIO()
    write_markdown(report, buffer)
    return buffer.getvalue()


def write_markdown(report: Report, target: TextIO) -> None:
    """The same into a text file, line by line: no memory holds the text of them all."""
    target.writelines(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {escaped(heading(report))}", "")
    if report.rows:
        yield from markdown_lines(report_grid(report))
    else:
        yield "No usage."
    if report.budgets:
        yield from ("", markdown_table(budget_grid(report, has_bars=False)))
    yield from ("", bullets(list(notes(report))))
