"""How far both sides may be apart, to the nano-unit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import InvalidEntry
from billing.reconciliation.tolerances import FLOAT_LINE, SETTLING_LAG, Tolerances

ZERO = Tolerances(
    line=Decimal(0),
    bucket_minor_units=Decimal(0),
    bucket_share=Decimal(0),
    month_share=Decimal(0),
    edge=timedelta(0),
    settling_lag=timedelta(0),
    write_off_limit=Decimal(0),
)


def test_the_tolerances_are_what_the_documentation_says() -> None:
    usual = Tolerances()
    assert (usual.line_nanos, usual.write_off_nanos) == (0, 10_000_000)
    assert (usual.settling_lag, usual.edge) == (timedelta(hours=72), timedelta(hours=1))
    assert usual.settling_lag == SETTLING_LAG


def test_a_bucket_may_be_off_by_half_a_minor_unit_or_a_thousandth_whichever_is_more() -> None:
    usual = Tolerances()
    assert usual.bucket_nanos(0, "USD") == 5_000_000
    assert usual.bucket_nanos(5_000_000_000, "USD") == 5_000_000
    assert usual.bucket_nanos(6_000_000_000, "USD") == 6_000_000
    assert usual.bucket_nanos(-6_000_000_000, "USD") == 6_000_000
    assert usual.bucket_nanos(0, "JPY") == 500_000_000
    assert usual.bucket_nanos(0, "KWD") == 500_000


def test_a_month_may_be_off_by_half_a_minor_unit_or_a_ten_thousandth() -> None:
    usual = Tolerances()
    assert usual.month_nanos(0, "USD") == 5_000_000
    assert usual.month_nanos(60_000_000_000, "USD") == 6_000_000
    assert usual.month_nanos(-60_000_000_000, "USD") == 6_000_000


def test_a_line_may_be_off_by_a_micro_unit_only_where_amounts_are_floats() -> None:
    assert Tolerances().for_statement(writes_floats=False).line == 0
    assert Tolerances().for_statement(writes_floats=True).line == FLOAT_LINE
    assert Tolerances().for_statement(writes_floats=True).line_nanos == 1000
    for given in (Tolerances(line=Decimal("0.5")), ZERO):
        assert given.for_statement(writes_floats=True) is given


@pytest.mark.parametrize(
    "name", ["line", "bucket-minor-units", "bucket-share", "edge", "settling-lag"]
)
def test_a_tolerance_is_zero_or_more(name: str) -> None:
    field = name.replace("-", "_")
    assert getattr(ZERO, field) in (0, timedelta(0))
    below = timedelta(microseconds=-1) if "edge" in name or "lag" in name else Decimal("-1E-9")
    with pytest.raises(InvalidEntry, match=name):
        Tolerances(**{field: below})  # type: ignore[arg-type]  # of the field's own type
