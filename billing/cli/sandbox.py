"""`image-billing sandbox`: a local image API until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from billing.cli import screen
from billing.cli.options import book_option, json_option
from pricing import PriceBook


@click.command(epilog="Example: image-billing sandbox --port 8080 --statement statement.csv")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@click.option(
    "--statement",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append what is billed to this CSV file.",
)
@book_option
@json_option
def sandbox(*, port: int, statement: Path | None, book: str, as_json: bool) -> None:
    """Run a local image API for development and tests, until Ctrl-C.

    It listens on 127.0.0.1 and takes any key like sk-...; its base URL is printed on stdout. The
    header X-Sandbox of a request makes it misbehave: deliver=2, over-deliver=1, cut, cut-body,
    status=500, empty, html, stall=3. With `billed` beside it, as in status=500,billed, all images
    are on the statement all the same.
    """
    from billing.sandbox import serve  # aiohttp and Pillow, of the extra `sandbox`

    def announce(base_url: str) -> None:
        if as_json:
            screen.print_json({"base_url": base_url, "statement": str(statement or "") or None})
        else:
            click.echo(base_url)
        screen.note(f"export OPENAI_BASE_URL={base_url} OPENAI_API_KEY=sk-sandbox")
        screen.note("Ctrl-C ends it.")

    serve(port, PriceBook.load(book), statement=statement, announce=announce)
