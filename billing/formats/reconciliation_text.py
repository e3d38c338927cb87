"""A reconciliation for people: the classes, each discrepancy, and the proof; 76 columns wide.

Ids are never folded, so that they can be copied: each has a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from billing.formats.grid import Grid, figures
from billing.reconciliation import Reconciliation
from billing.reconciliation.findings import Discrepancy
from billing.reconciliation.reconcile import Posted
from pricing.money import format_amount

_WIDTH: Final = 76


def reconciliation_text(found: Reconciliation) -> str:
    """The whole answer as plain text; its last line is `unexplained` and the amount."""
    parts = [heading(found), "", summary_grid(found).text(), ""]
    for title, lines in sections(found):
        parts += [title, *lines, ""]
    parts += [*proof_lines(found), unexplained_line(found)]
    return "\n".join(parts) + "\n"


def heading(found: Reconciliation) -> str:
    """Which month, and which statement."""
    statement = found.statement
    lines = "1 line" if statement.lines == 1 else f"{statement.lines:,} lines"
    return f"Reconciliation of {found.month} (UTC), {lines}\n{statement.id}"


def summary_grid(found: Reconciliation) -> Grid:
    """Class by class: how many, and what each side has for them."""
    proof = found.proof
    ours = figures([*(row.ledger_amount for row in found.summary), proof.ledger])
    theirs = figures([*(row.statement_amount for row in found.summary), proof.statement])
    rows = tuple(
        (row.class_name, f"{row.lines:,}", ledger, statement)
        for row, ledger, statement in zip(found.summary, ours, theirs, strict=False)
    )
    count = sum(row.lines for row in found.summary)
    return Grid(
        ("class", "lines", "ledger", "statement"),
        (False, True, True, True),
        rows,
        (("total", f"{count:,}", ours[-1], theirs[-1]),),
    )


def sections(found: Reconciliation) -> Iterator[tuple[str, list[str]]]:
    """What was booked, what is still to be decided, what was decided before; only what there is."""
    for title, items in (
        ("Posted:", [_posted(each, found.currency) for each in found.posted]),
        ("To be decided:", [_listed(each, found.currency) for each in found.discrepancies]),
        ("Carried:", [_listed(each, found.currency) for each in found.carried]),
    ):
        if items:
            yield title, [line for item in items for line in item]


def proof_lines(found: Reconciliation) -> Iterator[str]:
    """Both sides of the equation, part by part."""
    proof = found.proof
    parts = {
        "ledger": proof.ledger,
        "+ explained (tax, fees, credits)": proof.explained,
        "+ open": proof.open,
        "= statement": proof.statement,
        "+ carried": proof.carried,
    }
    amounts = figures(parts.values())
    rows = tuple(
        (name, amount, found.currency) for name, amount in zip(parts, amounts, strict=True)
    )
    yield from Grid(("", "", ""), (False, True, False), rows).text().splitlines()
    yield "the proof ties" if proof.ties else f"the proof is off by {proof.residual:f}"


def unexplained_line(found: Reconciliation) -> str:
    """The last line: nothing else may follow it."""
    if found.unexplained.is_nan():
        return "unexplained unknown"
    return f"unexplained {format_amount(found.unexplained, found.currency)}".rstrip()


def _listed(found: Discrepancy, currency: str) -> Iterator[str]:
    line = f", line {found.line}" if found.line else ""
    yield f"  {found.class_name}{line}"
    yield from _ids(found.request_id, found.hold_id)
    ledger = format_amount(found.ledger_amount, currency)
    statement = format_amount(found.statement_amount, currency)
    yield f"    ledger {ledger}, statement {statement}"
    yield from _folded(found.proposal)


def _posted(posted: Posted, currency: str) -> Iterator[str]:
    is_void = posted.transfer_id.startswith("void")
    amount = format_amount(posted.amount, currency)
    line = f", line {posted.line}" if posted.line else ""
    yield f"  {posted.class_name}{line}: {'nothing is charged' if is_void else amount}"
    yield from _ids(posted.transfer_id, posted.request_id, posted.hold_id)


def _ids(*ids: str | None) -> Iterator[str]:
    return (f"    {_printable(each)}" for each in ids if each)


def _folded(words: str) -> list[str]:
    indent = " " * 4
    return wrap(
        _printable(words),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _printable(text: str) -> str:
    # The text has words of the provider's file: no line break and no terminal code gets through.
    return "".join(each if each.isprintable() else "?" for each in text)
