"""The outcome table on the wire: the real SDK, a scripted provider, a real ledger.

For every row, sync and async, for a generation, an edit by address and an edit by upload: one POST,
the ledger's state, no money made or lost, evidence, and to the caller the exception that the bare
SDK raises with its retries off.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from openai import APIError

from billing import OutcomeInDoubt
from billing.testing import ScriptedProvider
from tests.billing.client.calling import (
    GENERATE,
    MODES,
    UNIT,
    WAYS,
    Desk,
    Way,
    receipt_on,
    staying,
    total,
)
from tests.billing.client.rows import CORE, REDIRECTS, ROWS, STREAMS, Row

on_both = pytest.mark.parametrize("mode", MODES)


def check(desk: Desk, row: Row, way: Way, mode: str) -> None:
    """The law of the table for one row."""
    account = desk.account()
    with ScriptedProvider([row.action]) as provider:
        client = desk.billed(mode, provider.base_url, account, timeout=row.timeout_s)
        billed = desk.call(client, way)
        assert len(provider.requests) == provider.posts == 1
        path = "/v1/images/generations" if way is GENERATE else "/v1/images/edits"
        assert provider.requests[0].path == path
    receipt = receipt_on(billed)
    view = desk.ledger.hold_by_id(receipt.hold.id)
    balance = desk.ledger.balance(account)
    (evidence,) = view.evidence
    assert view.state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert (balance.posted, balance.held) == (row.images * UNIT, Decimal(0))
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert total(desk.ledger, account) == 100
    assert (evidence.delivered or 0, evidence.http_status) == (row.delivered, row.status)
    assert evidence.request_id == receipt.request_id == (f"req_{1:032x}" if row.status else None)
    if row.leaks:
        assert isinstance(billed, OutcomeInDoubt)
        assert isinstance(billed, APIError)
        return
    assert_as_bare(billed, desk, row, way, mode)


def assert_as_bare(billed: object, desk: Desk, row: Row, way: Way, mode: str) -> None:
    """To the caller it is what the bare SDK shows with its retries off."""
    with ScriptedProvider([row.action]) as provider:
        client = desk.sdk(mode, provider.base_url, timeout=row.timeout_s)
        plain = desk.bare(staying(client) if row.status in REDIRECTS else client, way)
    if isinstance(plain, Exception):
        assert type(billed) is type(plain)
        assert str(billed) == str(plain)
        assert type(getattr(billed, "__cause__", None)) is type(plain.__cause__)
    else:
        assert isinstance(billed, type(plain))
        assert billed.model_dump() == plain.model_dump()  # type: ignore[attr-defined]


@on_both
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_row_is_sent_once_and_settled_by_the_table(
    row: Row, way: Way, mode: str, desk: Desk
) -> None:
    check(desk, row, way, mode)


@on_both
def test_the_rows_are_the_same_on_postgresql(mode: str, postgres_desk: Desk) -> None:
    for row in ROWS:
        if row.name in CORE:
            check(postgres_desk, row, GENERATE, mode)


#: What image providers and networks were seen to do, from the issues of other gateways.
SEEN = {
    *(f"images {k}" for k in (0, 1, 4, 5)),
    *("images 0 null 4", "images 2 null 2", "without data", "error object", "html", "empty"),
    *("truncated json", "half body then close", "half body then stall", "close without answer"),
    *("reset without answer", "stall", "drip", "close listener"),
    *(f"reply {status}" for status in (202, 204, 400, 401, 402, 403, 404, 408, 409, 413, 422)),
    *(f"reply {status}" for status in (429, 451, 500, 502, 503, 504, 529)),
    *("redirect 302", "redirect 307"),
    *("reply 429 retry-after: 0", "reply 429 retry-after-ms: 1"),
    *("reply 500 x-should-retry: false", "reply 400 x-should-retry: true"),
    *("sse 4", "sse cut after 0", "sse stalled after 0", "sse without completed"),
    "sse error after 0",
}


def test_everything_that_was_seen_is_a_row() -> None:
    names = [row.name for row in (*ROWS, *STREAMS)]
    assert set(names) >= SEEN
    assert len(names) == len(set(names))
