"""The catalog: which books set the price and the cost of each model, and what each account pays.

It knows accounts by their code only; balances and holds are the ledger's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from pricing.catalog_rules import factor_of
from pricing.errors import MissingParameter, PlanMismatch, SizeNotEnabled, UnknownModel
from pricing.file_bytes import read_bytes
from pricing.file_errors import CatalogError, Problem
from pricing.margins import MarginCell, margin_cells
from pricing.plans import CellKey, Overrides, PlanPrices, PlanTerms
from pricing.plans import Override as PricedOverride
from pricing.quote import Quote
from pricing.request import ImageRequest, mapping_of
from pricing.request_checks import check_fields

if TYPE_CHECKING:
    from pricing.catalog_file import BookPair, CatalogFile, Override, Plan


#: The sellers of an account by model; other accounts of the same plan may share it.
Table = dict[object, PlanPrices]


class ProviderTerms(NamedTuple):
    """How a provider behaves when a call goes wrong."""

    #: `unknown`: an answer 5xx leaves the money in doubt; `never`: it releases it.
    bills_5xx: str = "unknown"
    honours_idempotency_keys: bool = False


class AgeingPolicy(NamedTuple):
    """What becomes of a call that nobody could settle for so many days."""

    #: Stands in the ledger as reason and actor.
    name: str
    after_days: int
    action: Literal["capture", "void"]


class Catalog:
    """What every account pays, and what the provider charges us for it.

    Immutable but for tables that fill up as accounts are first asked for. An account without an
    entry pays the book's price and may buy everything. `digest` is the sha256 of the content,
    books included.
    """

    __slots__ = ("_anyone", "_books", "_file", "_tables", "digest")

    digest: str

    def __init__(self, file: CatalogFile, books: Mapping[str, BookPair]) -> None:
        self._file, self._books = file, dict(books)
        content = file.model_dump(exclude_none=True)
        content["digests"] = {
            model: [pair.price.digest, pair.cost.digest] for model, pair in books.items()
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
        self.digest = hashlib.sha256(canonical.encode()).hexdigest()
        # Sellers by model, for each account and for nobody in particular; accounts without prices
        # of their own share the table of their plan.
        shared: dict[str | None, Table] = {name: {} for name in (None, *file.plans)}
        self._anyone = shared[None]
        self._tables: dict[str, Table] = {
            code: {} if entry.overrides else shared[entry.plan]
            for code, entry in file.accounts.items()
        }

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Catalog:
        """The catalog in a file; the books it names are relative to it, or bundled ids.

        Raises:
            CatalogError: With everything that is wrong with it and with its books.
        """
        file = Path(path)
        try:
            text = read_bytes(file)
        except (OSError, ValueError) as error:
            detail = getattr(error, "strerror", None) or str(error)
            raise CatalogError([Problem(str(path), 1, "", detail)]) from None
        return cls.loads(text, file=str(path), folder=file.parent)

    @classmethod
    def loads(
        cls, text: str | bytes, *, file: str = "<text>", folder: str | PathLike[str] = "."
    ) -> Catalog:
        """The catalog in a YAML text; `file` is what problems call it.

        Raises:
            CatalogError: With everything that is wrong with it and with its books.
        """
        from pricing.catalog_file import read_catalog  # pydantic and yaml

        return cls(*read_catalog(text, file, Path(folder)))

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are sold."""
        return tuple(self._books)

    @property
    def plans(self) -> tuple[str, ...]:
        """The names of the plans."""
        return tuple(self._file.plans)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The codes of the accounts that have an entry."""
        return tuple(self._file.accounts)

    @property
    def allow_below_cost(self) -> bool:
        """Whether the catalog says that selling below cost is meant."""
        return self._file.allow_below_cost

    def books(self, model: str) -> BookPair:
        """The price book and the cost book of a model.

        Raises:
            UnknownModel: When the catalog does not sell it.
        """
        if model not in self._books:
            raise UnknownModel(model, known=self._books)
        return self._books[model]

    def provider(self, name: str = "default") -> ProviderTerms:
        """The settings of a provider: its own, else those of `default`, else the careful ones."""
        providers = self._file.providers
        found = providers.get(name) or providers.get("default")
        if found is None:
            return ProviderTerms()
        return ProviderTerms(found.bills_5xx, found.honours_idempotency_keys)

    @property
    def ageing(self) -> AgeingPolicy | None:
        """When money in doubt is settled without a person; None, as without the key: never."""
        found = self._file.ageing
        return None if found is None else AgeingPolicy(found.name, found.after_days, found.action)

    def plan_of(self, account: str) -> str | None:
        """The plan of an account; None when it has none or no entry."""
        entry = self._file.accounts.get(account)
        return entry.plan if entry else None

    def check_plan(self, account: str, ledger_plan: str | None) -> None:
        """Refuse an account whose plan is another in the ledger than here.

        An account that was opened without a plan leaves the word to the catalog.

        Raises:
            PlanMismatch: Names both.
        """
        here = self.plan_of(account)
        if ledger_plan is not None and ledger_plan != here:
            raise PlanMismatch(account, ledger=ledger_plan, catalog=here)

    def quote(
        self,
        request: Mapping[str, object] | ImageRequest,
        *,
        account: str | None = None,
        endpoint: str = "generations",
        at: datetime | None = None,
    ) -> Quote:
        """What an account pays for a request, what it costs us, and the margin; fully checked.

        Raises:
            RequestError: One of its subclasses, for the first field that is wrong.
        """
        table = self._anyone if account is None else self._tables.get(account, self._anyone)
        try:
            model = request.model if isinstance(request, ImageRequest) else request["model"]
            seller = table[model]
        except (KeyError, TypeError):
            seller = self.seller(account, self._model_of(request))
        try:
            return seller.quote(request, endpoint=endpoint, at=at)
        except SizeNotEnabled as refused:
            raise SizeNotEnabled(
                refused.size, account=account or "", enabled=refused.enabled, plan=refused.plan
            ) from None

    def seller(self, account: str | None, model: str) -> PlanPrices:
        """The prices of a model as an account pays them; `None` is anyone without an entry.

        Raises:
            UnknownModel: When the catalog does not sell it.
        """
        pair = self.books(model)
        entry = self._file.accounts.get(account) if account is not None else None
        table = self._tables[account] if account is not None and entry else self._anyone
        if model not in table:
            name = entry.plan if entry else None
            plan = self._file.plans[name] if name is not None else None
            terms = _terms(name, plan, pair, model)
            own = _by_cell(entry.overrides if entry else (), model)
            table[model] = PlanPrices(terms, own, price=pair.price, cost=pair.cost)
        return table[model]

    def margin_cells(self, *, at: datetime | None = None) -> tuple[MarginCell, ...]:
        """Price, cost and margin of every cell: the books', every plan's, every own price.

        Cells that are not in force at `at` (now, when left out) are not there; a cell of an account
        is there when the account has a price of its own.
        """
        return tuple(margin_cells(self, at=at or datetime.now(UTC)))

    def below_cost(self, *, at: datetime | None = None) -> tuple[MarginCell, ...]:
        """The cells that are sold for less than they cost; an unknown margin is not among them."""
        return tuple(cell for cell in self.margin_cells(at=at) if cell.is_below_cost)

    def plan_seller(self, plan: str, model: str) -> PlanPrices:
        """The prices of a model as the accounts of a plan pay them."""
        pair = self.books(model)
        terms = _terms(plan, self._file.plans[plan], pair, model)
        return PlanPrices(terms, {}, price=pair.price, cost=pair.cost)

    def _model_of(self, request: object) -> str:
        """The model that is asked for; refuses a request whose fields are wrong by themselves."""
        given = mapping_of(request)
        if "model" not in given:
            check_fields({"model": "", **given})
            raise MissingParameter("model", allowed=self._books)
        check_fields({"size": "", **given})
        model = given["model"]
        assert isinstance(model, str)
        return model

    def __repr__(self) -> str:
        return f"<Catalog of {', '.join(self._books)} {self.digest[:12]}>"


def _terms(name: str | None, plan: Plan | None, pair: BookPair, model: str) -> PlanTerms:
    if plan is None:
        return PlanTerms(overrides={})
    rule = "book"
    if plan.discount is not None:
        rule = f"plan discount {plan.discount}"
    elif plan.markup is not None:
        rule = f"plan markup {plan.markup}"
    sizes = None
    if plan.sizes is not None:
        enabled = frozenset(plan.sizes)
        sizes = frozenset(
            size for size, tier in pair.price.sizes.items() if size in enabled or tier in enabled
        )
    return PlanTerms(
        name=name,
        sizes=sizes,
        endpoints=None if plan.endpoints is None else tuple(plan.endpoints),
        n_max=plan.n_max,
        factor=factor_of({"discount": plan.discount, "markup": plan.markup}),
        rule=rule,
        overrides=_by_cell(plan.overrides, model),
    )


def _by_cell(overrides: Iterable[Override], model: str) -> Overrides:
    cells: dict[CellKey, list[PricedOverride]] = {}
    for each in overrides:
        if each.model == model:
            key = each.endpoint, each.size, each.quality
            cells.setdefault(key, []).append(
                PricedOverride(Decimal(each.price), each.effective_from)
            )
    return MappingProxyType(cells)
