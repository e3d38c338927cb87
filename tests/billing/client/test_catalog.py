"""Calls priced by a catalog: the account's own price is held, the cost is kept beside it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openai
import pytest

from billing import InvalidEntry, Ledger, Receipt, bill
from billing.client.proxy.clients import BilledClient
from billing.testing import ScriptedProvider, images
from pricing import Catalog, PlanMismatch, SizeNotEnabled

CATALOG = """
schema_version: 1
models:
  gpt-image-2: {price: openai-gpt-image-2, cost: openai-gpt-image-2}
plans:
  starter: {sizes: [1K]}
  partner: {markup: "0.25"}
accounts:
  acme: {plan: partner}
  hobby: {plan: starter}
"""


def ask(client: BilledClient, size: str = "1024x1024") -> Receipt:
    return client.images.generate(
        model="gpt-image-2", prompt="a fox", size=size, quality="high", n=2
    ).billing


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.yaml"
    path.write_text(CATALOG)
    return path


def test_a_call_pays_the_accounts_price_and_posts_the_cost(acme: Ledger, catalog: Path) -> None:
    with (
        ScriptedProvider([images(2)]) as provider,
        openai.OpenAI(base_url=provider.base_url, api_key="sk-x") as sdk,
    ):
        client = bill(sdk, acme, account="acme", catalog=catalog)
        receipt = ask(client)
    assert (receipt.amount, receipt.quote.plan) == (Decimal("0.5268"), "partner")
    view = acme.hold_by_id(receipt.hold.id)
    assert view.ending is not None
    assert view.ending.cost == Decimal("0.42144")
    assert str(receipt).startswith("captured: 2 of 2 x 1024x1024 high, 0.5268 USD paid, hold_")


def test_what_the_plan_does_not_enable_is_refused_before_anything_moves(
    acme: Ledger, catalog: Path
) -> None:
    acme.open_account("hobby", currency="USD", floor="-1")
    with (
        ScriptedProvider([]) as provider,
        openai.OpenAI(base_url=provider.base_url, api_key="sk-x") as sdk,
    ):
        client = bill(sdk, acme, account="hobby", catalog=Catalog.load(catalog))
        with pytest.raises(SizeNotEnabled, match="1024x1024"):
            ask(client, "2048x2048")
        assert provider.posts == 0
    assert acme.holds() == []


def test_a_plan_in_the_ledger_that_is_not_the_catalogs_is_refused(
    ledger: Ledger, catalog: Path
) -> None:
    ledger.open_account("acme", currency="USD", floor="-1", plan="starter")
    with openai.OpenAI(base_url="http://127.0.0.1:1", api_key="sk-x") as sdk:
        client = bill(sdk, ledger, account="acme", catalog=catalog)
        with pytest.raises(PlanMismatch):
            ask(client)


def test_a_book_and_a_catalog_are_too_many(ledger: Ledger, catalog: Path) -> None:
    with openai.OpenAI(api_key="sk-x") as sdk, pytest.raises(InvalidEntry, match="catalog"):
        bill(sdk, ledger, book="openai-gpt-image-2", catalog=catalog)
