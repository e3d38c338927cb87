"""Exact money: no floats, no rounding, no mixed currencies, no exponent in any text."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import CurrencyMismatch, FloatMoney, Money, MoneyError, MoneyOutOfRange
from pricing.money import (
    NANOS_MAX,
    amount_text,
    format_amount,
    from_nanos,
    parse_amount,
    to_nanos,
)

NANOS = st.integers(-NANOS_MAX, NANOS_MAX)


@given(NANOS)
def test_nanos_round_trip_under_any_decimal_context(nanos: int) -> None:
    with localcontext() as context:
        context.prec = 3
        amount = from_nanos(nanos)
        text = amount_text(amount)

        assert to_nanos(amount) == nanos
        assert to_nanos(parse_amount(text)) == nanos
        assert "E" not in text.upper() + format_amount(amount, "").upper()


@given(NANOS, NANOS)
def test_sums_are_exact_under_any_decimal_context(left: int, right: int) -> None:
    with localcontext() as context:
        context.prec = 3
        total = sum([Money(from_nanos(left), "USD"), Money(from_nanos(right), "USD")], USD_ZERO)
        back = total - Money(from_nanos(right), "USD")

    assert back == Money(from_nanos(left), "USD")


USD_ZERO = Money.zero("USD")


@pytest.mark.parametrize("given_", [0.1, 1.0, float("nan")])
def test_floats_are_refused(given_: float) -> None:
    with pytest.raises(FloatMoney):
        parse_amount(given_)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(FloatMoney):
        Money(given_, "USD")  # type: ignore[arg-type]  # the same
    with pytest.raises(FloatMoney):
        to_nanos(given_)  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(
    "text", ["", "1e3", "+1", " 1", "1 ", "NaN", "inf", "01", ".5", "1,5", "١"]
)
def test_text_that_is_not_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        parse_amount(text)


def test_money_is_a_finite_decimal_and_stays_as_it_is() -> None:
    for amount in (Decimal("NaN"), Decimal("Infinity"), 1, "1"):
        with pytest.raises(MoneyError):
            Money(amount, "USD")  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(FrozenInstanceError):
        USD_ZERO.amount = Decimal(1)  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("given_", [True, None, [], b"1", Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_refused(given_: object) -> None:
    with pytest.raises(MoneyError):
        parse_amount(given_)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize(
    "amount", ["0.0000000001", "9223372036.854775808", "10000000000", "1." + "1" * 90]
)
def test_what_does_not_fit_64_bits_of_nanos_is_refused_not_rounded(amount: str) -> None:
    with pytest.raises(MoneyOutOfRange):
        parse_amount(amount)
    with pytest.raises(MoneyOutOfRange):
        to_nanos(Decimal(amount).copy_negate())


@pytest.mark.parametrize("amount", ["0.000000001", "9223372036.854775807", "9223372036", "0"])
def test_the_smallest_and_the_largest_amount_are_money(amount: str) -> None:
    for text in (amount, f"-{amount}"):
        assert parse_amount(text) == Decimal(text)
        assert from_nanos(to_nanos(Decimal(text))) == Decimal(text)


def test_what_is_far_outside_is_refused_before_it_is_written_out() -> None:
    for amount in (Decimal("1E+999999"), Decimal("1E-999999")):
        with pytest.raises(MoneyOutOfRange, match="it lies outside"):
            to_nanos(amount)


def test_an_amount_that_is_refused_is_shown_as_it_was_written() -> None:
    for given_, shown in ((Decimal("1E+30"), "'1E+30'"), (Decimal("0.5E-9"), "'5E-10'")):
        with pytest.raises(MoneyOutOfRange) as refused:
            to_nanos(given_)
        assert shown in str(refused.value)
        assert "Decimal" not in str(refused.value)


def test_two_currencies_never_meet() -> None:
    dollars, credits_ = Money(Decimal(1), "USD"), Money(Decimal(1), "CREDIT")

    for meet in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(CurrencyMismatch, match="USD with CREDIT"):
            meet(dollars, credits_)
    assert dollars != credits_


def test_money_is_multiplied_by_whole_numbers_only() -> None:
    price = Money(Decimal("0.21072"), "USD")

    assert price * 4 == Money(Decimal("0.84288"), "USD")
    for factor in (True, 0.5, "2"):
        with pytest.raises(MoneyError):
            price * factor  # type: ignore[operator]  # the point of the test


def test_money_compares_negates_and_is_false_when_zero() -> None:
    one, two = Money(Decimal(1), "USD"), Money(Decimal(2), "USD")

    assert one < two <= two
    assert not two < two
    assert not two <= one
    assert -one + two == one
    assert not USD_ZERO
    assert one


def test_people_see_at_least_two_decimals_and_programs_none_too_many() -> None:
    assert format_amount(Decimal("1E+2"), "USD") == "100.00 USD"
    assert format_amount(Decimal("0.125"), "USD") == "0.125 USD"
    assert format_amount(Decimal("0.004020"), "USD") == "0.00402 USD"
    assert str(Money(Decimal("-0.5"), "CREDIT")) == "-0.50 CREDIT"
    assert amount_text(Decimal("-0.00")) == "0"
    assert amount_text(Decimal("100.10")) == "100.1"
    assert [str(from_nanos(units * 10**9)) for units in (1, 10, 100)] == ["1", "10", "100"]
