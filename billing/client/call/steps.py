"""The steps of a billed call: small values that the machine asks for and a driver performs.

A step is plain data. Those that touch the ledger know how (`run`), each in one short transaction;
the others are the driver's own: how a request is built, sent, and how one waits.

How a driver performs them:

- `LedgerStep`: answer with `step.run(ledger)`. An async driver runs it in a thread, and waits for
  it even when it is cancelled: what the thread does to the ledger cannot be taken back.
- `Prepare`: build the request and answer with it; read what has to be read from disk; send nothing.
  Raise what is wrong with it: nothing is held yet.
- `Send`: send the request once, without retries or redirects, and answer with an `Exchange`. Never
  raise: an exception, an interrupt included, is a value of the exchange. When `timeout_s` has
  passed, stop waiting and answer with a timeout of the SDK's kind. With an interrupt that arrived
  before the first byte, answer `broken_by(interrupt, is_unsent=True)`. A stream stays at this step
  until its last event: the exchange is answered when it has ended, however it ended.
- `Wait`: wait so long.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, Self, TypeVar, cast

from billing.client.call.plan import Plan
from billing.client.outcome.exchange import Exchange
from pricing import Quote

if TYPE_CHECKING:
    from billing.ledger import Ledger

Answer_co = TypeVar("Answer_co", covariant=True)
T = TypeVar("T")


class Step(Generic[Answer_co]):
    """One thing to do; performed, it is answered with an `Answer`."""

    __slots__ = ()


class LedgerStep(Step[Answer_co]):
    """A step that only needs the ledger; it blocks until that has answered."""

    __slots__ = ()

    #: What has happened is written down by it, so an interrupt that came before does not stop it.
    is_owed: ClassVar[bool] = False

    @abstractmethod
    def run(self, ledger: Ledger) -> Answer_co:
        """Do it, here and now."""

    @property
    def account_together(self) -> str | None:
        """Whose books it writes in, if it may be run together with others of its kind."""
        return None

    @classmethod
    def run_together(cls, steps: Sequence[Self], ledger: Ledger) -> Sequence[object]:
        """Do many of one kind, in as few transactions as that takes, in the context of the first.

        Returns:
            For each its answer or the exception that it would raise; None when it has to be run by
            itself, which does no harm a second time; all are when this raises an `Exception`.
        """
        raise NotImplementedError(cls, steps, ledger)


#: What the machine is: it yields steps, is sent their answers, and comes to a `T`.
Steps = Generator[Step[object], object, T]


def perform(step: Step[T]) -> Steps[T]:
    """Have a step performed; its answer comes back with its type."""
    return cast("T", (yield step))


class Request(Protocol):
    """A request that is ready to go; the rest of it is the driver's own."""

    @property
    def body_sha256(self) -> str:
        """Of its fields, for the evidence."""


@dataclass(frozen=True, slots=True)
class Prepare(Step[Request]):
    """Build the request as it will be sent, with the quoted fields."""

    plan: Plan
    #: None: as it was asked for, to be sent as the bare client would.
    quote: Quote | None

    @property
    def reads_files(self) -> bool:
        """It may have to read uploads."""
        return self.plan.endpoint == "edits" and not self.plan.is_json_edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Step[Exchange]):
    """Send the request once."""

    request: Request
    #: Seconds that are left of the call's own deadline; at 0 nothing is sent any more.
    timeout_s: float | None
    #: Goes on the wire as `Idempotency-Key`, unless the caller has set that header.
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class Wait(Step[None]):
    """Wait before the next attempt."""

    seconds: float
