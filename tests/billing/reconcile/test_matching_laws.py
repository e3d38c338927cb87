"""Laws of matching: what was planted is what is found, and the proof ties, whatever was planted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from billing.ledger.transfers import HoldState
from billing.period import Month
from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.books.recognition import Charge, HeldCall
from billing.reconciliation.findings import CLASSES, ClassName
from billing.reconciliation.lines.matching import Matching
from billing.statement import BadLine, StatementLine
from tests.billing.reconcile.small_cases import matching_of

MARCH = Month(2025, 3)
NOW = datetime(2025, 6, 1, tzinfo=UTC)

#: A class to plant, the images, the unit price in nano-units, and a second figure to differ by.
PLANTS = st.lists(
    st.tuples(
        st.sampled_from(CLASSES),
        st.integers(1, 8),
        st.integers(0, 10**12),
        st.integers(1, 10**12),
    ),
    max_size=40,
)


@dataclass
class World:
    """Both sides, built so that every plant is one finding."""

    charges: list[Charge] = field(default_factory=list)
    others: list[Charge] = field(default_factory=list)
    lines: list[StatementLine | BadLine] = field(default_factory=list)
    calls: list[HeldCall] = field(default_factory=list)
    #: What must come out: how many a class, the open differences, the carried and explained sums.
    expected: Counter[ClassName] = field(default_factory=Counter)
    unexplained: int = 0
    has_total: bool = False
    #: Lines of no usage that cost nothing: there is nothing to book.
    free: int = 0
    total: int = 0

    def plant(self, number: int, kind: ClassName, n: int, unit: int, more: int) -> None:
        # Half an hour apart: no fingerprint fits two of them.
        at = MARCH.start + timedelta(minutes=30 * number + 10)
        amount = n * unit
        rid = f"req_{number}"
        where = ("acme", "m", "generations", "1024x1024", "high")
        charge = Charge(rid, f"hold_{number}", *where, n, amount, at)._replace(
            transfer_id=f"capture_{number}", price_nanos=amount
        )
        line = StatementLine(
            *(len(self.lines) + 2, rid, at, "", "m", "generations", "1024x1024", "high", n),
            amount_nanos=amount,
            currency="USD",
            status="charged",
        )
        self.expected[kind] += 1
        match kind:
            case "matched":
                self.both(charge, line)
            case "amount_mismatch":
                self.both(charge, line._replace(amount_nanos=amount + more))
                self.unexplained += more
            case "quantity_mismatch":
                self.both(charge, line._replace(n=n + 1, amount_nanos=amount + more))
                self.unexplained += more
            case "missing_from_statement":
                self.charges.append(charge)
                self.unexplained += amount
            case "missing_from_ledger":
                self.lines.append(line)
                self.unexplained += amount
            case "duplicate_line":
                self.both(charge, line)
                self.lines.append(line._replace(line=line.line + 1))
                self.expected["matched"] += 1
                self.unexplained += amount
            case "duplicate_capture":
                self.both(charge, line)
                self.charges.append(
                    charge._replace(
                        occurred_at=at + timedelta(seconds=1), transfer_id=f"capture_{number}_2"
                    )
                )
                self.expected["matched"] += 1
                self.unexplained += amount
            case "hold_only" | "matched_by_fingerprint":
                known = rid if kind == "hold_only" else None
                self.calls.append(self.held(number, at, n, unit, known, state="in_doubt"))
                self.lines.append(line)
                self.unexplained += amount
            case "hold_unbilled":
                self.calls.append(self.held(number, at, n, unit, None, state="in_doubt"))
            case "wrong_period":
                self.others.append(charge._replace(occurred_at=MARCH.end))
                self.lines.append(line)
                self.unexplained += amount
            case "rounding":
                self.has_total = True
                self.expected[kind] = 1
            case "pending":
                young = NOW - timedelta(hours=71) + timedelta(minutes=30 * number)
                self.charges.append(charge._replace(occurred_at=young))
            case "tax_fee_credit":
                self.free += amount == 0
                self.lines.append(line._replace(status=("tax", "fee", "credit")[number % 3]))
                self.unexplained += amount
            case "unparseable":
                problems = ("n: what?",)
                self.lines.append(BadLine(line.line, problems, rid, "USD", effect_nanos=amount))
                self.unexplained += amount

    def add_total(self, *, more: int) -> None:
        billed = sum(each.effect_nanos or 0 for each in self.lines)
        total = StatementLine(
            *(len(self.lines) + 2, "", MARCH.start, "", "", "generations", "", "", 0),
            amount_nanos=billed + more,
            currency="USD",
            status="total",
        )
        self.lines.append(total)
        self.total = more
        self.unexplained += more

    def both(self, charge: Charge, line: StatementLine) -> None:
        self.charges.append(charge)
        self.lines.append(line)

    def held(
        self, number: int, at: datetime, n: int, unit: int, rid: str | None, *, state: HoldState
    ) -> HeldCall:
        where = ("acme", "m", "generations", "1024x1024", "high")
        return HeldCall(f"hold_{number}", rid, state, *where, n, unit, at)


def matched(world: World, charges: list[Charge], carried: list[CarriedItem] = []) -> Matching:  # noqa: B006
    matching = matching_of(now=NOW, opening=carried)
    matching.take_charges(charges)
    matching.take_lines(world.lines)
    matching.compare()
    wanted = set(matching.stray.request_ids())
    matching.match_other_months(each for each in world.others if each.request_id in wanted)
    wanted = set(matching.stray.request_ids())
    matching.match_holds(each for each in world.calls if each.request_id in wanted)
    matching.finish(world.calls)
    return matching


@given(plants=PLANTS, shuffle=st.randoms(use_true_random=False))
def test_the_classes_found_are_the_ones_planted_and_the_proof_ties(
    plants: list[tuple[ClassName, int, int, int]], shuffle: Random
) -> None:
    world = World()
    for number, plant in enumerate(plants):
        world.plant(number, *plant)
    for side in (world.charges, world.others, world.calls):
        shuffle.shuffle(side)

    if world.has_total:
        world.add_total(more=7)
    matching = matched(world, world.charges)
    findings = matching.findings
    summary = findings.summary()
    assert {row.class_name: row.lines for row in summary if row.lines} == dict(world.expected)
    open_ones = {**world.expected, "matched": 0, "pending": 0}
    assert len(findings.discrepancies) == sum(open_ones.values()) - world.free
    assert len(findings.pending) == world.expected["pending"]
    assert findings.unexplained_nanos == world.unexplained
    proof = findings.proof(ledger=matching.ledger_nanos, statement=matching.statement_nanos)
    assert proof.ties
    ledger = sum(charge.amount_nanos for charge in world.charges)
    billed = sum(each.effect_nanos or 0 for each in world.lines) + world.total
    assert sum((row.ledger_amount for row in summary), Decimal(0)) * 10**9 == ledger
    assert sum((row.statement_amount for row in summary), Decimal(0)) * 10**9 == billed
