"""Who pays what: the precedence of prices, what a plan enables, what a sale leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from itertools import combinations
from pathlib import Path

import pytest

from pricing import (
    Catalog,
    EndpointNotSold,
    ImageRequest,
    InvalidValue,
    MissingParameter,
    NoPriceInForce,
    PriceBook,
    Quote,
    SizeNotEnabled,
    UnknownModel,
    UnknownParameter,
    UnsupportedSize,
)

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
LEVELS = {
    # name: what a plan and an account say, the price, the rule
    "discount": ('discount: "0.15"', "", "0.85", "plan discount 0.15"),
    "markup": ('markup: "0.1"', "", "1.1", "plan markup 0.1"),
    "plan override": (
        'overrides: [{model: m, endpoint: generations, size: 640x480, quality: fine, price: "0.7", '
        "effective_from: 2026-10-01}]",
        "",
        "0.7",
        "plan override 2026-10-01",
    ),
    "account override": (
        "",
        ', overrides: [{model: m, endpoint: generations, size: 640x480, quality: fine, price: "0.6"'
        ", effective_from: 2026-09-01}]",
        "0.6",
        "account override 2026-09-01",
    ),
}


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


def test_an_account_without_an_entry_pays_the_price_of_the_book(folder: Path) -> None:
    quote = catalog(folder, plan='discount: "0.5"').quote(ASKED, account="stranger", at=NOON)

    assert (quote.price, quote.plan, quote.set_by) == (Decimal(1), None, "book")
    assert quote.book == PriceBook.loads(SOLD).quote(ASKED, at=NOON).book


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_beats_the_book(folder: Path, level: str) -> None:
    plan, account, price, rule = LEVELS[level]

    quote = catalog(folder, plan=plan, account=account).quote(ASKED, account="acme", at=NOON)

    assert (quote.price, quote.set_by) == (Decimal(price), rule)
    assert quote.plan == "partner"


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [pair for pair in combinations(LEVELS, 2) if pair != ("discount", "markup")],
)
def test_the_more_special_level_beats_the_other(folder: Path, weaker: str, stronger: str) -> None:
    plans = ", ".join(filter(None, (LEVELS[weaker][0], LEVELS[stronger][0])))

    quote = catalog(folder, plan=plans, account=LEVELS[stronger][1]).quote(
        ASKED, account="acme", at=NOON
    )

    assert (quote.price, quote.set_by) == (Decimal(LEVELS[stronger][2]), LEVELS[stronger][3])


def test_an_override_is_of_one_cell_and_the_rest_keeps_the_discount(folder: Path) -> None:
    plan = f"{LEVELS['discount'][0]}, {LEVELS['plan override'][0]}"
    partner = catalog(folder, plan=plan)

    prices = {
        (size, quality, endpoint): partner.quote(
            {"model": "m", "size": size, "quality": quality},
            account="acme",
            endpoint=endpoint,
            at=NOON,
        ).price
        for size in ("640x480", "800x600")
        for quality in ("fine", "rough")
        for endpoint in ("generations", "edits")
    }

    assert prices.pop(("640x480", "fine", "generations")) == Decimal("0.7")
    assert set(prices.values()) == {Decimal("0.85"), Decimal("0.425")}


def test_overrides_are_dated_to_the_second_and_the_latest_begun_applies(folder: Path) -> None:
    first = LEVELS["account override"][1].removesuffix("]")
    cell = "model: m, endpoint: generations, size: 640x480, quality: fine"
    then = f'{{{cell}, price: "0.4", effective_from: 2026-10-01}}'
    acme = catalog(folder, account=f"{first}, {then}]")
    change = datetime(2026, 10, 1, tzinfo=UTC)

    def price(at: datetime) -> Decimal:
        return acme.quote(ASKED, account="acme", at=at).price

    assert price(datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC)) == 1
    assert price(change - timedelta(microseconds=1)) == Decimal("0.6")
    assert price(change) == Decimal("0.4")


def test_a_discount_follows_the_book_into_its_next_list_and_an_override_stays(folder: Path) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    plan = f"{LEVELS['discount'][0]}, {LEVELS['plan override'][0]}"
    partner = catalog(folder, plan=plan)

    fine = partner.quote(ASKED, account="acme", at=december)
    rough = partner.quote(ASKED | {"quality": "rough"}, account="acme", at=december)

    assert (fine.price, fine.book.version) == (Decimal("0.7"), "2026-12-01")
    assert (rough.price, rough.book.version) == (Decimal("1.275"), "2026-12-01")


def test_price_cost_and_margin_are_of_the_whole_request(folder: Path) -> None:
    quote = catalog(folder, plan='markup: "0.1"').quote(ASKED | {"n": 3}, account="acme", at=NOON)

    assert (quote.price, quote.cost, quote.margin) == (
        Decimal("3.3"),
        Decimal("2.7"),
        Decimal("0.6"),
    )
    assert quote.total == quote.price
    assert quote.cost_book is not None
    assert quote.cost_book.id == "bought"


def test_without_a_cost_the_same_book_sets_both(folder: Path) -> None:
    text = "{schema_version: 1, models: {m: {price: sold.yaml}}}"

    quote = Catalog.loads(text, folder=folder).quote(ASKED, at=NOON)

    assert (quote.cost, quote.margin) == (Decimal(1), Decimal(0))


def test_an_unknown_cost_leaves_an_unknown_margin() -> None:
    text = "{schema_version: 1, models: {gpt-image-2: {price: %s, cost: %s}}}"  # %-format: braces
    asked = {"model": "gpt-image-2", "size": "768x1024"}
    unlisted = Catalog.loads(text % ("openai-gpt-image-2", "fal-gpt-image-2"))
    pixapi = Catalog.loads(text % ("openai-gpt-image-2", "pixapi-gpt-image-2"))

    no_cell, no_rate = unlisted.quote(asked, at=NOON), pixapi.quote(asked, at=NOON)
    before = unlisted.quote({**asked, "size": "1024x1024"}, at=NOON - timedelta(days=200))

    assert (no_cell.cost, no_cell.margin, no_cell.cost_currency) == (None, None, None)
    assert (no_rate.cost, no_rate.cost_currency, no_rate.margin) == (Decimal(4), "CREDIT", None)
    assert before.margin is None


def test_a_size_that_the_plan_does_not_enable_says_what_would_be(folder: Path) -> None:
    starter = catalog(folder, plan="sizes: [1K]")

    with pytest.raises(SizeNotEnabled) as refused:
        starter.quote(ASKED | {"size": "1600x1200"}, account="acme")

    assert refused.value.enabled == ("640x480", "800x600")
    assert str(refused.value) == (
        "size: '1600x1200' is not enabled for account 'acme' (plan partner). "
        "Enabled: 640x480, 800x600."
    )
    assert (refused.value.code, refused.value.param) == ("size_not_enabled", "size")


def test_a_plan_may_enable_an_exact_size_beside_a_tier(folder: Path) -> None:
    starter = catalog(folder, plan="sizes: [2K, 640x480]")

    assert starter.quote(ASKED, account="acme", at=NOON).price == 1
    assert starter.quote(ASKED | {"size": "1600x1200"}, account="acme", at=NOON).price == 2
    with pytest.raises(SizeNotEnabled):
        starter.quote(ASKED | {"size": "800x600"}, account="acme", at=NOON)


def test_a_size_that_nobody_offers_is_unsupported_for_a_plan_too(folder: Path) -> None:
    with pytest.raises(UnsupportedSize):
        catalog(folder, plan="sizes: [1K]").quote(ASKED | {"size": "7x7"}, account="acme")


def test_an_endpoint_that_the_plan_does_not_sell_is_refused(folder: Path) -> None:
    starter = catalog(folder, plan="endpoints: [generations]")

    with pytest.raises(EndpointNotSold, match=r"plan partner\. Sold: generations"):
        starter.quote(ASKED, account="acme", endpoint="edits", at=NOON)
    assert starter.quote(ASKED, account="other", endpoint="edits", at=NOON).price == 1


def test_an_n_above_that_of_the_plan_names_the_plan(folder: Path) -> None:
    starter = catalog(folder, plan="n_max: 2")

    assert starter.quote(ASKED | {"n": 2}, account="acme", at=NOON).price == 2
    with pytest.raises(InvalidValue, match=r"from 1 to 2\. Plan partner") as refused:
        starter.quote(ASKED | {"n": 3}, account="acme", at=NOON)
    assert (refused.value.code, refused.value.param) == ("invalid_value", "n")


def test_the_answer_is_the_same_the_second_time_and_from_a_ready_request(folder: Path) -> None:
    partner = catalog(folder, plan='discount: "0.15", sizes: [1K]')
    request = ImageRequest(model="m", size="640x480", quality="fine")

    prices = [partner.quote(ASKED, account="acme", at=NOON).price for _ in range(3)]

    assert set(prices) == {partner.quote(request, account="acme", at=NOON).price}
    for _ in range(2):
        with pytest.raises(SizeNotEnabled):
            partner.quote(ASKED | {"size": "1600x1200"}, account="acme")


def test_a_request_without_a_model_of_the_catalog_is_refused_by_name(folder: Path) -> None:
    shop = catalog(folder)

    with pytest.raises(UnknownModel, match="use m"):
        shop.quote(ASKED | {"model": "other"}, account="acme")
    with pytest.raises(MissingParameter, match="Allowed: m"):
        shop.quote({"size": "640x480"})
    with pytest.raises(UnknownParameter):
        shop.quote({"aspect_ratio": "1:1"})
    with pytest.raises(InvalidValue):
        shop.quote({"model": ["m"]})
    with pytest.raises(InvalidValue):
        shop.quote("a fox")  # type: ignore[arg-type]  # the point
    with pytest.raises(NoPriceInForce, match="plan partner"):
        shop.quote(ASKED, account="acme", at=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_quote_under_a_plan_survives_json_and_its_price_has_a_digest_of_its_own(
    folder: Path,
) -> None:
    shop = catalog(folder, plan='discount: "0.15"')
    book, partner = (shop.quote(ASKED, account=code, at=NOON) for code in ("stranger", "acme"))

    assert Quote.from_json(partner.to_json()) == partner
    assert partner.book == book.book
    assert partner.cell.digest != book.cell.digest
    assert shop.quote(ASKED, account="acme", at=NOON).cell.digest == partner.cell.digest


def test_a_free_override_and_a_full_discount_are_prices(folder: Path) -> None:
    free = LEVELS["account override"][1].replace('"0.6"', '"0"')

    assert catalog(folder, account=free).quote(ASKED, account="acme", at=NOON).price == 0
    assert catalog(folder, plan='discount: "1"').quote(ASKED, account="acme", at=NOON).price == 0


def test_prices_are_exact_under_any_decimal_context(folder: Path) -> None:
    plan = 'discount: "0.123456"'
    exact = catalog(folder, plan=plan).quote(ASKED, account="acme", at=NOON)

    with localcontext() as context:
        context.prec = 3
        rough = catalog(folder, plan=plan).quote(ASKED, account="acme", at=NOON)

    assert rough.price == exact.price == Decimal("0.876544")
    assert rough.margin == exact.margin
