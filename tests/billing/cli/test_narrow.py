"""Tables on terminals of any width: nothing is cut, nothing is wider than the terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from billing.cli import screen
from billing.cli.narrow import fitted
from billing.formats.grid import Grid
from billing.formats.rich_grid import drawn

_PROGRAM = "from billing.cli import main; main(prog_name='image-billing')"


def lines(table: Table, width: int) -> list[str]:
    console = Console(width=width, no_color=True)
    with console.capture() as captured:
        console.print(fitted(console, table))
    return [line.rstrip() for line in captured.get().splitlines()]


def balances() -> Table:
    table = screen.table(("account", "left"), ("available", "right"), ("", "left"))
    table.add_row(Text("acme", "bold"), "1234567.123456789", "USD")
    table.add_row("globex", "", "USD")
    return table


def test_a_table_that_fits_is_left_alone() -> None:
    assert lines(balances(), 32) == [
        "account          available",
        "acme     1234567.123456789  USD",
        "globex                      USD",
    ]


def test_a_table_that_does_not_fit_has_a_line_for_each_cell() -> None:
    assert lines(balances(), 30) == [
        "account    acme",
        "available  1234567.123456789",
        "           USD",
        "",
        "account    globex",
        "           USD",
    ]


def test_the_totals_of_a_report_are_told_like_its_rows() -> None:
    grid = Grid(
        header=("model", "amount"),
        numeric=(False, True),
        rows=(("gpt-image-2", "1234567.10"),),
        footing=(("total", "1234567.10"),),
    )
    expected = ["model   gpt-image-2", "amount  1234567.10", ""]
    assert lines(drawn(grid), 20) == [*expected, "model   total", "amount  1234567.10"]


def test_facts_without_headings_go_on_in_the_next_line() -> None:
    table = screen.table(("", "left"), ("", "left"), head=False)
    table.add_row("digest", "0123456789abcdef")
    assert lines(table, 16) == ["digest  01234567", "        89abcdef"]


@pytest.mark.parametrize("width", [24, 40, 59])
def test_a_narrow_terminal_sees_every_price(width: int) -> None:
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(width), "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "quote", "--all"], stdout=follower, env=environment
    ) as process:
        os.close(follower)
        told = b""
        while block := _read(leader):
            told += block
        os.close(leader)
    assert process.returncode == 0
    seen = re.sub(r"\x1b\[[0-9;]*m", "", told.decode()).splitlines()
    assert max(map(len, seen)) <= width
    assert "…" not in "".join(seen)
    assert {"0.00588", "0.05268", "0.21072", "2160x3840"} <= set(" ".join(seen).split())


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # how Linux says that nobody writes any more
        return b""
