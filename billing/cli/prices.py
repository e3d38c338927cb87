"""`image-billing prices`: the price books there are, what they say, and whether they are right."""

from __future__ import annotations

from importlib.resources import files

import click

from billing.cli import price_list, screen
from billing.cli.options import DEFAULT_BOOK, books, instant, json_option
from pricing import BookError, PriceBook, Problem


@click.group(epilog="Example: image-billing prices show openai-gpt-image-2")
def prices() -> None:
    """Price books: list, show, check."""


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
    """Check price book files; every problem of every file, with its line."""
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
                click.echo(f"{file}: ok")
    if problems:
        raise BookError(problems)


@prices.command(epilog="Example: image-billing prices schema > price-book.schema.json")
@json_option
def schema(*, as_json: bool) -> None:  # noqa: ARG001 - a schema is JSON either way
    """The JSON Schema of a price book file, for editors."""
    click.echo(files("pricing").joinpath("price-book.schema.json").read_text("utf-8"), nl=False)


def _checked(file: str) -> tuple[str, tuple[Problem, ...]]:
    try:
        PriceBook.load(file)
    except BookError as error:
        return file, error.problems
    return file, ()
