"""Which decimals a currency has, and what happens to half of the last one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.report.minor_units import minor_units, rounded


@pytest.mark.parametrize(
    ("currency", "places"),
    [("USD", 2), ("EUR", 2), ("CREDIT", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4)],
)
def test_a_currency_has_the_decimals_of_its_smallest_coin(currency: str, places: int) -> None:
    assert minor_units(currency) == places
    assert rounded(Decimal(1), currency, "half-up").as_tuple().exponent == -places


def test_half_a_minor_unit_goes_to_the_even_neighbour_or_away_from_zero() -> None:
    for amount, even, up in (("0.125", "0.12", "0.13"), ("-0.125", "-0.12", "-0.13")):
        assert str(rounded(Decimal(amount), "USD", "half-even")) == even
        assert str(rounded(Decimal(amount), "USD", "half-up")) == up
    assert str(rounded(Decimal("-0.001"), "USD", "half-even")) == "0.00"
