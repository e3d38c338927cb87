"""What never reaches the provider, or not whole: the same error as bare, and where the money goes.

For every way to ask, whole and as a stream, and in the SDK's views; sync and async.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

import openai
import pytest
from openai import (
    APIConnectionError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)

from billing import bill
from billing.ledger.transfers import HoldState
from billing.testing import ScriptedProvider, ignore_body, never_accepting, nobody_listening
from tests.billing.client.calling import FIELDS, GENERATE, MODES, WAYS, Desk, Way, receipt_on, total
from tests.billing.client.rows import SOON_S
from tests.billing.client.viewing import RAW, STREAMING, seen


@contextmanager
def nothing_arrives() -> Iterator[str]:
    """A provider that no request may reach."""
    with ScriptedProvider([]) as provider:
        yield provider.base_url
        assert provider.requests == ()


@contextmanager
def reads_no_body() -> Iterator[str]:
    """A provider that leaves the upload of a billed call and of a bare one where it is."""
    with ScriptedProvider([ignore_body()] * 2) as provider:
        yield provider.base_url
        assert provider.posts == 2


class DeadEnd(NamedTuple):
    """Where a call goes, what the HTTP library says of it, and what the ledger makes of it."""

    name: str
    place: Callable[[], AbstractContextManager[str]]
    cause: str
    state: HoldState
    kind: type[Exception] = APITimeoutError
    #: Fields besides the usual.
    fields: dict[str, str] = {}  # noqa: RUF012 - read only
    #: The client may open no connection: all it has are in use.
    is_exhausted: bool = False

    def __str__(self) -> str:
        return self.name


DEAD_ENDS = (
    DeadEnd("refused", nobody_listening, "ConnectError", "voided", APIConnectionError),
    DeadEnd("never accepted", never_accepting, "ConnectTimeout", "voided"),
    DeadEnd("pool exhausted", nothing_arrives, "PoolTimeout", "voided", is_exhausted=True),
    DeadEnd(
        "write stall", reads_no_body, "WriteTimeout", "in_doubt", fields={"prompt": "x" * 9_000_000}
    ),
)


def made_for(desk: Desk, mode: str, base_url: str, end: DeadEnd) -> OpenAI | AsyncOpenAI:
    """The SDK's client for such a place."""
    client = desk.sdk(mode, base_url, timeout=SOON_S)
    if not end.is_exhausted:
        return client
    none = type(openai.DEFAULT_CONNECTION_LIMITS)(max_connections=0)
    if isinstance(client, AsyncOpenAI):
        return client.with_options(http_client=DefaultAsyncHttpxClient(limits=none))
    return client.with_options(http_client=DefaultHttpxClient(limits=none))


def asked(
    desk: Desk, client: OpenAI | AsyncOpenAI, form: str, method: str, fields: dict[str, Any]
) -> Exception:
    """What a call raised in this form."""
    if form in (RAW, STREAMING):
        raised: object = seen(desk, client, form, {"method": method, **fields}).raised
    else:
        raised = desk.outcome(client, method, {**fields, "stream": form == "stream"})
    assert isinstance(raised, Exception)
    return raised


#: How the images are asked for, and in which form the answer.
ASKED = [
    *((way, form) for way in WAYS for form in ("whole", "stream")),
    *((GENERATE, form) for form in (RAW, STREAMING)),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("way", "form"), ASKED, ids=str)
@pytest.mark.parametrize("end", DEAD_ENDS, ids=str)
def test_what_has_no_way_through_is_settled_and_raised_as_the_bare_sdk_does(
    end: DeadEnd, way: Way, form: str, mode: str, desk: Desk
) -> None:
    account, fields = desk.account(), {**FIELDS, **end.fields}
    with end.place() as base_url:
        client = made_for(desk, mode, base_url, end)
        paying = bill(client, desk.ledger, account=account)
        raised = asked(desk, paying, form, way.method, {**fields, **way.billed})
        once = client.with_options(max_retries=0)
        bare = asked(desk, once, form, way.method, {**fields, "quality": "medium", **way.bare})
    receipt, balance = receipt_on(raised), desk.ledger.balance(account)
    view = desk.ledger.hold_by_id(receipt.hold.id)
    (evidence,) = view.evidence
    assert receipt.state == view.state == end.state
    assert evidence.error[:2] == (end.kind.__name__, end.cause)
    assert (evidence.http_status, evidence.request_id, evidence.delivered or 0) == (None, None, 0)
    assert balance.held == balance.posted == 0
    assert balance.in_doubt == (receipt.hold.amount if end.state == "in_doubt" else 0)
    assert total(desk.ledger, account) == 100
    assert type(raised) is type(bare) is end.kind
    assert str(raised) == str(bare)
    assert type(raised.__cause__) is type(bare.__cause__)
