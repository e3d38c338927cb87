"""What came back, and what the ledger makes of it: a table and the function that reads it.

Pure: no SDK, no database, no clock. The sync and the async driver both settle by this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from billing.client.answers import NO_ANSWER, Answer

Settlement = Literal["void", "doubt", "capture"]

#: Statuses by which a provider says that it did no work.
REFUSED = frozenset({400, 401, 402, 403, 404, 413, 422, 429, 451})
#: Accepted for later: whatever the body says, the work is not done yet.
ACCEPTED = 202
#: Failures before the first byte of the request: nothing was sent, so nothing can be charged.
#: Names, not classes: the SDK changed its HTTP library between two of its majors.
NEVER_SENT = frozenset(
    {"ConnectError", "ConnectTimeout", "InvalidURL", "PoolTimeout", "UnsupportedProtocol"}
)
#: Failures after bytes may have left. One of these beside a name of NEVER_SENT (a transport that
#: tried twice) means that something was sent.
MAYBE_SENT = frozenset(
    {
        "CloseError",
        "LocalProtocolError",
        "ReadError",
        "ReadTimeout",
        "RemoteProtocolError",
        "WriteError",
        "WriteTimeout",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Everything that is known of one attempt, whole answer or not."""

    #: Of the answer, or of the head that arrived before it broke off.
    status: int | None = None
    request_id: str | None = None
    answer: Answer = NO_ANSWER
    #: Class names of the exception and its causes, outermost first.
    error: tuple[str, ...] = ()
    #: The exchange broke off: no complete answer arrived.
    is_broken: bool = False
    #: It broke off on our side, before the first byte, whatever the exception is called.
    is_unsent: bool = False

    @property
    def never_sent(self) -> bool:
        """No byte of the request can have reached the provider."""
        names = set(self.error)
        by_name = self.is_broken and bool(names & NEVER_SENT) and not names & MAYBE_SENT
        return self.is_unsent or by_name

    @property
    def is_success(self) -> bool:
        """A whole answer with a 2xx status."""
        return not self.is_broken and self.status is not None and 200 <= self.status < 300


class Outcome(NamedTuple):
    """What the ledger does with the hold, how many images were delivered, and why, in words."""

    settlement: Settlement
    images: int
    reason: str


class Rule(NamedTuple):
    """One row of the table: the first that applies decides."""

    applies: Callable[[Reply], bool]
    settlement: Settlement
    #: In words, with `{failure}`, `{status}` and `{delivered}`.
    reason: str


# fmt: off
TABLE: tuple[Rule, ...] = (
    #    what came back                      settlement  reason
    Rule(lambda r: r.never_sent,             "void",     "never sent: {failure}"),
    Rule(lambda r: r.is_broken,              "doubt",    "broke off: {failure}"),
    Rule(lambda r: r.status in REFUSED,      "void",     "refused: {status}"),
    Rule(lambda r: r.status == ACCEPTED,     "doubt",    "accepted for later: {status}"),
    Rule(lambda r: not r.is_success,         "doubt",    "unclear: {status}"),
    Rule(lambda r: r.answer.delivered >= 1,  "capture",  "{delivered} delivered"),
    Rule(lambda r: r.answer.is_error,        "doubt",    "error object under {status}"),
    Rule(lambda _: True,                     "doubt",    "no image under {status}"),
)
# fmt: on


def classify(reply: Reply) -> Outcome:
    """The settlement of one attempt.

    `images` is what arrived, also when that is more than was asked for: the ledger captures n and
    flags the rest.
    """
    rule = next(rule for rule in TABLE if rule.applies(reply))
    images = reply.answer.delivered if rule.settlement == "capture" else 0
    reason = rule.reason.format(
        failure=_failure(reply), status=_status(reply), delivered=reply.answer.delivered
    )
    return Outcome(rule.settlement, images, reason)


def _status(reply: Reply) -> str:
    code = reply.answer.error_code
    return f"HTTP {reply.status}" + (f" ({code})" if code else "")


def _failure(reply: Reply) -> str:
    names = (*(name for name in reply.error if name in NEVER_SENT | MAYBE_SENT), *reply.error)
    name = next(iter(names), "no answer")
    return name if reply.status is None else f"{name} after HTTP {reply.status}"
