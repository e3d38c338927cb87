"""One attempt as a driver reports it to the machine: the facts, and what the caller is to get.

Plain data. Whoever sends (the SDK, async or not, or a bare HTTP library) fills it in, and does not
raise: an exception, an interrupt included, is a value here until it is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from billing.client.outcome.table import Reply

_CHAIN_LIMIT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What came of sending once."""

    reply: Reply
    #: Of the answer, as far as they arrived; to be found by names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: What the caller gets when this attempt is the last: an answer, or else an exception.
    answer: object = None
    error: BaseException | None = None
    #: The caller was given the answer before its end, so the request does not go again.
    is_handed_out: bool = False
    #: The status of each request that went out for it, None where no answer came: one, but where
    #: the sender repeats or follows by itself.
    went_out: tuple[int | None, ...] = ()


class DeadlinePassed(TimeoutError):
    """The cause of a time-out when the call's own deadline ended it."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"no complete answer within the {timeout_s:.3f} s that were left")
        self.timeout_s = timeout_s


def broken_by(error: BaseException, *, is_unsent: bool = False) -> Exchange:
    """An attempt that an exception ended, when nothing else is known of it."""
    reply = Reply(error=names_of(error), is_broken=True, is_unsent=is_unsent)
    return Exchange(reply=reply, error=error)


def names_of(error: BaseException) -> tuple[str, ...]:
    """The class names of an exception and its causes, outermost first."""
    return tuple(type(link).__name__ for link in _chain(error))


def closing_behind(error: BaseException) -> GeneratorExit | None:
    """That the coroutine is being closed; libraries raise errors of their own on top of it."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, GeneratorExit):
        link = link.__context__
    return link


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(_CHAIN_LIMIT):
        if link is None:
            return
        yield link
        link = link.__cause__
