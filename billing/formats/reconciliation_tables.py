"""The discrepancies of a reconciliation as tables that people read; empty columns are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.reconciliation_columns import COLUMNS, Column, WorkItem, work_items
from billing.formats.reconciliation_words import proof_grid
from billing.formats.report_columns import Value
from billing.reconciliation import Reconciliation

_TITLES: Final = {"open": "To be decided", "pending": "Pending", "carried": "Carried"}
#: In the order in which people read them; the rest of the matter is in the work list.
_READING: Final = (
    *("class", "line", "day", "project", "line_item", "ledger_amount", "statement_amount"),
    *("currency", "proposal", "request_id", "hold_id", "account"),
)


def sections(found: Reconciliation) -> Iterator[tuple[str, Grid]]:
    """What was booked, what is to be decided, pending and carried; only what there is."""
    if found.posted:
        yield "Posted", posted_grid(found)
    items = list(work_items(found))
    for state, title in _TITLES.items():
        of_state = [item for item in items if item.state == state]
        if of_state:
            yield title, _grid(of_state)


def posted_grid(found: Reconciliation) -> Grid:
    """What a run wrote to the ledger: what customers pay by it, and what it costs us."""
    amounts = figures(each.amount for each in found.posted)
    costs = iter(figures(each.cost for each in found.posted if each.cost is not None))
    rows = tuple(
        (
            each.class_name,
            each.kind,
            each.reason,
            "" if each.line is None else str(each.line),
            amount,
            "" if each.cost is None else next(costs),
            found.currency,
            each.account,
            each.transfer_id,
        )
        for each, amount in zip(found.posted, amounts, strict=True)
    )
    header = ("class", "posted", "reason", "line", "amount", "cost", "", "account", "transfer")
    return Grid(header, (False, False, False, True, True, True, False, False, False), rows)


def proof_table(found: Reconciliation) -> Grid:
    """The proof under a heading."""
    bare = proof_grid(found)
    return Grid(("proof", "amount", ""), bare.numeric, bare.rows)


def _grid(items: Sequence[WorkItem]) -> Grid:
    by_name = {column.name: column for column in COLUMNS}
    values = {name: [by_name[name].of(item) for item in items] for name in _READING}
    shown = [name for name in _READING if any(value not in (None, "") for value in values[name])]
    cells = [_cells(by_name[name], values[name]) for name in shown]
    header = tuple("" if name == "currency" else _heading(name) for name in shown)
    numeric = tuple(by_name[name].kind != "word" for name in shown)
    return Grid(header, numeric, tuple(zip(*cells, strict=True)))


def _heading(name: str) -> str:
    return name.removesuffix("_amount").replace("_", " ")


def _cells(column: Column, values: Sequence[Value]) -> list[str]:
    if column.kind == "amount":
        return figures(value for value in values if isinstance(value, Decimal))
    return ["" if value is None else str(value) for value in values]
