"""Two months with differences planted at random: posted twice in any order, nothing is left.

What is billed is then booked or in dispute, to the last nano-unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest

from billing import Evidence
from billing.reconciliation import Reconciliation
from tests.billing.reconcile.statement_story import Story

MARCH, APRIL = "2025-03", "2025-04"


@dataclass
class Planting:
    """One call of a month and its lines, on that month's statement or on the other's."""

    story: Story
    rnd: Random
    month: str
    files: dict[str, list[str]]
    key: str
    n: int

    @property
    def other(self) -> str:
        return APRIL if self.month == MARCH else MARCH

    def bill(self, n: int, amount: str | None = None, *, later: bool = False) -> Planting:
        return self._write(f"req-{self.key}", n, amount, "", later=later)

    def back(self, n: int, *, later: bool = False) -> Planting:
        return self._write(f"req-{self.key}", n, None, "refunded", later=later)

    def nobodys(self) -> Planting:
        return self._write("", 1, f"0.{self.rnd.randint(1001, 1999)}", "", later=False)

    def _write(
        self, request_id: str, n: int, amount: str | None, status: str, *, later: bool
    ) -> Planting:
        self.story.bill(request_id, n, amount, status)
        line = self.story.lines.pop()
        if later and status:
            line = line.replace(f",{self.month}-", f",{self.other}-")
        self.files[self.other if later else self.month].append(line)
        return self

    def paid(self) -> Planting:
        self.story.paid(self.key, self.n, billed=False)
        return self

    def doubted(self) -> Planting:
        self.story.doubted(self.key, self.n, request_id=f"req-{self.key}")
        return self

    def paid_twice(self) -> Planting:
        held = self.story.hold(f"{self.key}-2", self.n)
        evidence = Evidence(request_id=f"req-{self.key}")
        self.story.ledger.capture(held.id, images=self.n, key=f"{self.key}-2/c", evidence=evidence)
        return self.paid()

    def refunded(self) -> Planting:
        held = self.story.paid(self.key, self.n, billed=False)
        paid = self.story.ledger.hold_by_id(held.id).ending
        assert paid is not None
        self.story.ledger.refund(paid.id, "0.25", key=f"{self.key}/back", reason="blurred")
        return self


PLANTS: list[Callable[[Planting], Planting]] = [
    lambda its: its.paid().bill(its.n),
    lambda its: its.paid().bill(its.n, "0.31"),
    lambda its: its.paid().bill(its.n + 1),
    lambda its: its.paid(),
    lambda its: its.bill(its.n),
    lambda its: its.nobodys(),
    lambda its: its.paid().bill(its.n).bill(its.n),
    lambda its: its.paid().bill(its.n).bill(its.n, "9.00"),
    lambda its: its.paid_twice().bill(its.n),
    lambda its: its.doubted().bill(its.n),
    lambda its: its.doubted().bill(1, "0.40"),
    lambda its: its.doubted(),
    lambda its: its.doubted().bill(its.n).back(1).back(2),
    lambda its: its.paid().bill(its.n).back(1).back(its.n),
    lambda its: its.refunded().bill(its.n),
    lambda its: its.refunded().bill(its.n).back(1).back(1),
    lambda its: its.refunded().bill(its.n).back(1, later=True),
    lambda its: its.paid().bill(its.n).back(1, later=True).back(1, later=True),
    lambda its: its.paid().bill(its.n, later=True),
    lambda its: its.paid().bill(its.n).bill(its.n, later=True),
    lambda its: its.doubted().bill(its.n, later=True),
    lambda its: its.bill(its.n).bill(its.n, later=True),
]


def plant(story: Story, rnd: Random, month: str, files: dict[str, list[str]]) -> None:
    for number in range(rnd.randint(3, 9)):
        story.at(f"{month}-{rnd.randint(2, 26):02}T{rnd.randint(0, 23):02}:30")
        key = f"{month}-{number}"
        rnd.choice(PLANTS)(Planting(story, rnd, month, files, key, rnd.randint(1, 4)))
    for kind in rnd.sample(["tax", "fee", "credit"], rnd.randint(0, 2)):
        story.bill("", 1, "1.15", kind)
        files[month].append(story.lines.pop())
    # The statement covers the month, and most of its lines are of the month.
    for day in ("01T00:10", "27T12:00", "27T13:00", "27T14:00"):
        story.at(f"{month}-{day}")
        story.paid(f"{month}-{day}")
        files[month].append(story.lines.pop())


def billed(line: str) -> Decimal:
    amount, _currency, status = line.split(",")[8:]
    return Decimal(amount) * (-1 if status in ("refunded", "credit") else 1)


def in_dispute(found: Reconciliation) -> Decimal:
    lines = [each for each in found.carried if each.class_name == "duplicate_line"]
    return sum((each.statement_amount for each in lines), Decimal(0))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_planted_in_two_months_is_settled_by_posting_both(story: Story, seed: int) -> None:
    rnd = Random(seed)
    story.ledger.top_up("acme", "1000", key="more")
    files: dict[str, list[str]] = {MARCH: [], APRIL: []}
    for month in files:
        plant(story, rnd, month, files)
    story.at("2025-06-20T12:00")
    for lines in files.values():
        rnd.shuffle(lines)
    months = rnd.sample([MARCH, APRIL], 2)

    def post(month: str) -> Reconciliation:
        story.lines[:] = files[month]
        return story.post(month)

    for month in months:
        first, again = post(month), post(month)
        assert again.posted == ()
        # A line of nobody's call waits for the month of its date; all else is settled by one run.
        for found in (first, again):
            assert {each.class_name for each in found.discrepancies} <= {"wrong_period"}
            assert all("reconcile it with" in each.proposal for each in found.discrepancies)
    for month in months:
        post(month)
    last = [post(month) for month in months]
    assert [(each.posted, each.is_clean) for each in last] == [((), True)] * 2
    booked = sum((each.proof.ledger + in_dispute(each) for each in last), Decimal(0))
    assert booked == sum(billed(line) for lines in files.values() for line in lines)
    assert story.ledger.verify().ok
