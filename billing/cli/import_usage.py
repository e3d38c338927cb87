"""`image-billing import`: back-fill existing usage from a CSV file, all of it or nothing."""

from __future__ import annotations

import sys
from typing import Final

import click
from click.core import ParameterSource

from billing.cli import screen
from billing.cli.exits import ERROR_TYPE, CommandFailed
from billing.cli.ledger_file import open_ledger
from billing.cli.options import INPUT_FILE, book_option, database_option, json_option
from billing.cli.price_file import errors_json
from billing.cli.price_source import catalog_option
from billing.importing import Import, ImportRefused, import_usage
from billing.importing.passes import Stage
from pricing import Catalog, PriceBook
from pricing.money import amount_text

_PROGRESS_WIDTH: Final = 72


@click.command("import", epilog="Example: image-billing import usage-2026-10.csv.gz --dry-run")
@click.argument("file", type=INPUT_FILE)
@click.option("--trust-amounts", is_flag=True, help="Charge the lines' amounts, not our prices.")
@click.option("--account", metavar="CODE", help="Whose usage lines without an account are.")
@click.option("--carry", is_flag=True, help="Book lines of closed months in the open month.")
@click.option("--dry-run", is_flag=True, help="Do all of it, then roll it back.")
@book_option
@catalog_option
@database_option
@json_option
def import_file(
    *,
    file: str,
    trust_amounts: bool,
    account: str | None,
    carry: bool,
    dry_run: bool,
    book: str,
    catalog_file: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Book the calls of FILE, each at its own time, by the price list that was in force then.

    FILE is CSV (or .csv.gz) with the columns request_id, created_at, account, model, endpoint,
    size, quality, n, amount, currency, status, cost, tags. A wrong line keeps the whole file out;
    a file that was imported before changes nothing. Lines of tax, fee, credit and total are left
    to `reconcile`.
    """
    prices = _prices(book, catalog_file)
    with open_ledger(database_url, may_make=True) as ledger:
        try:
            found = import_usage(
                ledger,
                file,
                prices=prices,
                trust_amounts=trust_amounts,
                account=account,
                carry=carry,
                dry_run=dry_run,
                progress=_progress,
            )
        except ImportRefused as refused:
            raise _failed(refused) from None
        finally:
            _tell("")
    if as_json:
        screen.print_json(_as_json(found))
    else:
        _show(found)


def _prices(book: str, catalog_file: str | None) -> PriceBook | Catalog:
    given = click.get_current_context().get_parameter_source("book")
    if catalog_file is not None and given is not ParameterSource.COMMANDLINE:
        return Catalog.load(catalog_file)
    return PriceBook.load(book)


def _progress(stage: Stage, lines: int, total: int | None) -> None:
    if total:
        share = lines / total
        _tell(f"{stage} {lines:,} of {total:,} lines [{'#' * int(share * 20):20}] {share:4.0%}")
    else:
        _tell(f"{stage} {lines:,} lines")


def _tell(progress: str) -> None:
    """One line on stderr that is written over, only for a person who looks at it."""
    if sys.stderr.isatty():
        click.echo(f"\r{progress:{_PROGRESS_WIDTH}}\r", err=True, nl=False)


def _failed(refused: ImportRefused) -> CommandFailed:
    accounts = [
        {
            "account": each.account,
            "lines": each.lines,
            "error": {
                "message": each.message,
                "type": ERROR_TYPE,
                "param": "account",
                "code": each.code,
            },
        }
        for each in refused.accounts
    ]
    return CommandFailed(
        refused.message,
        code=refused.code,
        param=refused.param,
        beside={
            "accounts": accounts,
            "errors": errors_json(refused.errors),
            "refused": refused.count,
        },
    )


def _as_json(found: Import) -> dict[str, object]:
    return {
        "dry_run": found.is_dry_run,
        "lines": found.lines,
        "imported": found.imported,
        "refunded": found.refunded,
        "already": found.already,
        "repeated": found.repeated,
        "carried": found.carried,
        "left": dict(found.left),
        "totals": [
            {
                "account": each.account,
                "calls": each.calls,
                "images": each.images,
                "amount": amount_text(each.amount),
                "refunded": amount_text(each.refunded),
                "currency": each.currency,
            }
            for each in found.sums
        ],
    }


def _show(found: Import) -> None:
    if found.sums:
        table = screen.table(
            ("account", "left"),
            *((name, "right") for name in ("calls", "images", "amount", "refunded")),
            ("", "left"),
        )
        amounts = screen.figures(each.amount for each in found.sums)
        refunds = screen.figures(each.refunded for each in found.sums)
        for each, amount, refunded in zip(found.sums, amounts, refunds, strict=True):
            counts = f"{each.calls:,}", f"{each.images:,}"
            table.add_row(each.account, *counts, amount, refunded, each.currency)
        screen.show(table)
    would = "would be " if found.is_dry_run else ""
    told = [f"{screen.counted(found.lines, 'line')}: {found.imported:,} {would}imported"]
    if found.refunded:
        told.append(f"{screen.counted(found.refunded, 'refund')} {would}given")
    if found.already:
        told.append(f"{found.already:,} in the ledger before, not again")
    if found.repeated:
        told.append(f"{found.repeated:,} further up in the file, not again")
    if found.carried:
        told.append(f"{found.carried:,} {would}booked late, in the open month")
    click.echo(", ".join(told))
    if found.left:
        kinds = ", ".join(f"{count:,} {status}" for status, count in sorted(found.left.items()))
        click.echo(f"note: no usage, left to reconcile: {kinds}", err=True)
