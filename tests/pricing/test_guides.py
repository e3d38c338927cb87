"""The guides about prices run: their YAML loads, their Python holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pricing import Catalog, PriceBook

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ["price-books.md", "plans.md"]


def blocks(guide: str, language: str) -> list[str]:
    text = (DOCS / guide).read_text(encoding="utf-8")
    return re.findall(rf"```{language}[^\n]*\n(.*?)```", text, re.DOTALL)


def test_the_book_of_the_guide_loads() -> None:
    (text,) = blocks("price-books.md", "yaml")

    book = PriceBook.loads(text)

    assert [str(rates.effective_from) for rates in book.rates] == ["2026-05-01", "2026-10-01"]


def test_the_catalog_of_the_guide_loads() -> None:
    (text,) = blocks("plans.md", "yaml")

    assert Catalog.loads(text).plans == ("starter", "partner")


@pytest.mark.parametrize("guide", GUIDES)
def test_the_python_of_a_guide_holds(guide: str) -> None:
    code = blocks(guide, "python")

    assert code
    for each in code:
        exec(compile(each, guide, "exec"), {})


def test_the_guide_lists_every_bundled_book() -> None:
    text = (DOCS / "price-books.md").read_text(encoding="utf-8")

    assert [book_id for book_id in PriceBook.bundled() if f"`{book_id}`" not in text] == []
