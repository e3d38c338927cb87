"""Streams on the wire: one POST, settled when the stream has ended, events untouched as they come.

For every way in which a stream ends, sync and async, for a generation, an edit by address and an
edit by upload; to the caller it is what the bare SDK shows with its retries off.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

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
from tests.billing.client.rows import REDIRECTS, ROWS, STREAMS, Row
from tests.billing.client.streaming import (
    assert_same_error,
    bare_arguments,
    billed_arguments,
    seen,
)

on_both = pytest.mark.parametrize("mode", MODES)
#: Whole answers come where a stream was asked for, too.
CASES = [
    *((row, way) for row in STREAMS for way in WAYS),
    *((row, GENERATE) for row in ROWS),
    *((row, way) for row in ROWS if row.name == "images 3" for way in WAYS[1:]),
]


@on_both
@pytest.mark.parametrize(("row", "way"), CASES, ids=str)
def test_every_stream_is_sent_once_and_settled_by_what_it_delivered(
    row: Row, way: Way, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([row.action]) as provider:
        client = desk.billed(mode, provider.base_url, account, timeout=row.timeout_s)
        got = seen(desk, client, billed_arguments(way))
        assert len(provider.requests) == provider.posts == 1
    with ScriptedProvider([row.action]) as provider:
        bare = desk.sdk(mode, provider.base_url, timeout=row.timeout_s)
        bare = staying(bare) if row.status in REDIRECTS else bare
        plain = seen(desk, bare.with_options(max_retries=0), bare_arguments(way))
    receipt = receipt_on(got.raised or got.stream)
    (evidence,) = desk.ledger.hold_by_id(receipt.hold.id).evidence
    balance = desk.ledger.balance(account)
    assert desk.ledger.hold_by_id(receipt.hold.id).state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert (balance.held, balance.posted) == (Decimal(0), row.images * UNIT)
    assert total(desk.ledger, account) == 100
    assert (evidence.delivered or 0, evidence.http_status) == (row.delivered, row.status)
    assert evidence.request_id == receipt.request_id == (f"req_{1:032x}" if row.status else None)
    assert got.events == plain.events
    assert_same_error(got.raised, plain.raised)
