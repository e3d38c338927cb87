"""Results with a receipt: the SDK's own `ImagesResponse`, re-classed to answer `.billing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from openai.types import Image, ImagesResponse

from billing.client.call.calls import Ended, Spent
from billing.client.receipt import Receipt, carry
from billing.client.sdk.doubt import OutcomeInDoubt


class BilledImagesResponse(ImagesResponse):
    """The answer of the SDK, unchanged in every field and dump, and its receipt."""

    if TYPE_CHECKING:
        _billing: Receipt

    @property
    def billing(self) -> Receipt:
        """What this call came to."""
        return self._billing


def result_of(ended: Ended) -> BilledImagesResponse:
    """What the bare SDK would return or raise for this call, with the receipt on it.

    A 2xx answer without images is returned as the SDK returns it, with `.billing.state` in doubt.

    Raises:
        OutcomeInDoubt: Text, HTML, broken JSON or an error object came with a 2xx status; or the
            key was spent by a call that has no answer.
        BaseException: As the SDK, or whatever interrupted it, raised it.
    """
    receipt, exchange = ended.receipt, ended.exchange
    if isinstance(exchange, Spent):
        return _repeated(exchange, receipt)
    reply, error, answer = exchange.reply, exchange.error, exchange.answer
    if reply.is_success and isinstance(error, ValueError | RecursionError):
        raise OutcomeInDoubt("The answer is not JSON", billing=receipt) from error
    if error is not None:
        raise carry(error, receipt)
    if not isinstance(answer, ImagesResponse):
        kind = exchange.headers.get("content-type") or type(answer).__name__
        raise OutcomeInDoubt(f"The answer is no list of images but {kind}", billing=receipt)
    if receipt.state != "captured" and reply.answer.is_error:
        code = reply.answer.error_code or "no code"
        raise OutcomeInDoubt(
            f"HTTP {reply.status} carried an error object ({code})", billing=receipt
        )
    return billed(answer, receipt)


def _repeated(spent: Spent, receipt: Receipt) -> BilledImagesResponse:
    """The answer to a key that was spent before: from the ledger, nothing is sent.

    Captured calls answer with the stored addresses; images that came as base64 are not kept, then
    `data` is empty.

    Raises:
        OutcomeInDoubt: The first call is in doubt, or still under way.
    """
    if (why := spent.unanswered) is not None:
        raise OutcomeInDoubt(why, billing=receipt)
    created, urls = spent.answer()
    rebuilt = ImagesResponse(created=created, data=[Image(url=url) for url in urls])
    return billed(rebuilt, receipt)


def billed(result: ImagesResponse, receipt: Receipt) -> BilledImagesResponse:
    """The same result with a receipt."""
    # The SDK keeps `_request_id` in the same way: an attribute, no field, so no dump shows it.
    # Past pydantic, which would look for a field of that name.
    object.__setattr__(result, "__class__", BilledImagesResponse)
    object.__setattr__(result, "_billing", receipt)
    return cast("BilledImagesResponse", result)
