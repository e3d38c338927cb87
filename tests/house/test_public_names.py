"""What is public is listed, sorted and importable; everything else may change."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import billing
import billing.errors
import billing.ledger.opening_errors
import billing.ledger.proof.errors
import billing.statement.errors
import pricing

ROOMS = [
    billing.errors,
    billing.ledger.opening_errors,
    billing.ledger.proof.errors,
    billing.statement.errors,
]


@pytest.mark.parametrize("package", [pricing, billing])
def test_the_public_names_are_listed_in_order_and_can_be_imported(package: ModuleType) -> None:
    assert package.__all__ == sorted(package.__all__)
    assert all(getattr(package, name).__doc__ for name in package.__all__ if name != "ABSENT")


@pytest.mark.parametrize("room", ROOMS)
def test_every_error_is_public_and_comes_off_one_root(room: ModuleType) -> None:
    errors = [value for value in vars(room).values() if isinstance(value, type)]
    ours = {error.__name__ for error in errors if error.__module__ == room.__name__}
    assert ours <= set(billing.__all__)
    assert all(issubclass(getattr(billing, name), billing.BillingError) for name in ours)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        billing.nothing_here  # noqa: B018


def test_the_public_names_are_seen_before_they_are_imported() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "import billing; print(*dir(billing))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(billing.__all__) <= set(listed.stdout.split())
