"""The outcome table over plain HTTP: the same rows as with the SDK, and the same money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from billing.client.http import (
    AnswerInDoubt,
    BadStatus,
    CallFailed,
    ConnectionFailed,
    ImageAnswer,
    TimedOut,
)
from billing.testing import (
    ScriptedProvider,
    error,
    ignore_body,
    images,
    never_accepting,
    nobody_listening,
    stall,
)
from tests.billing.client.calling import GENERATE, MODES, UNIT, WAYS, Desk, Way, receipt_on, total
from tests.billing.client.http_calling import HttpDesk, http_desk_of
from tests.billing.client.rows import CORE, ROWS, SOON_S, Row

CORE_ROWS = [row for row in ROWS if row.name in CORE]
on_both = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def http_desk(desk: Desk) -> Iterator[HttpDesk]:
    with http_desk_of(desk) as opened:
        yield opened


def check(http_desk: HttpDesk, row: Row, way: Way, mode: str) -> None:
    """The law of the table for one row."""
    ledger, account = http_desk.desk.ledger, http_desk.desk.account()
    with ScriptedProvider([row.action]) as provider:
        calls = http_desk.calls(mode, provider.base_url, account)
        outcome = http_desk.call(calls, way, timeout=row.timeout_s)
        assert len(provider.requests) == provider.posts == 1
        path = "/v1/images/generations" if way is GENERATE else "/v1/images/edits"
        assert provider.requests[0].path == path
    receipt = receipt_on(outcome)
    view, balance = ledger.hold_by_id(receipt.hold.id), ledger.balance(account)
    (evidence,) = view.evidence
    assert view.state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert (balance.posted, balance.held) == (row.images * UNIT, Decimal(0))
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert total(ledger, account) == 100
    assert (evidence.delivered or 0, evidence.http_status) == (row.delivered, row.status)
    assert evidence.request_id == receipt.request_id == (f"req_{1:032x}" if row.status else None)
    assert evidence.sdk == "httpx 0.28.1"
    assert_shown(outcome, row)


def assert_shown(outcome: object, row: Row) -> None:
    """An answer for a success that is one; else an error with all that arrived."""
    if row.leaks:
        assert isinstance(outcome, AnswerInDoubt)
        assert outcome.status == row.status
    elif isinstance(outcome, ImageAnswer):
        assert outcome.status == row.status
        assert outcome.data == outcome.body.get("data", ())
    else:
        assert isinstance(outcome, BadStatus | ConnectionFailed)
        assert outcome.status == row.status
        assert isinstance(outcome, BadStatus) == (outcome.body is not None)


@on_both
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_row_is_sent_once_and_settled_by_the_table(
    row: Row, mode: str, http_desk: HttpDesk
) -> None:
    check(http_desk, row, GENERATE, mode)


@on_both
@pytest.mark.parametrize("way", WAYS[1:], ids=lambda way: way.name)
def test_edits_are_settled_by_the_same_table(way: Way, mode: str, http_desk: HttpDesk) -> None:
    for row in CORE_ROWS:
        check(http_desk, row, way, mode)


@on_both
def test_the_rows_are_the_same_on_postgresql(mode: str, postgres_desk: Desk) -> None:
    with http_desk_of(postgres_desk) as opened:
        for row in CORE_ROWS:
            check(opened, row, GENERATE, mode)


@on_both
def test_what_never_connected_is_void(mode: str, http_desk: HttpDesk) -> None:
    account = http_desk.desk.account()
    with nobody_listening() as base_url:
        refused = http_desk.call(http_desk.calls(mode, base_url, account))
    with never_accepting() as base_url:
        silent = http_desk.call(http_desk.calls(mode, base_url, account), timeout=SOON_S)
    assert isinstance(refused, ConnectionFailed)
    assert isinstance(silent, TimedOut)
    assert {receipt_on(refused).state, receipt_on(silent).state} == {"voided"}
    assert http_desk.desk.ledger.balance(account).available == 100


@on_both
def test_an_upload_that_stalls_is_in_doubt(mode: str, http_desk: HttpDesk) -> None:
    big = Way("big", "edit", {"image": b"x" * 20_000_000}, {})
    with ScriptedProvider([ignore_body()]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        raised = http_desk.call(calls, big, timeout=SOON_S)
    assert isinstance(raised, TimedOut)
    assert type(raised.__cause__).__name__ == "WriteTimeout"
    assert receipt_on(raised).state == "in_doubt"


@on_both
def test_a_deadline_ends_the_whole_call_and_leaves_it_in_doubt(
    mode: str, http_desk: HttpDesk
) -> None:
    with ScriptedProvider([stall(30)]) as provider:
        account = http_desk.desk.account()
        calls = http_desk.calls(mode, provider.base_url, account, deadline_s=SOON_S)
        raised = http_desk.call(calls)
        assert provider.posts == 1
    assert isinstance(raised, TimedOut)
    assert isinstance(raised, CallFailed)
    assert type(raised.__cause__).__name__ == "DeadlinePassed"
    assert receipt_on(raised).state == "in_doubt"


@on_both
def test_only_what_was_certainly_not_charged_goes_again(mode: str, http_desk: HttpDesk) -> None:
    busy = error(429, headers={"retry-after-ms": "1"})
    with ScriptedProvider([busy, images(4), error(500)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account(), retries=2)
        assert receipt_on(http_desk.call(calls)).state == "captured"
        assert provider.posts == 2
        assert receipt_on(http_desk.call(calls)).state == "in_doubt"
        assert provider.posts == 3
