"""What a reconciliation says in words, once for every format: its heading, sums and settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.report_words import counted
from billing.formats.visible import visible
from billing.reconciliation import Reconciliation
from billing.reconciliation.actions import Action
from pricing.money import amount_text, format_amount

#: Both sides of the equation, each with its sum below what adds up to it.
_PROOF: Final = {
    "opening": "opening items",
    "ledger": "+ ledger",
    "adjustments": "+ adjustments",
    "tolerated": "+ within tolerance",
    "open": "+ open",
    "ledger_side": "= ledger's side",
    "statement": "statement",
    "carried": "+ carried items",
    "statement_side": "= statement's side",
}
#: What the table counts: a class of lines, or of calls and holds that have none.
COUNTED: Final = "lines or calls"


def heading(found: Reconciliation) -> str:
    """Which month, and which statement."""
    lines = counted(found.statement.lines, "line")
    return f"Reconciliation of {found.month} (UTC), {lines}\n{found.statement.id}"


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
        ("class", COUNTED, "ledger", "statement"),
        (False, True, True, True),
        rows,
        (("total", f"{count:,}", ours[-1], theirs[-1]),),
    )


def proof_grid(found: Reconciliation) -> Grid:
    """Both sides of the equation, part by part, without a heading."""
    amounts = figures(amount for _name, amount in proof_parts(found))
    rows = tuple(
        (name, amount, found.currency)
        for (name, _amount), amount in zip(proof_parts(found), amounts, strict=True)
    )
    return Grid(("", "", ""), (False, True, False), rows)


def proof_parts(found: Reconciliation) -> list[tuple[str, Decimal]]:
    """What the parts of the proof are called, and what they come to."""
    names = _PROOF if found.run is not None else _PROOF | {"adjustments": "+ proposed"}
    return [(name, getattr(found.proof, part)) for part, name in names.items()]


def proof_line(found: Reconciliation) -> str:
    """Whether the two sides are equal."""
    proof = found.proof
    return "the proof ties" if proof.ties else f"the proof is off by {proof.residual:f}"


def unexplained_line(found: Reconciliation) -> str:
    """The last line: nothing else may follow it."""
    if found.unexplained.is_nan():
        return "unexplained unknown"
    return f"unexplained {format_amount(found.unexplained, found.currency)}".rstrip()


def signed_off(found: Reconciliation) -> str | None:
    """Which run it is, when somebody signed it off."""
    run = found.run
    if run is None:
        return None
    by = run.actor if run.approver is None else f"{run.actor} and {run.approver}"
    again = ", again with nothing new" if run.is_repeated else ""
    before = "" if run.supersedes is None else f", in place of run {run.supersedes}"
    left = "" if found.is_clean else ", with what stands above left to a person"
    return f"Signed off as run {run.number} by {visible(by)}{before}{again}{left}."


def warnings(found: Reconciliation) -> Iterator[str]:
    """What speaks against the file being the month's; it stands above everything found."""
    if found.other_month is not None:
        yield f"Warning: {found.other_month}"


def settings(found: Reconciliation) -> Iterator[str]:
    """How far both sides may be apart, and what else decides; a sentence each."""
    held_to, currency = found.tolerances, found.currency
    line = format_amount(held_to.line or Decimal(0), currency)
    if found.level == "line":
        yield f"Tolerance of a line: {line}."
    else:
        least = f"{held_to.bucket_minor_units:f} minor units"
        yield f"Tolerance of a day: {least} or {_percent(held_to.bucket_share)}."
        yield f"Tolerance of the month: {least} or {_percent(held_to.month_share)}."
        yield f"Edge of a day: {span(held_to.edge)}."
    yield f"Settling lag: {span(held_to.settling_lag)}."
    yield f"Written off as rounding: up to {format_amount(held_to.write_off_limit, currency)}."
    if found.statement.skipped:
        rows = (f"{count:,} {reason}" for reason, count in found.statement.skipped.items())
        yield f"Rows left out: {', '.join(rows)}."
    if found.uncosted:
        told = "no cost in the ledger, so they stand with their price."
        yield f"{counted(found.uncosted, 'call')} with {told}"


def action_words(action: Action, currency: str) -> str:
    """What posting does: the verb, its reason, and the amount where it has one.

    >>> action_words(Action(kind="cost", reason="tax", what=7, amount_nanos=-5 * 10**8), "USD")
    'cost -0.50 USD (tax)'
    """
    words: str = action.kind
    if action.kind == "capture":
        words = f"capture {action.images}"
    elif action.kind != "void":
        words = f"{words} {format_amount(amount_of(action), currency)}"
    return f"{words} ({action.reason})"


def amount_of(action: Action) -> Decimal:
    """The amount of an action."""
    return Decimal(action.amount_nanos).scaleb(-9)


def span(time: timedelta) -> str:
    """A length of time in hours.

    >>> span(timedelta(hours=72)), span(timedelta(minutes=90))
    ('72 h', '1.5 h')
    """
    hours = Decimal(time // timedelta(microseconds=1)) / Decimal(3_600_000_000)
    return f"{amount_text(+hours.quantize(Decimal('0.0001')))} h"


def _percent(share: Decimal) -> str:
    return f"{amount_text(share * 100)} %"
