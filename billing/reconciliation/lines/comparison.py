"""A charge and the line that bills it, side by side: what they say differently; pure."""

from __future__ import annotations

from collections.abc import Iterator

from billing.reconciliation.books.recognition import Charge
from billing.statement import StatementLine


def differences(charge: Charge, line: StatementLine) -> str:
    """What the line says differently, the amount apart; empty when it says the same.

    What the statement leaves out is unknown, not different. A refund gives back money, and a
    correction changes a cost: they have no images, so no details to compare.
    """
    if line.status != "charged" or charge.kind == "adjustment":
        return ""
    found = list(_differing(charge, line))
    ours = ", ".join(f"{name} {mine}" for name, mine, _its in found)
    theirs = ", ".join(f"{name} {its}" for name, _mine, its in found)
    return f"the ledger has {ours}; the statement {theirs}" if found else ""


def _differing(charge: Charge, line: StatementLine) -> Iterator[tuple[str, object, object]]:
    for name, mine, its in (
        ("account", charge.account, line.account),
        ("model", charge.model, line.model),
        ("endpoint", charge.endpoint, line.endpoint if line.names_endpoint else ""),
        ("size", charge.size, line.size),
        ("quality", charge.quality, line.quality),
        ("n", charge.images, line.n),
    ):
        if its and mine != its:
            yield name, mine, its
