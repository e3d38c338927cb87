"""Laws of prices that hold for every book, plan and request, not only for the examples."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import BookError, Catalog, PriceBook, diff_books, quote_lines, usage_effect
from pricing.margins import margin_cells
from pricing.money import amount_text
from pricing.rates import Cell

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKENS = {"input_tokens": 1234, "output_tokens": 98765}

Data = dict[str, object]

#: Reading YAML takes most of the time, and a slow moment of the machine is no fault of a law.
law = settings(max_examples=25, deadline=None)

names = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
prices = st.decimals(0, 100, places=9).map(lambda price: format(price, "f"))
edges = st.integers(1, 9999)
days = st.dates(max_value=NOON.date())


@st.composite
def rows(draw: st.DrawFn, sizes: dict[str, str], qualities: list[str]) -> Data:
    """Prices of one endpoint: by tier, by exact size, or a size that beats some of its tier."""
    row = st.fixed_dictionaries(dict.fromkeys(qualities, prices))
    some = st.dictionaries(st.sampled_from(qualities), prices, min_size=1)
    tiers = sorted(set(sizes.values()))
    if draw(st.booleans()):
        exact = draw(st.dictionaries(st.sampled_from(sorted(sizes)), some, max_size=3))
        return {**{tier: draw(row) for tier in tiers}, **exact}
    return {size: draw(row) for size in sizes}


@st.composite
def books(draw: st.DrawFn, *, like: Data | None = None) -> Data:
    """The data of any small book that is right; `like` another: its model, currency and sizes."""
    qualities = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    tiers = st.sampled_from(["1K", "on", "4"])
    sizes = draw(st.dictionaries(st.builds("{}x{}".format, edges, edges), tiers, min_size=1))
    if like is not None:
        kept = dict(like["sizes"])  # type: ignore[call-overload]  # a mapping by construction
        sizes = {**dict(list(kept.items())[: draw(st.integers(0, len(kept)))]), **sizes}
        qualities = list(like["quality"]["allowed"])  # type: ignore[index]  # the same
    edits = draw(st.sampled_from(["none", "same", "own"]))
    lists = []
    for day in sorted(draw(st.lists(days, min_size=1, max_size=3, unique=True))):
        entry = {
            "effective_from": day,
            "basis": "contract",
            "source": "hypothesis",
            "checked": day,
            "tokens": {"text_in": draw(prices), "image_out": draw(prices)},
            "generations": draw(rows(sizes, qualities)),
        }
        if edits != "none":
            same = edits == "same"
            entry["edits"] = "generations" if same else draw(rows(sizes, qualities))
        lists.append(entry)
    return {
        "schema_version": 1,
        "id": draw(names),
        "model": "m",
        "currency": "CREDIT",
        "quality": {"allowed": qualities, "default": draw(st.sampled_from(qualities))},
        "n": {"min": 1, "max": 8, "default": 2},
        "sizes": sizes,
        "rates": lists,
    }


def book_of(data: Data) -> PriceBook:
    return PriceBook.loads(yaml.safe_dump(data, allow_unicode=True))


@contextmanager
def rough_context() -> Iterator[None]:
    with localcontext() as context:
        context.prec = 3
        yield


def asked(cell: Cell, n: int) -> Data:
    return {"model": cell.model, "size": cell.size, "quality": cell.quality, "n": n}


@law
@given(data=books(), n=st.integers(1, 8))
def test_the_total_is_n_times_the_unit_for_every_cell_and_route(data: Data, n: int) -> None:
    book = book_of(data)

    for priced in book.matrix(n, at=NOON):
        cell = priced.cell
        quote = book.quote(asked(cell, n), endpoint=cell.endpoint, at=NOON)
        assert quote.total == priced.total == n * cell.unit_price
        assert quote.unit_price == cell.unit_price


@law
@given(data=books())
def test_what_a_book_writes_reads_back_equal(data: Data) -> None:
    book = book_of(data)

    assert PriceBook.loads(book.dumps()) == book


@law
@given(data=books(), other=st.data())
def test_a_book_with_one_cell_removed_never_loads(data: Data, other: st.DataObject) -> None:
    """A cell goes when the size's own price goes and the tier has none, or the tier's goes."""
    broken = copy.deepcopy(data)
    entry = other.draw(st.sampled_from(broken["rates"]))  # type: ignore[call-overload]  # a list
    table = entry["generations"]
    size, tier = other.draw(st.sampled_from(sorted(broken["sizes"].items())))  # type: ignore[attr-defined]  # a mapping
    quality = other.draw(st.sampled_from(broken["quality"]["allowed"]))  # type: ignore[index]  # a mapping
    for row in (size, tier):
        table.get(row, {}).pop(quality, None)

    with pytest.raises(BookError) as refused:
        book_of(broken)

    assert any(quality in problem.path for problem in refused.value.problems)


@law
@given(data=books())
def test_a_book_does_not_differ_from_itself(data: Data) -> None:
    diff = diff_books(book_of(data), book_of(data))

    assert not diff
    assert (diff.changed, diff.added, diff.withdrawn) == ((), (), ())


@law
@given(st.data())
def test_a_difference_is_antisymmetric(draw: st.DataObject) -> None:
    data = draw.draw(books())
    old, new = book_of(data), book_of(draw.draw(books(like=data)))

    there, back = diff_books(old, new), diff_books(new, old)

    def turned(cells: object) -> set[object]:
        return {(c.endpoint, c.size, c.quality, c.new, c.old) for c in cells}  # type: ignore[attr-defined]  # changes

    def plain(cells: object) -> set[object]:
        return {(c.endpoint, c.size, c.quality, c.old, c.new) for c in cells}  # type: ignore[attr-defined]  # changes

    assert turned(there.changed) == plain(back.changed)
    assert turned(there.added) == plain(back.withdrawn)
    assert turned(there.withdrawn) == plain(back.added)
    changes = {c[:3]: c.change for c in there.changed}
    assert all(changes[c[:3]] == -c.change for c in back.changed if c.change is not None)


shares = st.decimals(0, 1, places=3)


@law
@given(price=st.decimals(0, 100, places=3), first=shares, second=shares)
def test_a_discount_on_a_discount_never_goes_below_zero_nor_above_the_price(
    price: Decimal, first: Decimal, second: Decimal
) -> None:
    """The second plan's book is what the first plan's accounts pay."""
    once = discounted(price, first)
    twice = discounted(once, second)

    assert 0 <= twice <= once <= price


def discounted(price: Decimal, discount: Decimal) -> Decimal:
    rates = {"effective_from": "2026-01-01", "basis": "contract", "source": "s"}
    table = {"t": {"q": amount_text(price)}}
    data = {
        "schema_version": 1,
        "id": "b",
        "model": "m",
        "currency": "USD",
        "quality": {"allowed": ["q"], "default": "q"},
        "n": {"min": 1, "max": 1, "default": 1},
        "sizes": {"8x8": "t"},
        "rates": [{**rates, "checked": "2026-01-01", "generations": table}],
    }
    shop = shop_of(data, f'plans: {{p: {{discount: "{amount_text(discount)}"}}}}')
    return shop.quote({"model": "m", "size": "8x8"}, account="acme", at=NOON).unit_price


def shop_of(data: Data, plans: str) -> Catalog:
    with TemporaryDirectory() as folder:
        (Path(folder) / "book.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
        text = "schema_version: 1\nmodels: {m: {price: book.yaml}}\naccounts: {acme: {plan: p}}\n"
        return Catalog.loads(text + plans, folder=folder)


@law
@given(data=books(), n=st.integers(1, 8))
def test_an_ambient_decimal_context_changes_nothing(data: Data, n: int) -> None:
    def everything() -> object:
        book = book_of(data)
        shop = shop_of(data, 'plans: {p: {markup: "0"}}')
        other = PriceBook.load("pixapi-gpt-image-2")
        cells = book.cells(at=NOON)
        lines = [
            "model,size,quality,n\n",
            *(f"m,{c.size},{c.quality},{n}\n" for c in cells),
        ]
        diff, effect = (
            diff_books(book, other),
            usage_effect(lines, diff_books(book, book), old=book, new=book),
        )
        return (
            book.digest,
            book.matrix(n, at=NOON),
            [book.quote(asked(cell, n), at=NOON).as_dict()["total"] for cell in cells],
            [book.affordable("12.34567890", asked(cell, 1), at=NOON) for cell in cells],
            book.token_cost(TOKENS, at=NOON),
            [shop.quote(asked(cell, n), account="acme", at=NOON).margin for cell in cells],
            [each.percent for each in margin_cells(shop, at=NOON)],
            (diff.changed, diff.added, diff.withdrawn),
            (effect.old, effect.new, effect.images),
            quote_lines(lines, lambda asked, _: book.quote(asked, at=NOON)),
        )

    exact = everything()
    with rough_context():
        assert everything() == exact
