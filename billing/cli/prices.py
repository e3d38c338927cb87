"""`image-billing prices`: price books, what they say, what changes, and what a sale leaves."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import click

from billing.cli import price_list, screen
from billing.cli.exits import BAD_USAGE, DISCREPANCIES, DONE, CommandFailed
from billing.cli.options import INPUT_FILE, books, instant, json_option
from billing.cli.price_source import catalog_option
from pricing import BookError, CatalogError, FileError, PriceBook, Problem
from pricing.book import DEFAULT_BOOK
from pricing.file_bytes import read_bytes


@click.group(epilog="Example: image-billing prices show openai-gpt-image-2")
def prices() -> None:
    """Price books: list, show, check, diff, margin."""


@prices.command("list", epilog="Example: image-billing prices list --json")
@json_option
def list_books(*, as_json: bool) -> None:
    """The price books that come with this package."""
    loaded = [PriceBook.load(book_id) for book_id in PriceBook.bundled()]
    if as_json:
        screen.print_json({"books": [price_list.summary(book) for book in loaded]})
        return
    table = screen.table(
        ("book", "left"),
        ("model", "left"),
        ("currency", "left"),
        ("in force from", "left"),
        ("basis", "left"),
        ("sizes", "right"),
    )
    for book in loaded:
        rates = price_list.rates_now(book)
        since = rates.effective_from.isoformat()
        table.add_row(book.id, book.model, book.currency, since, rates.basis, str(len(book.sizes)))
    screen.show(table)


@prices.command(epilog="Example: image-billing prices show my-prices.yaml --at 2026-11-01")
@click.argument("book", default=DEFAULT_BOOK, shell_complete=books)
@click.option("--at", metavar="TIME", help="Prices of a day (00:00 UTC) or instant; default: now.")
@json_option
def show(*, book: str, at: str | None, as_json: bool) -> None:
    """A price list as people read it; BOOK is a bundled id or a YAML file."""
    loaded = PriceBook.load(book)
    moment = instant(at, "at")
    rates = loaded.rates_at(moment) if moment else price_list.rates_now(loaded)
    if as_json:
        screen.print_json(price_list.as_json(loaded, rates))
    else:
        screen.show(*price_list.drawn(loaded, rates))


@prices.command(epilog="Example: image-billing prices check my-prices.yaml other.yaml")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@json_option
def check(*, files: tuple[str, ...], as_json: bool) -> None:
    """Check price books and catalogs; every problem of every file, with its line."""
    checked = [_checked(file) for file in files]
    problems = [problem for _, found in checked for problem in found]
    if as_json:
        answer = {
            "ok": not problems,
            "files": [
                {"file": file, "ok": not found, "problems": [each._asdict() for each in found]}
                for file, found in checked
            ],
        }
        screen.print_json(answer)
    else:
        for file, found in checked:
            if not found:
                screen.say(f"{file}: ok")
    if problems:
        catalogs = [_is_catalog(file) for file, found in checked if found]
        kind = CatalogError if all(catalogs) else FileError if any(catalogs) else BookError
        error = kind(problems)
        if not all(map(_is_there, files)):  # bad usage, here as anywhere
            raise CommandFailed(error.message, code=error.code, exit_code=BAD_USAGE)
        raise error


@prices.command(epilog="Example: image-billing prices diff old.yaml new.yaml --usage 2026-10.csv")
@click.argument("old", shell_complete=books)
@click.argument("new", shell_complete=books)
@click.option("--at", metavar="TIME", help="Lists in force then; default: the latest of each book.")
@click.option(
    "--usage", metavar="FILE", type=INPUT_FILE, help="Re-price a month's usage CSV under both."
)
@click.option("--markdown", is_flag=True, help="For a pull request.")
@json_option
def diff(
    *, old: str, new: str, at: str | None, usage: str | None, markdown: bool, as_json: bool
) -> int:
    """What changes from one book to another; the exit code is 3 when anything does."""
    from billing.cli import price_diff, price_file
    from pricing import diff_books, usage_effect

    before, after = PriceBook.load(old), PriceBook.load(new)
    found = diff_books(before, after, at=instant(at, "at"))
    effect = None
    if usage is not None:
        with price_file.lines_of(usage) as lines:
            effect = usage_effect(lines, found, old=before, new=after, progress=price_file.told)
        price_file.told_all()
    if as_json:
        screen.print_json(price_diff.diff_json(found, before, after, effect))
    elif markdown:
        screen.say(price_diff.diff_markdown(found, before, after, effect))
    else:
        screen.show(*price_diff.diff_drawn(found, before, after, effect))
    if effect is not None and not as_json:
        price_file.show_errors(effect.errors, effect.unpriced)
    return DISCREPANCIES if found else DONE


@prices.command(epilog="Example: image-billing prices margin --catalog catalog.yaml")
@catalog_option
@click.option("--at", metavar="TIME", help="Prices of a day (00:00 UTC) or instant; default: now.")
@json_option
def margin(*, catalog_file: str | None, at: str | None, as_json: bool) -> int:
    """Price, cost and margin of every cell; 3 when one is sold below cost and that is not meant."""
    from billing.cli import price_margin
    from pricing import Catalog

    if catalog_file is None:
        message = "There is no catalog: give --catalog FILE or set IMAGE_BILLING_CATALOG."
        raise click.UsageError(message)
    catalog = Catalog.load(catalog_file)
    cells = catalog.margin_cells(at=instant(at, "at"))
    if as_json:
        screen.print_json(price_margin.margin_json(catalog, cells))
    else:
        screen.show(*price_margin.margin_drawn(catalog, cells))
    below = any(each.is_below_cost for each in cells)
    return DISCREPANCIES if below and not catalog.allow_below_cost else DONE


@prices.command(epilog="Example: image-billing prices schema > price-book.schema.json")
@click.option("--catalog", "of_catalog", is_flag=True, help="Of a catalog instead.")
@json_option
def schema(*, of_catalog: bool, as_json: bool) -> None:  # noqa: ARG001 - a schema is JSON either way
    """The JSON Schema of a price book file, for editors."""
    name = "catalog.schema.json" if of_catalog else "price-book.schema.json"
    click.echo(files("pricing").joinpath(name).read_text("utf-8"), nl=False)


def _checked(file: str) -> tuple[str, tuple[Problem, ...]]:
    try:
        if _is_catalog(file):
            from pricing import Catalog

            Catalog.load(file)
        else:
            PriceBook.load(file)
    except FileError as error:
        return file, error.problems
    return file, ()


def _is_there(file: str) -> bool:
    return file in PriceBook.bundled() or Path(file).exists()


def _is_catalog(file: str) -> bool:
    """A catalog has `models` at its top; what cannot be read is refused as a book."""
    try:
        text = read_bytes(file)
    except (OSError, ValueError):
        return False
    return re.search(rb"^models[ \t]*:", text, re.MULTILINE) is not None
