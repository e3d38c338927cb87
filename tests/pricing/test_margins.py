"""What a catalog knows beside a price: margins, the ledger's plan, providers, its digest."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from pricing import (
    Catalog,
    InvalidValue,
    PlanMismatch,
)
from pricing.catalog_file import catalog_schema

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKED: dict[str, object] = {"model": "m", "size": "640x480", "quality": "fine"}

SOLD = """
schema_version: 1
id: sold
model: m
currency: USD
quality: {allowed: [fine, rough], default: rough}
n: {min: 1, max: 8, default: 1}
sizes: {640x480: 1K, 800x600: 1K, 1600x1200: 2K}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: a, checked: 2026-01-01,
     generations: {1K: {fine: "1", rough: "0.5"}, 2K: {fine: "2", rough: "1"}}, edits: generations}
  - {effective_from: 2026-12-01, basis: contract, source: a, checked: 2026-01-01,
     generations: {1K: {fine: "3", rough: "1.5"}, 2K: {fine: "6", rough: "3"}}, edits: generations}
"""
BOUGHT = SOLD.replace("id: sold", "id: bought").replace('"1"', '"0.9"')
OWN_PRICE = (
    ', overrides: [{model: m, endpoint: generations, size: 640x480, quality: fine, price: "0.6"'
    ", effective_from: 2026-09-01}]"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sold.yaml").write_text(SOLD)
    (tmp_path / "bought.yaml").write_text(BOUGHT)
    return tmp_path


def catalog(folder: Path, *, plan: str = "", account: str = "", more: str = "") -> Catalog:
    """A catalog with one plan and one account `acme` on it."""
    text = (
        "schema_version: 1\n"
        "models: {m: {price: sold.yaml, cost: bought.yaml}}\n"
        f"plans: {{partner: {{{plan}}}}}\n"
        f"accounts: {{acme: {{plan: partner{account}}}}}\n{more}"
    )
    return Catalog.loads(text, folder=folder)


def test_the_margin_of_every_cell_is_there_and_what_is_sold_below_cost(folder: Path) -> None:
    shop = catalog(folder, plan='discount: "0.15", sizes: [1K]', account=OWN_PRICE)

    cells = shop.margin_cells(at=NOON)
    below = shop.below_cost(at=NOON)

    assert len([each for each in cells if each.plan is None]) == 12
    assert len([each for each in cells if each.plan and not each.account]) == 8
    (own,) = [each for each in cells if each.account]
    assert (own.price, own.cost, own.margin, own.percent) == (
        Decimal("0.6"),
        Decimal("0.9"),
        Decimal("-0.3"),
        Decimal("-50.00"),
    )
    assert {(each.account, each.plan) for each in below} == {(None, "partner"), ("acme", "partner")}
    assert all(each.margin is not None and each.margin < 0 for each in below)
    assert not shop.allow_below_cost


def test_the_plan_in_the_ledger_and_in_the_catalog_must_agree(folder: Path) -> None:
    shop = catalog(folder)

    shop.check_plan("acme", "partner")
    shop.check_plan("acme", None)
    shop.check_plan("stranger", None)
    with pytest.raises(PlanMismatch, match="plan starter in the ledger and plan partner"):
        shop.check_plan("acme", "starter")
    with pytest.raises(PlanMismatch, match="no plan in the catalog") as refused:
        shop.check_plan("stranger", "partner")
    assert refused.value.code == "plan_mismatch"


def test_a_provider_that_is_not_named_has_the_settings_of_default(folder: Path) -> None:
    shop = catalog(folder, more="providers: {default: {bills_5xx: never}, other: {}}")

    assert shop.provider("unheard-of").bills_5xx == "never"
    assert shop.provider("other") == ("unknown", False)
    assert catalog(folder).provider() == ("unknown", False)


def test_a_catalog_is_loaded_from_a_file_and_books_are_relative_to_it(folder: Path) -> None:
    path = folder / "catalog.yaml"
    path.write_text("{schema_version: 1, models: {m: {price: sold.yaml, cost: bought.yaml}}}")

    shop = Catalog.load(path)

    assert shop.models == ("m",)
    assert [book.id for book in shop.books("m")] == ["sold", "bought"]
    assert shop.digest == Catalog.load(str(path)).digest


def test_the_digest_of_a_catalog_covers_its_books(folder: Path) -> None:
    before = catalog(folder).digest
    (folder / "sold.yaml").write_text(SOLD.replace('"6"', '"7"'))

    assert catalog(folder).digest != before


def test_the_matrix_of_a_plan_has_what_it_enables(folder: Path) -> None:
    seller = catalog(folder, plan='sizes: [1K], discount: "0.1", n_max: 2').seller("acme", "m")

    assert {priced.cell.size for priced in seller.matrix(2, at=NOON)} == {"640x480", "800x600"}
    assert [cell.unit_price for cell in seller.of_shape("4:3", quality="fine", at=NOON)] == [
        Decimal("0.9"),
        Decimal("0.9"),
    ]
    with pytest.raises(InvalidValue, match="Plan partner"):
        seller.matrix(3, at=NOON)


def test_the_shipped_schema_of_catalogs_is_that_of_the_models() -> None:
    shipped = files("pricing").joinpath("catalog.schema.json").read_text(encoding="utf-8")

    assert shipped == catalog_schema()
