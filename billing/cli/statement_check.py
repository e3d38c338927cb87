"""`image-billing statement check`: what a statement file says, and what in it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from billing.cli import screen
from billing.cli.exits import DISCREPANCIES, DONE
from billing.cli.options import INPUT_FILE, json_option, name_or_file
from billing.statement import Statement
from billing.statement.recognition import READY
from billing.statement.summary import Summary
from pricing.money import amount_text

#: Bad lines that are shown to people; JSON has more.
_SHOWN: Final = 20


@click.group(epilog="Example: image-billing statement check costs.csv --mapping openai-costs")
def statement() -> None:
    """A provider's statement file: check it before it is reconciled."""


@statement.command(
    epilog="Example: image-billing statement check export.csv --mapping gateway.yaml"
)
@click.argument("file", type=INPUT_FILE)
@click.option(
    "--mapping",
    metavar="NAME|FILE",
    callback=name_or_file,
    help=f"How to read it: {', '.join(READY)}, or a YAML file. Default: by the header.",
)
@json_option
def check(*, file: str, mapping: str | None, as_json: bool) -> int:
    """Read FILE to its end: lines, sums, the time it covers, and every line that is bad.

    CSV, JSON, JSONL or Parquet, the first three also as .gz. No ledger is needed. Exits with 3 when
    a line is bad.
    """
    read = Statement.open(file, mapping)
    found = read.summary()
    if as_json:
        screen.print_json(_object(read, found))
    else:
        for line in _told(read, found):
            screen.say(line)
    return DISCREPANCIES if found.bad_lines else DONE


def _object(read: Statement, found: Summary) -> dict[str, object]:
    first, last = (None if at is None else at.isoformat() for at in (found.first, found.last))
    return {
        "statement": {"id": read.id, "sha256": read.sha256},
        "mapping": read.mapping.name,
        "level": read.level,
        "currency": found.currency,
        "lines": found.lines,
        "bad_lines": found.bad_lines,
        "skipped": dict(found.skipped),
        "amounts": {status: amount_text(amount) for status, amount in found.amounts.items()},
        "billed": amount_text(found.billed),
        "images": found.images,
        "first": first,
        "last": last,
        "problems": [{"line": bad.line, "problems": list(bad.problems)} for bad in found.bad],
    }


def _told(read: Statement, found: Summary) -> Iterator[str]:
    yield f"{read.id}, by the mapping {read.mapping.name}"
    kind = "line" if read.level == "line" else "bucket"
    yield f"{screen.counted(found.lines, kind)}, {screen.counted(found.images, 'image')}"
    if found.first is not None and found.last is not None:
        yield f"from {found.first.isoformat()} to {found.last.isoformat()}"
    for status, amount in found.amounts.items():
        yield f"{status} {screen.money(amount, found.currency)}"
    if found.amounts:
        yield f"billed {screen.money(found.billed, found.currency)}"
    for reason, count in found.skipped.items():
        yield f"{screen.counted(count, 'row')} left out: {reason}"
    if not found.bad_lines:
        return
    yield f"{screen.counted(found.bad_lines, 'line')} cannot be read:"
    yield from (f"  {bad}" for bad in found.bad[:_SHOWN])
    if found.bad_lines > _SHOWN:
        yield f"  and {found.bad_lines - _SHOWN:,} more"
