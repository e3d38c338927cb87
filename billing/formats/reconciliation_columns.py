"""The work list of a reconciliation: a row for each discrepancy, with its matter and a proposal.

Which columns there are, once for every format; programs rely on their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from billing.formats.reconciliation_words import action_words
from billing.formats.report_columns import Kind, Value
from billing.reconciliation import Reconciliation
from billing.reconciliation.proof import Discrepancy

#: `open`: to be decided; `pending`: too young for that; `carried`: decided before.
State = Literal["open", "pending", "carried"]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A discrepancy as a row of the work list: with whether anybody has to act."""

    state: State
    found: Discrepancy
    currency: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the work list."""

    name: str
    kind: Kind
    of: Callable[[WorkItem], Value]

    @property
    def heading(self) -> str:
        """Its name in words."""
        return self.name.replace("_", " ")


def work_items(found: Reconciliation) -> Iterator[WorkItem]:
    """What is open first, then what is pending, then what is carried."""
    states: tuple[tuple[State, tuple[Discrepancy, ...]], ...] = (
        ("open", found.discrepancies),
        ("pending", found.pending),
        ("carried", found.carried),
    )
    for state, listed in states:
        for each in listed:
            yield WorkItem(state, each, found.currency)


def _fact(name: str, kind: Kind = "word") -> Column:
    def of(item: WorkItem) -> Value:
        value: Value = getattr(item.found, name)
        return value

    return Column(name, kind, of)


def _at(item: WorkItem) -> Value:
    return None if item.found.occurred_at is None else item.found.occurred_at.isoformat()


def _actions(item: WorkItem) -> Value:
    return ", ".join(action_words(each, item.currency) for each in item.found.actions)


COLUMNS: Final = (
    Column("state", "word", lambda item: item.state),
    Column("class", "word", lambda item: item.found.class_name),
    _fact("line", "count"),
    *(_fact(name) for name in ("request_id", "hold_id", "transfer_id", "account")),
    Column("occurred_at", "word", _at),
    *(_fact(name) for name in ("day", "project", "model", "line_item")),
    *(_fact(name, "amount") for name in ("ledger_amount", "statement_amount", "difference")),
    Column("currency", "word", lambda item: item.currency),
    Column("posting", "word", _actions),
    _fact("proposal"),
)
