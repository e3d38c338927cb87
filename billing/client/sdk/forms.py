"""In which form the caller asked for the answer, and how the answer is given in it.

A form is a view (`with_raw_response`, `with_streaming_response`, neither) of a method of the SDK,
or a `client.post`. The objects are the SDK's own, with `.billing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

from openai.types import ImagesResponse

from billing.client.call.calls import Ended, Spent
from billing.client.call.plan import wire_arguments
from billing.client.errors import NotBillable
from billing.client.outcome.exchange import Exchange
from billing.client.receipt import ShadowReceipt, carry
from billing.client.sdk.requests import Prepared, View, bare_posting, posting, prepare
from billing.client.sdk.results import billed, result_of
from pricing.request_checks import PRICED

if TYPE_CHECKING:
    from billing.client.call.plan import Plan
    from billing.client.receipt import Receipt
    from billing.client.streams.open_calls import OpenCall
    from pricing import Quote

    class _Raw(Protocol):
        """What both of the SDK's views answer with."""

        http_response: object
        _receipt: Callable[[], Receipt]

        def parse(self) -> object:
            """The SDK's type."""


#: By kind of raw response, the same kind with a receipt.
_BILLED: Final[dict[type[_Raw], type[_Raw]]] = {}


@dataclass(frozen=True, slots=True)
class Posted:
    """A `client.post`: where to, and its other arguments."""

    path: str
    arguments: Mapping[str, object]

    def prepared(self, plan: Plan, quote: Quote | None, *, reads_all: bool) -> Prepared:
        """The same post with the fields as they were quoted; without a quote as they are."""
        if quote is None:
            return bare_posting(self.path, self.arguments)
        wire = wire_arguments(plan, quote)
        body = cast("Mapping[str, object]", self.arguments["body"])
        body = {**body, **{name: wire[name] for name in PRICED}}
        arguments = {**self.arguments, "body": body}
        files = arguments.get("files")
        if isinstance(files, Mapping):
            arguments["files"] = list(files.items())
        return posting(self.path, arguments, reads_all=reads_all)


@dataclass(frozen=True, slots=True)
class Form:
    """How the caller asked."""

    view: View = "plain"
    posted: Posted | None = None

    def prepared(self, plan: Plan, quote: Quote | None, *, reads_all: bool = False) -> Prepared:
        """The request, as it will be sent; raises what `prepare` does."""
        if self.posted is not None:
            return self.posted.prepared(plan, quote, reads_all=reads_all)
        return prepare(plan, quote, reads_all=reads_all, view=self.view)

    def is_stored(self, ended: Ended, *, is_stream: bool) -> bool:
        """The key was spent by an earlier call, and its answer is asked for raw or as a stream."""
        return isinstance(ended.exchange, Spent) and (is_stream or self.view != "plain")

    def result(self, ended: Ended, *, is_stream: bool) -> object:
        """What a call that has ended returns or raises."""
        exchange, receipt = ended.exchange, ended.receipt
        if isinstance(receipt, ShadowReceipt) and isinstance(exchange, Exchange):
            return self._shadow(exchange, receipt)
        if self.view == "plain" and not is_stream:
            return result_of(ended)
        assert isinstance(exchange, Exchange), "a stored answer is none of these"
        if exchange.error is not None:
            raise carry(exchange.error, receipt)
        return with_receipt(exchange.answer, lambda: receipt)

    def _shadow(self, exchange: Exchange, receipt: ShadowReceipt) -> object:
        """What the bare client returns or raises, whatever it is."""
        if exchange.error is not None:
            raise carry(exchange.error, receipt)
        if self.view == "raw":
            return with_receipt(exchange.answer, lambda: receipt)
        try:
            answer = cast("_Raw", exchange.answer).parse()
        except Exception as error:
            carry(error, receipt)
            raise
        return billed(answer, receipt) if isinstance(answer, ImagesResponse) else answer


PLAIN: Final = Form()


class AlreadyAnswered(NotBillable):
    """The key was captured by an earlier call, with an answer that this client cannot be given."""

    def __init__(self, key: str, billing: Receipt) -> None:
        super().__init__(
            f"Key {key!r}",
            "it was paid before, and a client that sends in ways of its own cannot be given a raw "
            "answer or a stream; the same call without those answers with the stored addresses",
            param="key",
        )
        self.billing = billing


def handed_out(call: OpenCall, response: object) -> object:
    """The raw response of a call that is still open."""
    return with_receipt(response, lambda: call.receipt)


def with_receipt(response: object, receipt: Callable[[], Receipt]) -> object:
    """A raw response of the SDK, unchanged but for `.billing`."""
    raw = cast("_Raw", response)
    kind = type(raw)
    raw.__class__ = _BILLED.get(kind) or _BILLED.setdefault(kind, _billed(kind))
    raw._receipt = receipt  # noqa: SLF001 - ours
    return raw


def _billed(kind: type[_Raw]) -> type[_Raw]:
    def billing(self: _Raw) -> Receipt:
        """What this call came to; `open` while its body is still to be read."""
        return self._receipt()

    return type(kind.__name__, (kind,), {"billing": property(billing)})
