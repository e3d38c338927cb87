"""`quote --file`: a file of requests priced line by line; progress and bad lines go to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from billing.cli import screen
from billing.cli.exits import ERROR_TYPE
from pricing.csv_rows import LineError
from pricing.file_bytes import lines_of as bounded_lines
from pricing.money import amount_text

if TYPE_CHECKING:
    from pricing import BulkQuote

#: How many bad lines are shown to a person; with --json all that are kept.
_SHOWN: Final = 20


@contextmanager
def lines_of(file: str) -> Iterator[Iterator[str]]:
    """The lines of a file, or of stdin for `-`; what is not UTF-8 is refused where it matters."""
    if file == "-":
        stdin = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="")
        yield bounded_lines(stdin)
        stdin.detach()  # closing it would close the process's stdin
        return
    with Path(file).open(encoding="utf-8", errors="replace", newline="") as stream:
        yield bounded_lines(stream)


def told(lines: int) -> None:
    """Progress, only for a person who looks at it."""
    if sys.stderr.isatty():
        click.echo(f"\r{lines:,} lines", err=True, nl=False)


def told_all() -> None:
    """The end of the line of progress."""
    if sys.stderr.isatty():
        click.echo("\r" + " " * 30 + "\r", err=True, nl=False)


def errors_json(errors: tuple[LineError, ...]) -> list[dict[str, object]]:
    """Bad lines, each with the error object that a single request would get."""
    return [
        {
            "line": each.line,
            "error": {
                "message": each.message,
                "type": ERROR_TYPE,
                "param": each.param,
                "code": each.code,
            },
        }
        for each in errors
    ]


def show_errors(errors: tuple[LineError, ...], count: int) -> None:
    """Bad lines on stderr."""
    for each in errors[:_SHOWN]:
        screen.say(f"line {each.line}: {each.message}", err=True)
    if count > _SHOWN:
        click.echo(f"... and {count - _SHOWN:,} more lines that are refused", err=True)


def bulk_json(answer: BulkQuote) -> dict[str, object]:
    """What the file costs, by cell."""
    return {
        "lines": answer.lines,
        "refused": answer.refused,
        "errors": errors_json(answer.errors),
        "totals": [
            {
                "model": each.cell.model,
                "endpoint": each.cell.endpoint,
                "size": each.cell.size,
                "quality": each.cell.quality,
                "calls": each.calls,
                "images": each.images,
                "amount": amount_text(each.amount),
            }
            for each in answer.totals
        ],
        "total": amount_text(answer.total),
        "currency": answer.currency,
    }


def show_bulk(answer: BulkQuote) -> None:
    """A line a cell, the dearest first, and the sum."""
    cells = sorted(answer.totals, key=lambda each: each.amount, reverse=True)
    table = screen.table(
        ("endpoint", "left"),
        ("size", "left"),
        ("quality", "left"),
        ("calls", "right"),
        ("images", "right"),
        (answer.currency or "", "right"),
    )
    *amounts, total = screen.figures([*(each.amount for each in cells), answer.total])
    for each, amount in zip(cells, amounts, strict=True):
        cell = each.cell
        counts = f"{each.calls:,}", f"{each.images:,}"
        table.add_row(cell.endpoint, cell.size, cell.quality, *counts, amount)
    calls, images = (sum(column) for column in zip(*_counts(answer), strict=True))
    table.add_row("total", "", "", f"{calls:,}", f"{images:,}", total, style="bold")
    refused = f", {answer.refused:,} refused" if answer.refused else ""
    screen.show(table, screen.text((f"{screen.counted(answer.lines, 'request')}{refused}", "dim")))


def _counts(answer: BulkQuote) -> list[tuple[int, int]]:
    return [(0, 0), *((each.calls, each.images) for each in answer.totals)]
