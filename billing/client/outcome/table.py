"""What came back, what the ledger makes of it, and whether it may go again: by a table.

Pure: no SDK, no database, no clock. Every driver settles by this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from billing.client.outcome.answers import NO_ANSWER, Answer

if TYPE_CHECKING:
    from billing.ledger.settlements import Verb

#: Statuses by which a provider says that it did no work.
REFUSED = frozenset({400, 401, 402, 403, 404, 413, 422, 429, 451})
#: Those of them that are about the request itself, and not about who asks or how often: from a
#: provider that honours idempotency keys they are the answer to the first attempt too.
REFUSED_FOR_ITSELF = frozenset({400, 413, 422, 451})
#: Refused for now, by rate or by quota.
BUSY = 429
#: Accepted for later: whatever the body says, the work is not done yet.
ACCEPTED = 202
#: No connection to the provider: nothing was sent, so nothing can be charged, and another attempt
#: may get past it. A proxy that opens no tunnel is of them. Names, not classes: the SDK changed its
#: HTTP library between two of its majors.
NO_CONNECTION = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
#: All failures before the first byte of the request.
NEVER_SENT = NO_CONNECTION | {"InvalidURL", "UnsupportedProtocol"}
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
        if self.is_unsent or not self.is_broken:
            return self.is_unsent
        names = set(self.error)
        return bool(names & NEVER_SENT) and not names & MAYBE_SENT

    @property
    def is_server_error(self) -> bool:
        """A whole answer with a 5xx status."""
        return not self.is_broken and self.status is not None and self.status >= 500

    @property
    def is_success(self) -> bool:
        """A whole answer with a 2xx status."""
        return not self.is_broken and self.status is not None and 200 <= self.status < 300


class Outcome(NamedTuple):
    """What the ledger does with the hold, how many images were delivered, and why, in words."""

    verb: Verb
    images: int
    reason: str


class Rule(NamedTuple):
    """One row of the table: the first that applies decides."""

    applies: Callable[[Reply], bool]
    verb: Verb
    #: In words, with `{failure}`, `{status}` and `{delivered}`.
    reason: str


# fmt: off
TABLE: tuple[Rule, ...] = (
    #    what came back                      verb        reason
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


#: Comes first where the provider is known not to charge for its own failures.
_UNBILLED_5XX = Rule(lambda r: r.is_server_error, "void", "failed unbilled: {status}")


def classify(reply: Reply, *, bills_5xx: bool = True) -> Outcome:
    """The outcome of one attempt.

    `images` is what arrived, also when that is more than was asked for: the ledger captures n and
    flags the rest.

    Args:
        reply: What is known of it.
        bills_5xx: False where the provider is configured as never charging for a 5xx.
    """
    table = TABLE if bills_5xx else (_UNBILLED_5XX, *TABLE)
    rule = next(rule for rule in table if rule.applies(reply))
    images = reply.answer.delivered if rule.verb == "capture" else 0
    reason = rule.reason.format(
        failure=_failure(reply) if reply.is_broken else "",
        status=_status(reply),
        delivered=reply.answer.delivered,
    )
    return Outcome(rule.verb, images, reason)


def after_doubt(outcome: Outcome, reply: Reply, *, doubt: Outcome) -> Outcome:
    """The outcome of an attempt that repeated, under one idempotency key, an attempt in doubt.

    Images, and refusals of the request itself, answer for both. Anything else says nothing of the
    first attempt, which may have been charged: the doubt stays, in its own words.
    """
    if outcome.verb == "capture":
        return outcome
    is_answer = not reply.is_broken and reply.status in REFUSED_FOR_ITSELF
    return outcome if is_answer else doubt


def may_go_again(
    outcome: Outcome, reply: Reply, *, asked: str | None, honours_keys: bool = False
) -> bool:
    """Whether the same request may be sent once more without a chance of paying twice.

    Of what is void: 429, what never got a connection, and unbilled 5xx. Of what is in doubt:
    whatever the SDK would repeat, and only where the provider honours idempotency keys.

    Args:
        outcome: What this attempt came to.
        reply: What is known of it.
        asked: The provider's `x-should-retry`, `true` or `false`; it decides between repeating and
            not what may be repeated at all.
        honours_keys: The provider does not charge twice for one idempotency key.
    """
    if outcome.verb == "capture" or (outcome.verb == "doubt" and not honours_keys):
        return False
    if reply.is_broken:
        is_void = outcome.verb == "void"
        return bool(set(reply.error) & (NO_CONNECTION if is_void else NO_CONNECTION | MAYBE_SENT))
    if asked in ("true", "false"):
        return asked == "true"
    return reply.status in (408, 409, BUSY) or reply.is_server_error


def _status(reply: Reply) -> str:
    code = reply.answer.error_code
    return f"HTTP {reply.status}" + (f" ({code})" if code else "")


def _failure(reply: Reply) -> str:
    names = (*(name for name in reply.error if name in NEVER_SENT | MAYBE_SENT), *reply.error)
    name = next(iter(names), "no answer")
    return name if reply.status is None else f"{name} after HTTP {reply.status}"
