"""A reconciliation for people: the classes, a line for each discrepancy, and the proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from billing.formats.grid import Grid, figures
from billing.reconciliation import Reconciliation
from billing.reconciliation.findings import Discrepancy
from billing.reconciliation.reconcile import Posted
from pricing.money import format_amount


def reconciliation_text(found: Reconciliation) -> str:
    """The whole answer as plain text; its last line is `unexplained` and the amount."""
    parts = [heading(found), "", summary_grid(found).text(), ""]
    for title, items in sections(found):
        parts += [title, *(f"  {item}" for item in items), ""]
    parts += [*proof_lines(found), unexplained_line(found)]
    return "\n".join(parts) + "\n"


def heading(found: Reconciliation) -> str:
    """Which month, and which statement."""
    statement = found.statement
    lines = "1 line" if statement.lines == 1 else f"{statement.lines:,} lines"
    return f"Reconciliation of {found.month} (UTC), {statement.id}, {lines}"


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
    if found.posted:
        yield "Posted:", [_posted(each, found.currency) for each in found.posted]
    if found.discrepancies:
        yield "To be decided:", _listed(found.discrepancies, found.currency)
    if found.carried:
        yield "Carried:", _listed(found.carried, found.currency)


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
    return f"unexplained {format_amount(found.unexplained, found.currency)}".rstrip()


def _listed(discrepancies: Iterable[Discrepancy], currency: str) -> list[str]:
    return [
        f"{each.class_name}  {_place(each)}: ledger {format_amount(each.ledger_amount, currency)},"
        f" statement {format_amount(each.statement_amount, currency)}; {each.proposal}"
        for each in discrepancies
    ]


def _posted(posted: Posted, currency: str) -> str:
    if posted.transfer_id.startswith("void"):
        return f"{posted.transfer_id} for {posted.hold_id}: nothing is charged"
    amount = format_amount(posted.amount, currency)
    return f"{posted.transfer_id} for {posted.hold_id}: {amount}, line {posted.line}"


def _place(found: Discrepancy) -> str:
    named = (
        f"line {found.line}" if found.line else "",
        _printable(found.request_id or ""),
        found.hold_id or "",
    )
    return " ".join(part for part in named if part) or "-"


def _printable(text: str) -> str:
    # The id comes from the provider's file: no line break and no terminal code gets through.
    return "".join(each if each.isprintable() else "?" for each in text)
