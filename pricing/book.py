"""A price book in memory: where it is found, what makes two equal; `seller` has how it quotes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from os import PathLike
from time import time_ns
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pricing.file_bytes import read_bytes
from pricing.file_errors import BookError, BookNotFound, Problem
from pricing.instants import instant_of
from pricing.rates import rate_lists
from pricing.request_checks import CountRange, Offer
from pricing.seller import Seller

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from pricing.book_file import BookFile
    from pricing.token_cost import TokenCost


#: The book where nobody names one.
DEFAULT_BOOK: Final = "openai-gpt-image-2"


class PriceBook(Seller):
    """What one model can be asked for and what each image costs, under dated price lists.

    Immutable; two books are equal when their content is, whatever the comments, the order of keys
    or the quoting. `digest` is the sha256 of that content.
    """

    __slots__ = ("_document", "currency", "digest", "id")

    id: str
    currency: str
    digest: str

    def __init__(self, file: BookFile) -> None:
        document = file.model_dump(exclude_none=True)
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), default=str)
        self._document = document
        self.digest = hashlib.sha256(canonical.encode()).hexdigest()
        self.id, self.currency = file.id, file.currency
        offer = Offer(
            model=file.model,
            sizes=MappingProxyType(dict(file.sizes)),
            qualities=tuple(file.quality.allowed),
            default_quality=file.quality.default,
            n=CountRange(file.n.min, file.n.max, file.n.default),
        )
        origin = {"book_id": file.id, "digest": self.digest, "currency": file.currency}
        super().__init__(offer, rate_lists(file.rates, offer, **origin))

    @classmethod
    def load(cls, id_or_path: str | PathLike[str]) -> PriceBook:
        """The bundled book of that id, or the book in that file.

        Raises:
            BookNotFound: When there is neither; lists the bundled ids.
            BookError: When the book is wrong; lists everything that is.
        """
        bundled = cls.bundled()
        try:
            if id_or_path in bundled:
                return cls.loads(_shelf().joinpath(f"{id_or_path}.yaml").read_bytes())
            return cls.loads(read_bytes(id_or_path), file=str(id_or_path))
        except (FileNotFoundError, ValueError):
            raise BookNotFound(str(id_or_path), bundled=bundled) from None
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise BookError([Problem(str(id_or_path), 1, "", detail)]) from None

    @classmethod
    def loads(cls, text: str | bytes, *, file: str = "<text>") -> PriceBook:
        """The book in a YAML text; `file` is what problems call it.

        Raises:
            BookError: With all problems at once, each with its line and path.
        """
        # pydantic and yaml: 100 ms that a quote never needs
        from pricing.book_file import read_book

        return cls(read_book(text, file))

    @staticmethod
    def bundled() -> tuple[str, ...]:
        """The ids of the books that come with this package, sorted."""
        names = (entry.name for entry in _shelf().iterdir())
        return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))

    def dumps(self) -> str:
        """The book as YAML, without the comments of the file it came from."""
        from pricing.book_yaml import emit

        return emit(self._document)

    def token_cost(self, usage: Mapping[str, object], *, at: datetime | None = None) -> TokenCost:
        """What the tokens of an answer's `usage` cost by the list in force.

        Raises:
            NoPriceInForce: Before the first price list.
            InvalidValue: For a usage that cannot be read, or tokens without a price in that list.
        """
        from pricing.token_cost import token_cost

        now = instant_of(time_ns() // 1000) if at is None else at
        return token_cost(usage, self.rates_at(now), currency=self.currency, seller=self.called)

    @property
    def called(self) -> str:
        """Who sells, as an error names it."""
        return f"book {self.id}"

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """What is plausible: the smallest and the largest price, as far as the book says."""
        stated = self._document.get("bounds") or {}
        low, high = stated.get("min"), stated.get("max")
        return Decimal(low) if low else None, Decimal(high) if high else None

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, PriceBook) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<PriceBook {self.id} {self.rates[-1].effective_from} {self.digest[:12]}>"

    def __reduce__(self) -> tuple[object, ...]:
        return PriceBook.loads, (self.dumps(),)


def _shelf() -> Traversable:
    return files("pricing").joinpath("books")
