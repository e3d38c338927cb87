"""The command `image-billing`: one file per noun, each imported when its command is called."""

from __future__ import annotations

from typing import Final

import click

from billing.cli.program import Listed, Program

COMMANDS: Final = {
    "quote": Listed("quote:quote", "What a request costs, before it is sent."),
    "prices": Listed("prices:prices", "Price books: list, show, check, diff, margin."),
    "db": Listed("db:db", "The ledger's database: upgrade, current, check."),
    "account": Listed("account:account", "Accounts: open, top up, adjust, show, list."),
    "generate": Listed("generate:generate", "Make images: quote, hold, call once, settle."),
    "holds": Listed("holds:holds", "Money set aside: list, capture, void, expire, age."),
    "replay": Listed("replay:replay", "Book what was kept while the database was away."),
    "import": Listed("import_usage:import_file", "Book usage from before, from a CSV file."),
    "refund": Listed("refund:refund", "Give back some of what a capture or a charge took."),
    "report": Listed("report:report", "What a month came to."),
    "period": Listed("period:period", "Months: close, reopen, list."),
    "statement": Listed("statement_check:statement", "A provider's statement: check a file."),
    "reconcile": Listed("reconcile:reconcile", "Compare the ledger with a provider's statement."),
    "shadow": Listed("shadow:shadow", "What the calls of a dry run would have come to."),
    "reconciled": Listed("reconciled:reconciled", "Which statements were signed off, and how."),
    "seal": Listed("seal:seal", "Hash what is new, so that verify finds any edit."),
    "rollup": Listed("rollup:rollup", "Put a day's sums right, when verify names it."),
    "verify": Listed("verify:verify", "Check every invariant of the ledger."),
    "sandbox": Listed("sandbox:sandbox", "Run a local image API for development."),
    "demo": Listed("demo:demo", "The whole story on a throw-away ledger."),
}

_EPILOG: Final = """
\b
Exit codes:
  0  done
  1  refused or failed: by the price book, a file, the ledger or the provider
  2  bad usage: an option, a value it cannot have, an input file that is not there
  3  ran, and found discrepancies
  75 the database is locked or away: try again
  130 interrupted, as by Ctrl-C

\b
Shell completion:
  bash  eval "$(_IMAGE_BILLING_COMPLETE=bash_source image-billing)"
  zsh   eval "$(_IMAGE_BILLING_COMPLETE=zsh_source image-billing)"
  fish  _IMAGE_BILLING_COMPLETE=fish_source image-billing | source

\b
Example:
  image-billing quote --size 1024x1024 --quality high --n 4
"""


@click.group(
    cls=Program,
    listed=COMMANDS,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    None, "--version", package_name="image-billing", message="image-billing %(version)s"
)
def main() -> None:
    """Quote, hold, capture, report and reconcile what image API calls cost.

    Data goes to stdout, words and progress to stderr; with --json every command prints one object
    there, and a refusal is {"error": {...}} on stderr. The ledger is sqlite:///image-billing.db in
    this folder unless IMAGE_BILLING_DATABASE_URL says otherwise, or --database-url behind the
    command: image-billing account list --database-url URL.
    """


__all__ = ["COMMANDS", "main"]
