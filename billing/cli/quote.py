"""`image-billing quote`: what one request, every one, or a file of them costs; it sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from billing.cli import price_answers, screen
from billing.cli.asked import Asked, request_options
from billing.cli.exits import DISCREPANCIES, DONE
from billing.cli.options import (
    INPUT_OR_STDIN,
    amount,
    database_option,
    instant,
    json_option,
    whole_number,
)
from billing.cli.price_answers import show_quote
from billing.cli.price_source import Source, catalog_option, source_of
from pricing import InvalidValue

__all__ = ["quote", "show_quote"]


@click.command(epilog="Example: image-billing quote --size 1024x1024 --quality high --n 4")
@request_options
@click.option("--endpoint", metavar="E", default="generations", help="generations or edits.")
@click.option("--account", metavar="CODE", help="The price of an account: its plan, its margin.")
@click.option("--all", "everything", is_flag=True, help="Every size and quality, for n images.")
@click.option(
    "--file", metavar="FILE", type=INPUT_OR_STDIN, help="A JSONL or CSV of requests; - is stdin."
)
@click.option("--budget", metavar="AMOUNT", help="How many images of this size it buys.")
@click.option("--shape", metavar="W:H", help="The sizes of a shape, such as 16:9, cheapest first.")
@click.option("--at", metavar="TIME", help="Price of a day (00:00 UTC) or instant; default: now.")
@catalog_option
@database_option
@json_option
def quote(
    *,
    asked: Asked,
    book: str,
    endpoint: str,
    account: str | None,
    everything: bool,
    file: str | None,
    budget: str | None,
    shape: str | None,
    at: str | None,
    catalog_file: str | None,
    database_url: str | None,
    as_json: bool,
) -> int:
    """What a request costs, before it is sent.

    Every field is checked as the call would be: what cannot be priced is refused, with what is
    allowed. Nothing is held and nothing is sent. With --file, lines that are refused are listed
    on stderr and the exit code is 3.
    """
    given = {"--all": everything, "--file": file, "--budget": budget, "--shape": shape}
    modes = [option for option, value in given.items() if value not in (None, False)]
    if len(modes) > 1:
        message = f"{' and '.join(modes)} are different questions; ask one."
        raise click.UsageError(message)
    asked = replace(asked, endpoint=endpoint)
    source = source_of(
        book=book,
        catalog_file=catalog_file,
        account=account,
        database_url=database_url,
        model=asked.model,
        at=instant(at, "at"),
    )
    if file is not None:
        return _file(source, file, asked.model, as_json=as_json)
    if everything:
        _matrix(source, asked.count, as_json=as_json)
    elif budget is not None:
        _budget(source, asked, budget, as_json=as_json)
    elif shape is not None:
        _shape(source, asked, shape, as_json=as_json)
    else:
        _one(source, asked, as_json=as_json)
    return DONE


def _one(source: Source, asked: Asked, *, as_json: bool) -> None:
    answer = source.quote(asked.fields(source.seller.model), asked.endpoint)
    with_account = source.account is not None or source.catalog is not None
    if as_json:
        screen.print_json(price_answers.quote_json(answer, with_account=with_account))
    else:
        show_quote(answer, with_account=with_account)


def _matrix(source: Source, count: str | None, *, as_json: bool) -> None:
    n = source.seller.n.default if count is None else whole_number(count)
    if not isinstance(n, int):
        raise InvalidValue("n", n, allowed=str(source.seller.n))
    matrix = source.seller.matrix(n, at=source.at)
    if as_json:
        screen.print_json(price_answers.matrix_json(source.seller, matrix, n))
    else:
        screen.show(*price_answers.matrix_drawn(source.seller, matrix, n))


def _budget(source: Source, asked: Asked, budget: str, *, as_json: bool) -> None:
    fields = asked.fields(source.seller.model)
    # The catalog knows the account and refuses in its name.
    source.quote({name: value for name, value in fields.items() if name != "n"}, asked.endpoint)
    answer = source.seller.affordable(
        amount(budget, "budget"), fields, endpoint=asked.endpoint, at=source.at
    )
    if as_json:
        screen.print_json(price_answers.budget_json(answer, source.seller))
    else:
        price_answers.show_budget(answer)


def _shape(source: Source, asked: Asked, shape: str, *, as_json: bool) -> None:
    cells = source.seller.of_shape(
        shape, quality=asked.quality, endpoint=asked.endpoint, at=source.at
    )
    if as_json:
        screen.print_json(price_answers.shape_json(cells, shape))
    else:
        price_answers.show_shape(cells)


def _file(source: Source, file: str, model: str | None, *, as_json: bool) -> int:
    from billing.cli import price_file
    from pricing import quote_lines

    # One instant for the whole file: a list that changes at midnight does not split it.
    fixed = Source(
        seller=source.seller,
        catalog=source.catalog,
        account=source.account,
        at=source.at or datetime.now(UTC),
    )
    with price_file.lines_of(file) as lines:
        answer = quote_lines(
            lines, fixed.quote, model=model or source.seller.model, progress=price_file.told
        )
    price_file.told_all()
    if as_json:
        screen.print_json(price_file.bulk_json(answer))
    else:
        price_file.show_bulk(answer)
        price_file.show_errors(answer.errors, answer.refused)
    return DISCREPANCIES if answer.refused else DONE
