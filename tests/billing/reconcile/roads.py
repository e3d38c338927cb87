"""The roads through a statement of single calls, each on its own, and what it finds."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from billing.database.engines import reading
from billing.reconciliation.lines import columnar
from billing.reconciliation.lines.columnar import ColumnsRead
from billing.reconciliation.lines.line_level import match_lines
from billing.reconciliation.lines.rapid_match import Rapid
from billing.reconciliation.runs.opening import OpeningItems
from billing.reconciliation.terms import Terms, Totals
from billing.reconciliation.tolerances import Tolerances
from billing.statement import Statement
from tests.billing.reconcile.small_cases import MARCH
from tests.billing.reconcile.statement_story import HEADER, Story

Match = Callable[[Connection, Statement, Terms], Totals]


def in_parts(connection: Connection, statement: Statement, terms: Terms) -> Totals:
    return match_lines(connection, statement, terms, in_memory=0)


def in_columns(connection: Connection, statement: Statement, terms: Terms) -> Totals:
    """The columnar road, however short the statement is; it has to be taken."""
    taken = []

    def taking(
        read: ColumnsRead, rapid: Rapid, statement: Statement, left_out: Counter[str]
    ) -> None:
        taken.append(read)
        match(read, rapid, statement, left_out)

    match = ColumnsRead.match
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnar, "SIZES", range(sys.maxsize))
        patch.setattr(ColumnsRead, "match", taking)
        totals = match_lines(connection, statement, terms)
    assert len(taken) == 1
    return totals


def found_by(story: Story, match: Match) -> tuple[object, ...]:
    story.path.write_text("\n".join([HEADER, *story.lines]) + "\n", encoding="utf-8")
    statement = Statement.open(story.path)
    terms = Terms(
        month=MARCH,
        sha256=statement.sha256,
        currency="USD",
        now=story.hands[0],
        tolerances=Tolerances().for_statement(writes_floats=statement.writes_floats),
        opening=OpeningItems([], month=MARCH),
    )
    with reading(story.ledger.engine) as connection:
        totals = match(connection, statement, terms)
    found = terms.findings
    proof = found.proof(ledger=totals.ledger_nanos, statement=totals.statement_nanos)
    assert proof.ties
    pending = sorted(found.pending, key=lambda each: each.transfer_id or each.hold_id or "")
    return totals, found.summary(), found.in_order(), pending, found.carried, proof
