"""Results with a receipt: the SDK's own `ImagesResponse`, re-classed to answer `.billing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from openai import OpenAIError
from openai.types import Image, ImagesResponse

from billing.client.doubt import OutcomeInDoubt, carry
from billing.client.exchange import Exchange
from billing.client.receipt import Receipt
from billing.ledger.evidence import Evidence
from billing.ledger.transfers import HoldView


class BilledImagesResponse(ImagesResponse):
    """The answer of the SDK, unchanged in every field and dump, and its receipt."""

    if TYPE_CHECKING:
        _billing: Receipt

    @property
    def billing(self) -> Receipt:
        """What this call came to."""
        return self._billing


def result_of(exchange: Exchange, receipt: Receipt) -> BilledImagesResponse:
    """What the bare SDK would return or raise for this exchange, with the receipt on it.

    A 2xx answer without images is returned as the SDK returns it, with `.billing.state` in doubt.

    Raises:
        OutcomeInDoubt: Text, HTML, broken JSON or an error object came with a 2xx status.
    """
    if exchange.error is not None:
        raise carry(exchange.error, receipt)
    assert exchange.response is not None
    try:
        parsed: object = exchange.response.parse()
    except OpenAIError as error:  # strict validation, which the caller asked for
        carry(error, receipt)
        raise
    except (ValueError, RecursionError) as error:
        raise OutcomeInDoubt("The answer is not JSON", billing=receipt) from error
    if not isinstance(parsed, ImagesResponse):
        kind = exchange.response.headers.get("content-type") or type(parsed).__name__
        raise OutcomeInDoubt(f"The answer is no list of images but {kind}", billing=receipt)
    if receipt.state != "captured" and exchange.reply.answer.is_error:
        code = exchange.reply.answer.error_code or "no code"
        raise OutcomeInDoubt(
            f"HTTP {exchange.reply.status} carried an error object ({code})", billing=receipt
        )
    return _billed(parsed, receipt)


def repeated_result(view: HoldView, receipt: Receipt, *, key: str) -> BilledImagesResponse:
    """The answer to a `key` that was spent before: from the ledger, nothing is sent.

    Captured calls answer with the stored addresses; images that came as base64 are not kept, then
    `data` is empty.

    Raises:
        OutcomeInDoubt: The first call is in doubt, or still under way.
    """
    if view.state != "captured" or view.ending is None:
        state = "still open" if view.state == "open" else "in doubt"
        detail = f"Key {key!r} was used by a call that is {state}; nothing was sent"
        raise OutcomeInDoubt(detail, billing=receipt)
    answered = [evidence for evidence in view.evidence if evidence.delivered]
    evidence = answered[-1] if answered else Evidence()
    created = evidence.created
    rebuilt = ImagesResponse(
        created=int(view.ending.occurred_at.timestamp()) if created is None else created,
        data=[Image(url=url) for url in evidence.urls],
    )
    return _billed(rebuilt, receipt)


def _billed(result: ImagesResponse, receipt: Receipt) -> BilledImagesResponse:
    # The SDK keeps `_request_id` in the same way: an attribute, no field, so no dump shows it.
    result.__class__ = BilledImagesResponse
    object.__setattr__(result, "_billing", receipt)
    return cast("BilledImagesResponse", result)
