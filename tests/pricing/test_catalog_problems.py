"""What a catalog is refused for: everything at once, each with file, line and path."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Catalog, CatalogError

BOOK = """\
schema_version: 1
id: sold
model: m
currency: USD
quality: {allowed: [fine], default: fine}
n: {min: 1, max: 8, default: 2}
bounds: {min: "0", max: "2"}
sizes: {640x480: 1K, 1600x1200: 2K}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: a, checked: 2026-01-01,
     generations: {1K: {fine: "0.123456789"}, 2K: {fine: "2"}}}
"""
GOOD = """\
schema_version: 1
models:
  m: {price: sold.yaml}
allow_below_cost: false
plans:
  starter:
    sizes: [1K]
    endpoints: [generations]
    n_max: 2
  partner:
    overrides:
      - {model: m, endpoint: generations, size: 640x480, quality: fine,
         price: "0.1", effective_from: 2026-01-01}
      - {model: m, endpoint: generations, size: 640x480, quality: fine,
         price: "0.2", effective_from: 2026-02-01}
accounts:
  acme:
    plan: partner
providers:
  default: {bills_5xx: unknown, honours_idempotency_keys: false}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalog")
    (folder / "sold.yaml").write_text(BOOK)
    (folder / "broken.yaml").write_text(BOOK.replace('fine: "2"', "fine: 2"))
    return folder


def problems_of(text: str | bytes, folder: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(CatalogError) as refused:
        Catalog.loads(text, file="catalog.yaml", folder=folder)
    assert refused.value.code == "invalid_catalog"
    return [(problem.line, problem.path, problem.message) for problem in refused.value.problems]


def test_the_example_without_a_fault_loads(folder: Path) -> None:
    assert Catalog.loads(GOOD, folder=folder).plans == ("starter", "partner")


def test_a_discount_of_everything_makes_images_free(folder: Path) -> None:
    text = GOOD.replace("n_max: 2", 'discount: "1"').replace("plan: partner", "plan: starter")

    quote = Catalog.loads(text, folder=folder).quote(
        {"model": "m", "size": "640x480"}, account="acme"
    )

    assert quote.total == 0
    assert quote.set_by == "plan discount 1"


def test_the_cells_that_a_plan_cannot_price_exactly_are_counted(folder: Path) -> None:
    one = GOOD.replace("n_max: 2", 'discount: "0.15"')

    assert problems_of(one, folder)[0][2].endswith("more than 9 decimals or too large")
    with pytest.raises(CatalogError, match=r"^1 problem in the catalog"):
        Catalog.loads(one, folder=folder)


ONE_FAULT = [
    # what to replace, by what, line, path, part of the message
    ("schema_version: 1", "schema_version: 2", 1, "schema_version", "given 2"),
    ("price: sold.yaml", "price: absent.yaml", 3, "models.m.price", "bundled: fal-gpt-image-2"),
    ("price: sold.yaml", "price: openai-gpt-image-2", 3, "models.m.price", "prices gpt-image-2"),
    ("{price: sold.yaml}", "{price: sold.yaml, coat: x}", 3, "models.m.coat", "did you mean cost?"),
    ("{price: sold.yaml}", "{cost: sold.yaml}", 3, "models.m.price", "required"),
    ("{price: sold.yaml}", "sold.yaml", 3, "models.m", "keys and values"),
    ("allow_below_cost: false", "allow_below_cost: no", 4, "allow_below_cost", "true or false"),
    ("allow_below_cost: false", "allow: 1", 4, "allow", "unknown key"),
    ("[1K]", "[1K, 4K]", 7, "plans.starter.sizes[1]", "tiers: 1K, 2K; sizes: 640x480, 1600x1200"),
    ("[1K]", "[1K, 1K]", 7, "plans.starter.sizes[1]", "twice"),
    ("[1K]", "[]", 7, "plans.starter.sizes", "at least one"),
    ("[1K]", "1K", 7, "plans.starter.sizes", "a list"),
    ("[generations]", "[variations]", 8, "plans.starter.endpoints[0]", "'generations' or 'edits'"),
    ("n_max: 2", "n_max: 0", 9, "plans.starter.n_max", "greater than or equal to 1"),
    ("n_max: 2", "n_max: 1", 9, "plans.starter.n_max", "below the default n of m, which is 2"),
    ("n_max: 2", "n_max: two", 9, "plans.starter.n_max", "whole number"),
    ("n_max: 2", "discount: 0.15", 9, "plans.starter.discount", "text in quotes"),
    ("n_max: 2", 'discount: "1.5"', 9, "plans.starter.discount", "from 0 to 1"),
    ("n_max: 2", 'discount: "-0.1"', 9, "plans.starter.discount", "text in quotes"),
    ("n_max: 2", 'markup: "-0.1"', 9, "plans.starter.markup", "text in quotes"),
    ("n_max: 2", 'discount: "15%"', 9, "plans.starter.discount", "15 per cent"),
    (
        "n_max: 2",
        'discount: "0.1"\n    markup: "0.1"',
        10,
        "plans.starter.markup",
        "not both",
    ),
    (
        "n_max: 2",
        'discount: "0.15"',
        9,
        "plans.starter.discount",
        "m generations 640x480 fine of 2026-01-01 would cost 0.10493827065: more than 9 decimals",
    ),
    ("n_max: 2", "max_n: 2", 9, "plans.starter.max_n", "did you mean n_max?"),
    ("model: m,", "model: mm,", 12, "overrides[0].model", "models: m"),
    ("generations, size", "edits, size", 12, "overrides[0].endpoint", "it has generations"),
    ("640x480, q", "641x480, q", 12, "overrides[0].size", "it has 640x480, 1600x1200"),
    ("quality: fine", "quality: rough", 12, "overrides[0].quality", "it has fine"),
    ('"0.1"', "0.1", 13, "overrides[0].price", "text in quotes"),
    ('"0.1"', '"0.0000000001"', 13, "overrides[0].price", "9 decimals"),
    ('"0.1"', '"18"', 13, "overrides[0].price", "above bounds.max"),
    (", effective_from: 2026-01-01", "", 12, "overrides[0].effective_from", "required"),
    ("2026-01-01", "soon", 13, "overrides[0].effective_from", "YYYY-MM-DD"),
    ("2026-02-01", "2026-01-01", 15, "overrides[1].effective_from", "(2026-01-01)"),
    ("2026-02-01", "2025-02-01", 15, "overrides[1].effective_from", "in order of time"),
    ("plan: partner", "plan: gold", 18, "accounts.acme.plan", "plans: starter, partner"),
    ("plan: partner", "plans: partner", 18, "accounts.acme.plans", "did you mean plan?"),
    ("bills_5xx: unknown", "bills_5xx: often", 20, "bills_5xx", "'unknown' or 'never'"),
    ("honours_idempotency_keys: false", "retries: 3", 20, "providers.default.retries", "unknown"),
    ("  acme:", "  acme: {}\n  acme:", 18, "accounts.acme", "here twice, first on line 17"),
    ("schema_version: 1", "schema_version: !!int 1.0", 1, "schema_version", "given"),
]


@pytest.mark.parametrize(("old", "new", "line", "path", "part"), ONE_FAULT)
def test_one_fault_is_found_where_it_is(
    old: str, new: str, line: int, path: str, part: str, folder: Path
) -> None:
    assert old in GOOD

    found = problems_of(GOOD.replace(old, new, 1), folder)

    assert any(
        where == line and at.endswith(path) and part in message for where, at, message in found
    ), found


def test_all_faults_are_reported_at_once_with_those_of_the_books(folder: Path) -> None:
    text = (
        GOOD.replace("sold.yaml", "broken.yaml").replace("[1K]", "1K").replace("plan: p", "pl: p")
    )

    with pytest.raises(CatalogError) as refused:
        Catalog.loads(text, file="catalog.yaml", folder=folder)

    files = [Path(problem.file).name for problem in refused.value.problems]
    assert sorted(files) == ["broken.yaml", "catalog.yaml", "catalog.yaml"]
    assert str(refused.value).startswith("3 problems in the catalog:\n  ")


def test_plans_are_held_against_the_price_book_though_the_cost_book_is_missing(
    folder: Path,
) -> None:
    text = GOOD.replace("{price: sold.yaml}", "{price: sold.yaml, cost: gone.yaml}")

    found = problems_of(text.replace("sizes: [1K]", "sizes: [9K]"), folder)

    assert [path for _line, path, _message in found] == ["models.m.cost", "plans.starter.sizes[0]"]


@pytest.mark.parametrize("name", ["absent.yaml", "nul\x00.yaml", "."])
def test_a_catalog_that_cannot_be_read_is_refused_in_words(name: str, folder: Path) -> None:
    with pytest.raises(CatalogError):
        Catalog.load(folder / name)


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_never_load_and_never_crash(data: bytes) -> None:
    with pytest.raises(CatalogError):
        Catalog.loads(data)


@settings(max_examples=50, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), inserted=st.text(max_size=3), cut=st.integers(0, 3))
def test_a_damaged_catalog_loads_or_is_refused_and_never_crashes(
    folder: Path, place: int, inserted: str, cut: int
) -> None:
    try:
        Catalog.loads(GOOD[:place] + inserted + GOOD[place + cut :], folder=folder)
    except CatalogError as error:
        assert error.problems  # noqa: PT017 - either outcome is lawful
