"""A reconciliation for people: the classes, each discrepancy, and the proof; 76 columns wide.

Ids are never folded, so that they can be copied: each has a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from billing.formats import reconciliation_words as words
from billing.formats.visible import visible
from billing.reconciliation import Reconciliation
from billing.reconciliation.proof import Discrepancy
from billing.reconciliation.runs.sign_off import Posted
from pricing.money import format_amount

_WIDTH: Final = 76


def reconciliation_text(found: Reconciliation) -> str:
    """The whole answer as plain text; its last line is `unexplained` and the amount."""
    parts = [words.heading(found), ""]
    for warning in words.warnings(found):
        parts += [warning, ""]
    parts += [words.summary_grid(found).text(), ""]
    for title, lines in sections(found):
        parts += [title, *lines, ""]
    parts += [*notes(found), "", *proof_lines(found), words.unexplained_line(found)]
    return "\n".join(parts) + "\n"


def sections(found: Reconciliation) -> Iterator[tuple[str, list[str]]]:
    """What was booked, what is to be decided, too young or decided before; only what there is."""
    for title, items in (
        ("Posted:", [_posted(each, found.currency) for each in found.posted]),
        ("To be decided:", [_listed(each, found.currency) for each in found.discrepancies]),
        ("Pending:", [_listed(each, found.currency) for each in found.pending]),
        ("Carried:", [_listed(each, found.currency) for each in found.carried]),
    ):
        if items:
            yield title, [line for item in items for line in item]


def notes(found: Reconciliation) -> list[str]:
    """What both sides were held to, and who signed it off."""
    signed_off = words.signed_off(found)
    told = list(words.settings(found))
    return told if signed_off is None else [*told, signed_off]


def proof_lines(found: Reconciliation) -> Iterator[str]:
    """Both sides of the equation, part by part."""
    yield from words.proof_grid(found).text().splitlines()
    yield words.proof_line(found)


def _listed(found: Discrepancy, currency: str) -> Iterator[str]:
    bucket = found.day, found.project, found.model, found.line_item
    line = f"line {found.line}" if found.line else None
    yield f"  {', '.join(visible(part) for part in (found.class_name, line, *bucket) if part)}"
    yield from _ids(found.request_id, found.hold_id)
    ledger = format_amount(found.ledger_amount, currency)
    statement = format_amount(found.statement_amount, currency)
    yield f"    ledger {ledger}, statement {statement}"
    yield from _folded(found.proposal)


def _posted(posted: Posted, currency: str) -> Iterator[str]:
    line = f", line {posted.line}" if posted.line else ""
    yield f"  {posted.class_name}{line}: {_effect(posted, currency)}"
    yield from _ids(posted.transfer_id, posted.request_id, posted.hold_id)


def _effect(posted: Posted, currency: str) -> str:
    """What it does to the customer's money and to our cost."""
    match posted.kind:
        case "void":
            return "nothing is charged"
        case "cost":
            cost = format_amount(posted.cost or posted.amount, currency)
            return f"cost {cost} in {visible(posted.account)} ({posted.reason})"
    return format_amount(posted.amount, currency)


def _ids(*ids: str | None) -> Iterator[str]:
    return (f"    {visible(each)}" for each in ids if each)


def _folded(told: str) -> list[str]:
    indent = " " * 4
    return wrap(
        visible(told),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
