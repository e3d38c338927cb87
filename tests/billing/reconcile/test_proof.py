"""The sums that must tie, and what a bucket is called: pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from billing.reconciliation.proof import Matter, Proof, bucket_name

TIED = Proof(
    opening=Decimal(1),
    ledger=Decimal(10),
    adjustments=Decimal(-2),
    tolerated=Decimal("0.5"),
    open=Decimal(3),
    statement=Decimal(12),
    carried=Decimal("0.5"),
)


def test_a_proof_ties_when_both_sides_are_equal_to_the_nano_unit() -> None:
    assert TIED.ties
    assert TIED.residual == 0
    nano = Decimal("0.000000001")
    for ours in ("opening", "ledger", "adjustments", "tolerated", "open"):
        beyond = replace(TIED, **{ours: getattr(TIED, ours) + nano})
        assert (beyond.residual, beyond.ties) == (-nano, False)
    for theirs in ("statement", "carried"):
        beyond = replace(TIED, **{theirs: getattr(TIED, theirs) + nano})
        assert (beyond.residual, beyond.ties) == (nano, False)
    zero = Decimal(0)
    nothing = Proof(ledger=zero, adjustments=zero, open=zero, statement=zero, carried=zero)
    assert nothing.ties


def test_a_bucket_is_called_by_its_day_and_all_of_its_dimensions() -> None:
    plain = Matter(day="2025-03-10", project="p", model="m", line_item="l")
    others = [
        *(plain._replace(day="x"), plain._replace(project="x")),
        *(plain._replace(model="x"), plain._replace(line_item="x")),
    ]
    names = [bucket_name(each) for each in (plain, *others, Matter(day="2025-03-10"))]
    assert len(set(names)) == len(names)
    assert all(len(name) == len("2025-03-10.") + 12 for name in (names[0], names[-1]))
    assert bucket_name(plain._replace(request_id="r")) == names[0]
