"""`image-billing reconcile`: the ledger against a provider's statement, and what follows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from billing.cli import screen
from billing.cli.exits import DISCREPANCIES, DONE
from billing.cli.ledger_file import open_ledger
from billing.cli.options import INPUT_FILE, database_option, duration, json_option, name_or_file
from billing.cli.options import amount as exact
from billing.cli.report_files import put_binary, put_rows, put_text
from billing.errors import InvalidEntry
from billing.formats import reconciliation_text as told
from billing.formats import reconciliation_words as words
from billing.formats.reconciliation_csv import write_work_list
from billing.formats.reconciliation_html import reconciliation_html
from billing.formats.reconciliation_json import reconciliation_json
from billing.formats.reconciliation_markdown import reconciliation_markdown
from billing.formats.reconciliation_xlsx import write_xlsx
from billing.formats.rich_grid import drawn
from billing.reconciliation import Reconciliation, Tolerances
from billing.reconciliation import reconcile as compare
from billing.reconciliation.progress import Progress

#: Formats that are text.
TEXTS: Final = {
    "table": told.reconciliation_text,
    "json": reconciliation_json,
    "html": reconciliation_html,
    "markdown": reconciliation_markdown,
}
FORMATS: Final = ("table", "json", "csv", "xlsx", "html", "markdown")
#: From here on it takes long enough to say that something is going on.
_LONG: Final = 5_000_000
_SAMPLE: Final = 65_536


@click.command(epilog="Example: image-billing reconcile statement.csv --month 2026-10")
@click.argument("statement", type=INPUT_FILE)
@click.option("--month", metavar="YYYY-MM", required=True, help="Of the ledger, in UTC.")
@click.option(
    "--mapping",
    metavar="NAME|FILE",
    callback=name_or_file,
    help="How the file is read.  [default: its header]",
)
@click.option("--post", is_flag=True, help="Book what is proposed and sign off; needs --actor.")
@click.option("--actor", metavar="WHO", help="Who decides; kept in the ledger.")
@click.option("--approver", metavar="WHO", help="A second person, for what is --approve-over.")
@click.option("--approve-over", metavar="AMOUNT", help="A booking above it needs an approver.")
@click.option(
    "--accept-fingerprints",
    is_flag=True,
    help="Book lines that were matched without a request id as well.",
)
@click.option(
    "--settling-lag",
    metavar="TIME",
    default="72h",
    show_default=True,
    help="How long the provider may take to bill a call: 3d, 72h, 90m.",
)
@click.option("--write-off-limit", metavar="AMOUNT", help="Most that is written off as rounding.")
@click.option(
    "--tolerance",
    "tolerances",
    metavar="NAME=VALUE",
    multiple=True,
    help="line, bucket-minor-units, bucket-share, month-share (numbers) or edge (a time).",
)
@click.option("--fail-over", metavar="AMOUNT", help="Exit 3 only when more is unexplained.")
@click.option("--quiet", is_flag=True, help="Print nothing for people unless it ends with 3.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: table.", default="table"
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file; default: stdout.")
@database_option
@json_option
def reconcile(
    *,
    statement: str,
    month: str,
    mapping: str | None,
    post: bool,
    actor: str | None,
    approver: str | None,
    approve_over: str | None,
    accept_fingerprints: bool,
    settling_lag: str,
    write_off_limit: str | None,
    tolerances: tuple[str, ...],
    fail_over: str | None,
    quiet: bool,
    form: str,
    output: str | None,
    database_url: str | None,
    as_json: bool,
) -> int:
    """Compare a month of the ledger with the provider's STATEMENT, line by line.

    What the calls cost us is compared, never what customers pay. Every difference gets a class and
    a proposal; both sides are proved to tie. Exits with 3 while anything is left to decide. With
    --post the proposals are booked as new rows and the run is stored: doing it twice changes
    nothing. A closed month is not touched: what belongs to it is booked in the open one.

    A line that cannot be read is unexplained by its amount; when that cannot be read either, what
    is unexplained is unknown (in JSON: null). Nothing is voided while there is such a line, while
    the statement ends before the call, or while a line without a call is near it.
    """
    if post and not (actor or "").strip():
        message = "--post needs --actor WHO"
        raise click.UsageError(message)
    form = "json" if as_json else form
    limit = None if fail_over is None else exact(fail_over, "fail-over")
    held_to = _tolerances(tolerances, settling_lag, write_off_limit)
    with open_ledger(database_url) as ledger, _progress(statement) as progress:
        found = compare(
            ledger,
            statement,
            month,
            mapping=mapping,
            tolerances=held_to,
            accept_fingerprints=accept_fingerprints,
            post=post,
            actor=actor,
            approver=approver,
            approve_over=None if approve_over is None else exact(approve_over, "approve-over"),
            progress=progress,
        )
    fails = _fails(found, limit)
    if fails or not quiet or form != "table" or output is not None:
        _put(found, form, output)
    return DISCREPANCIES if fails else DONE


def _fails(found: Reconciliation, limit: Decimal | None) -> bool:
    """Whether anything is left to decide; with a limit, whether more than that is unexplained."""
    if limit is None or found.statement.is_other_months:
        return not found.is_clean
    return found.unexplained.is_nan() or found.unexplained > limit


def _put(found: Reconciliation, form: str, output: str | None) -> None:
    if form == "xlsx":
        put_binary(lambda file: write_xlsx(found, file), output, what="XLSX")
    elif form == "csv":
        put_rows(lambda file: write_work_list(found, file), output)
    elif form == "table" and output is None and sys.stdout.isatty():
        _draw(found)
    else:
        put_text(TEXTS[form](found), output)


def _tolerances(given: tuple[str, ...], lag: str, write_off_limit: str | None) -> Tolerances:
    settings: dict[str, Decimal | timedelta] = {"settling_lag": duration(lag, "settling-lag")}
    if write_off_limit is not None:
        settings["write_off_limit"] = exact(write_off_limit, "write-off-limit")
    for each in given:
        name, _, value = each.partition("=")
        if name == "edge":
            settings["edge"] = duration(value, "tolerance")
        elif name in ("line", "bucket-minor-units", "bucket-share", "month-share"):
            settings[name.replace("-", "_")] = exact(value, "tolerance")
        else:
            allowed = "line, bucket-minor-units, bucket-share, month-share or edge, = and a value"
            raise InvalidEntry("tolerance", each, allowed)
    return Tolerances(**settings)  # type: ignore[arg-type]  # each by its own reader


@contextmanager
def _progress(statement: str) -> Iterator[Progress | None]:
    """A bar on stderr, while somebody is looking at it and the file is long."""
    path = Path(statement)
    if not sys.stderr.isatty() or not path.is_file() or path.stat().st_size < _LONG:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("lines"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        expected = _expected(path)
        task = bar.add_task("lines", total=expected)
        yield lambda lines: bar.update(
            task, completed=lines, total=expected and max(lines, expected)
        )


def _expected(path: Path) -> int | None:
    """About how many lines a file has, by its beginning; None where that says nothing."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    is_text = path.suffix in (".csv", ".jsonl")
    return path.stat().st_size * start.count(b"\n") // len(start) if is_text and start else None


def _draw(found: Reconciliation) -> None:
    screen.show(screen.text((words.heading(found), "bold")), "")
    for warning in words.warnings(found):
        screen.show(screen.text((warning, "bold red")), "")
    screen.show(drawn(words.summary_grid(found)), "")
    for title, lines in told.sections(found):
        screen.show(screen.text((title, "bold")), *lines, "")
    style = "bold green" if found.is_clean else "bold red"
    screen.show(
        *(screen.text((line, "dim")) for line in (*told.notes(found), "")),
        *(screen.text((line, "dim")) for line in told.proof_lines(found)),
        screen.text((words.unexplained_line(found), style)),
    )
