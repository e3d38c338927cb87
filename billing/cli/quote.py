"""`image-billing quote`: the price of a request; no database, no call."""

from __future__ import annotations

import click

from billing.cli import screen
from billing.cli.options import instant, json_option, request_fields, request_options
from pricing import PriceBook, Quote


@click.command(epilog="Example: image-billing quote --size 1024x1024 --quality high --n 4")
@request_options
@click.option("--endpoint", metavar="E", default="generations", help="generations or edits.")
@click.option("--at", metavar="TIME", help="Price of a day (00:00 UTC) or instant; default: now.")
@json_option
def quote(
    *,
    size: str | None,
    quality: str | None,
    count: str | None,
    model: str | None,
    book: str,
    aspect_ratio: str | None,
    endpoint: str,
    at: str | None,
    as_json: bool,
) -> None:
    """What a request costs, before it is sent.

    Every field is checked as the call would be: what cannot be priced is refused, with what is
    allowed. Nothing is held and nothing is sent.
    """
    prices = PriceBook.load(book)
    fields = request_fields(
        prices, model=model, size=size, quality=quality, count=count, aspect_ratio=aspect_ratio
    )
    answer = prices.quote(fields, endpoint=endpoint, at=instant(at, "at"))
    if as_json:
        screen.print_json(answer.as_dict())
    else:
        show_quote(answer)


def show_quote(answer: Quote) -> None:
    """Two lines: the sum, and where its price comes from."""
    each, total = screen.figures([answer.unit_price, answer.total])
    book = answer.book
    screen.show(
        screen.text(
            f"{answer.n} x {answer.size} {answer.quality} ({answer.tier})",
            f"   {each} each   ",
            (f"{total} {answer.currency}", "bold"),
        ),
        screen.text(
            (
                f"{answer.model} {answer.endpoint}, book {book.id} of {book.version}"
                f" ({book.digest[:12]})",
                "dim",
            )
        ),
    )
