"""What a billed call over plain HTTP returns or raises; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from billing.client.call.calls import Ended, Spent
from billing.client.http.errors import AnswerInDoubt
from billing.client.receipt import Receipt, carry

if TYPE_CHECKING:
    from billing.client.outcome.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageAnswer:
    """The answer of a billed call: the provider's JSON as it came, and the receipt.

    Attributes:
        status: Of the answer; 200 when it comes from the ledger.
        body: The whole JSON object.
        billing: What the call came to.
        headers: Names in lower case; none when the answer comes from the ledger.
    """

    status: int
    body: Mapping[str, object]
    billing: Receipt
    headers: Mapping[str, str]

    @property
    def data(self) -> Sequence[Mapping[str, object]]:
        """The images: `body["data"]`, or nothing where there is no list."""
        found = self.body.get("data")
        return cast("list[Mapping[str, object]]", found) if isinstance(found, list) else ()


def answer_of(ended: Ended) -> ImageAnswer:
    """The answer with its receipt, or what is raised instead, with the receipt on it.

    A 2xx answer without images is returned, with `.billing.state` in doubt.

    Raises:
        AnswerInDoubt: Text, HTML, broken JSON or an error object came with a 2xx status; or the
            key was spent by a call that has no answer.
        CallFailed: Another status, or no whole answer.
        BaseException: Whatever interrupted it.
    """
    receipt, exchange = ended.receipt, ended.exchange
    if isinstance(exchange, Spent):
        return _repeated(exchange, receipt)
    problem = _problem(exchange)
    if exchange.reply.is_success and problem is not None and receipt.state != "captured":
        raise AnswerInDoubt(
            problem, billing=receipt, status=exchange.reply.status, body=exchange.answer
        ) from exchange.error
    if exchange.error is not None:
        raise carry(exchange.error, receipt)
    assert exchange.reply.status is not None
    return ImageAnswer(
        status=exchange.reply.status,
        body=cast("Mapping[str, object]", exchange.answer),
        billing=receipt,
        headers=exchange.headers,
    )


def _problem(exchange: Exchange) -> str | None:
    """Why a success is no answer."""
    if isinstance(exchange.error, ValueError | RecursionError):
        return f"The answer is not JSON but {exchange.headers.get('content-type', 'of no type')}"
    if exchange.error is None and not isinstance(exchange.answer, Mapping):
        return f"The answer is no list of images but {type(exchange.answer).__name__}"
    if exchange.reply.answer.is_error:
        code = exchange.reply.answer.error_code or "no code"
        return f"HTTP {exchange.reply.status} carried an error object ({code})"
    return None


def _repeated(spent: Spent, receipt: Receipt) -> ImageAnswer:
    """The answer to a key that was spent before: from the ledger, nothing is sent."""
    if (why := spent.unanswered) is not None:
        raise AnswerInDoubt(why, billing=receipt)
    created, urls = spent.answer()
    body = {"created": created, "data": [{"url": url} for url in urls]}
    return ImageAnswer(status=200, body=body, billing=receipt, headers={})
