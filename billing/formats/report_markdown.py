"""The usage report as Markdown: what the table of the terminal says, for a wiki or a ticket."""

from __future__ import annotations

from billing.formats.markdown import bullets, escaped, markdown_table
from billing.formats.report_table import budget_grid, report_grid
from billing.formats.report_words import heading, notes
from billing.report import Report


def report_markdown(report: Report) -> str:
    """The whole report, with a line break at the end."""
    parts = [f"# {escaped(heading(report))}"]
    parts += [markdown_table(report_grid(report)) if report.rows else "No usage."]
    if report.budgets:
        parts += [markdown_table(budget_grid(report))]
    parts += [bullets(list(notes(report)))]
    return "\n\n".join(parts) + "\n"
