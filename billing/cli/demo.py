"""`image-billing demo`: the whole story in a fresh folder, which is kept for a look."""

from __future__ import annotations

import io
import shlex
import sys
import tempfile
from contextlib import nullcontext, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing.cli import screen
from billing.cli.balances import balance_json
from billing.cli.exits import CommandFailed
from billing.cli.options import json_option
from billing.errors import MissingExtra
from pricing.money import amount_text, format_amount

if TYPE_CHECKING:
    from billing.demo.story import Outcome


@click.command(epilog="Example: image-billing demo")
# Not the usual option: the demo must never run in the ledger that the environment names.
@click.option(
    "--database-url", metavar="URL", help="An empty ledger; default: a SQLite file of its own."
)
@json_option
def demo(*, database_url: str | None, as_json: bool) -> None:
    """The whole story on a throw-away ledger, in about ten seconds.

    A local image API is started; calls are made with the official OpenAI SDK over HTTP, delivered,
    refused and cut off; the month is reported and reconciled with the API's statement, until
    nothing is unexplained. Exits with 0 only when everything really came out right.
    """
    if not all(map(find_spec, ("openai", "aiohttp", "PIL"))):
        raise MissingExtra("openai,sandbox", "demo")
    from billing.demo.story import tell

    directory = Path(tempfile.mkdtemp(prefix="image-billing-demo-"))
    url = database_url or f"sqlite:///{directory / 'image-billing.db'}"
    with redirect_stdout(io.StringIO()) if as_json else nullcontext():
        outcome = tell(directory, url)
    _check(outcome)
    if as_json:
        screen.print_json(_as_json(outcome, url))
    else:
        _show(outcome, directory, own_file=database_url is None)


def _check(outcome: Outcome) -> None:
    """The last word: five calls went out, four were billed, and the books say so."""
    went = (outcome.posts, outcome.billed) == (5, 4)
    settled = not (outcome.balance.in_doubt or outcome.balance.held or outcome.unexplained)
    if not (went and settled and outcome.verification.ok):
        raise CommandFailed(f"The demo came out wrong: {outcome}", code="demo_failed")


def _as_json(outcome: Outcome, url: str) -> dict[str, object]:
    return {
        "ok": True,
        "database_url": url,
        "statement": str(outcome.statement),
        "month": str(outcome.month),
        "posts": outcome.posts,
        "billed": outcome.billed,
        "balance": balance_json(outcome.balance),
        "unexplained": amount_text(outcome.unexplained),
        "transfers": outcome.verification.transfers,
    }


def _show(outcome: Outcome, directory: Path, *, own_file: bool) -> None:
    paid = format_amount(outcome.balance.posted, outcome.balance.currency)
    unexplained = amount_text(outcome.unexplained)
    said = f"{outcome.posts} requests sent, {paid} paid, {unexplained} unexplained."
    screen.show("", screen.text((said, "bold green")))
    screen.show(f"statement  {outcome.statement}")
    if own_file:
        screen.show(f"ledger     {directory / 'image-billing.db'}")
        command = shlex.quote(str(Path(sys.argv[0]).absolute()))
        screen.show(f"Look around: cd {directory} && {command} account show acme")
