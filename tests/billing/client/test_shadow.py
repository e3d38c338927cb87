"""A dry run: every call goes out as the bare client sends it, and is written down, not booked."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import ImagesResponse

from billing import InvalidEntry, Ledger, bill, billing_terms
from billing.client import ShadowReceipt
from billing.client.http import AnswerInDoubt, AsyncImageCalls, ImageCalls
from billing.database.engines import open_engine
from billing.ledger.spool.files import Spool
from billing.period import Month
from billing.shadow.files import lines_of
from billing.shadow.lines import ShadowCall, decode
from billing.testing import (
    Action,
    ScriptedProvider,
    error,
    error_object_200,
    half_body_then_close,
    html_200,
    images,
    nobody_listening,
    redirect,
    sse,
    sse_cut,
    truncated_json,
)
from tests.billing.client.calling import FIELDS, GENERATE, MODES, UNIT, WAYS, Desk, Way

on_both = pytest.mark.parametrize("mode", MODES)
#: So that the bare client's own repeats do not take seconds.
AT_ONCE = {"retry-after-ms": "1"}
ASKED: Any = {**FIELDS, "stream": True}


@pytest.fixture
def dry(sqlite_template: Path, tmp_path: Path) -> Iterator[Desk]:
    """Calls on a ledger of this test's own, where `acme` has 1 USD."""
    file = shutil.copy(sqlite_template, tmp_path / "ledger.db")
    with Ledger.open(f"sqlite:///{file}") as ledger, closing(Desk(ledger)) as desk:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="top-up")
        yield desk
        assert ledger.balance("acme").version == 1, "nothing was booked"
        assert ledger.verify().problems == ()


def written(ledger: Ledger) -> list[ShadowCall]:
    """What was written down this month."""
    return [decode(line) for line in lines_of(ledger.spool, Month.of(datetime.now(UTC)))]


def dry_client(dry: Desk, mode: str, base_url: str) -> OpenAI | AsyncOpenAI:
    return dry.billed(mode, base_url, "acme", dry_run=True)


def receipt(outcome: object) -> ShadowReceipt:
    found = getattr(outcome, "billing", None)
    assert isinstance(found, ShadowReceipt), repr(outcome)
    assert (found.state, found.hold) == ("shadow", None)
    return found


@on_both
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_call_goes_out_as_it_was_asked_for_and_is_priced(mode: str, way: Way, dry: Desk) -> None:
    with ScriptedProvider([images(3)]) as provider:
        outcome = dry.call(dry_client(dry, mode, provider.base_url), way)
        (request,) = provider.requests
    assert isinstance(outcome, ImagesResponse)
    assert "billing" not in outcome.model_dump()
    assert b"quality" not in request.body, "it was not asked for"
    shown = receipt(outcome)
    assert (shown.outcome, shown.images, shown.amount) == ("captured", 3, 3 * UNIT)
    (call,) = written(dry.ledger)
    assert (call.account, call.quality, call.n, call.images) == ("acme", "medium", 4, 3)
    assert (call.refusal, call.is_weighed, call.requests) == (None, True, 1)


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("unsupported_size", {"size": "1x1"}),
    ("missing_required_parameter", {"size": openai.NOT_GIVEN}),
    ("insufficient_funds", {"n": 8, "quality": "high"}),
    ("account_not_found", {"billing": {"account": "nobody"}}),
    ("max_cost_exceeded", {"billing": {"max_cost": "0.01"}}),
    ("invalid_value", {"billing": {"bogus": 1}}),
    ("not_billable", {"extra_body": {"size": "2048x2048"}}),
    ("unknown_parameter", {"extra_body": {"sise": "2048x2048"}}),
]


@on_both
@pytest.mark.parametrize(("code", "changed"), REFUSED, ids=[code for code, _ in REFUSED])
def test_what_billing_would_refuse_is_written_down_and_goes_out(
    code: str, changed: dict[str, Any], mode: str, dry: Desk
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        outcome = dry.call(dry_client(dry, mode, provider.base_url), GENERATE, **changed)
        assert provider.posts == 1
    shown = receipt(outcome)
    assert isinstance(outcome, ImagesResponse)
    assert (shown.refusal, shown.images, shown.amount) == (code, 0, Decimal(0))
    (call,) = written(dry.ledger)
    assert (call.refusal, call.outcome, call.images) == (code, "captured", 4)


@on_both
@pytest.mark.parametrize(
    ("action", "outcome", "requests"),
    [
        (error(400), "voided", 1),
        (error(500, headers=AT_ONCE), "in_doubt", 3),
        (error(429, headers=AT_ONCE), "voided", 3),
        (redirect(307, "/elsewhere"), "in_doubt", 2),
        (html_200(), "in_doubt", 1),
        (truncated_json(), "in_doubt", 1),
        (error_object_200(), "in_doubt", 1),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_caller_sees_what_the_bare_client_shows_with_its_own_repeats(
    action: Action, outcome: str, requests: int, mode: str, dry: Desk
) -> None:
    script = [action] * (3 if requests == 3 else 1) + [error(400)] * (requests == 2)
    with ScriptedProvider(script) as bare_provider, ScriptedProvider(script) as provider:
        bare = dry.outcome(dry.sdk(mode, bare_provider.base_url), "generate", FIELDS)
        seen = dry.call(dry_client(dry, mode, provider.base_url))
        assert provider.posts == bare_provider.posts == requests
        sent = [(each.path, each.body) for each in provider.requests]
        assert sent == [(each.path, each.body) for each in bare_provider.requests]
    assert isinstance(seen, type(bare))
    assert str(seen).removeprefix("Billed") == str(bare)
    (call,) = written(dry.ledger)
    assert (call.outcome, call.requests, call.refusal) == (outcome, requests, None)


@on_both
def test_a_body_that_breaks_off_is_repeated_as_the_bare_client_does(mode: str, dry: Desk) -> None:
    with ScriptedProvider([half_body_then_close(), images(2)]) as provider:
        seen = dry.call(dry_client(dry, mode, provider.base_url))
        assert provider.posts == 2
    assert (receipt(seen).outcome, receipt(seen).images) == ("captured", 2)


@on_both
def test_a_call_that_never_connected_is_void(mode: str, dry: Desk) -> None:
    with nobody_listening() as base_url:
        client = dry_client(dry, mode, base_url).with_options(max_retries=0)
        assert receipt(dry.call(client)).outcome == "voided"
    (call,) = written(dry.ledger)
    assert (call.requests, call.status) == (0, None)


@on_both
@pytest.mark.parametrize(
    ("action", "outcome", "count"), [(sse(4), "captured", 4), (sse_cut(2), "in_doubt", 0)]
)
def test_a_stream_passes_and_is_written_down_at_its_end(
    action: Action, outcome: str, count: int, mode: str, dry: Desk
) -> None:
    async def read() -> None:
        async for _event in stream:
            pass

    with ScriptedProvider([action]) as provider:
        stream: Any = dry.done(dry_client(dry, mode, provider.base_url).images.generate(**ASKED))
        assert receipt(stream).outcome == "open"
        with suppress(Exception):  # the cut one breaks off
            dry.done(read() if mode == "async" else [*stream])
    assert (receipt(stream).outcome, receipt(stream).images) == (outcome, count)
    assert [call.outcome for call in written(dry.ledger)] == [outcome]


@on_both
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK's, about variations
def test_raw_answers_posts_and_what_billing_does_not_know_pass(mode: str, dry: Desk) -> None:
    with ScriptedProvider([images(4)] * 4) as provider:
        client: Any = dry_client(dry, mode, provider.base_url)
        raw = dry.done(client.images.with_raw_response.generate(**FIELDS))
        assert receipt(raw).images == 4
        post = dry.done(client.post("/images/generations", cast_to=ImagesResponse, body=FIELDS))
        assert receipt(post).amount == 4 * UNIT
        dry.done(client.post("/images/generations", cast_to=object, body=FIELDS))
        dry.done(client.images.create_variation(image=b"a picture"))
        assert provider.posts == 4
    # What async clients note by a thread is written soon.
    calls = written(dry.ledger) if mode == "sync" else _once_there_are(4, dry.ledger)
    assert sorted(str(call.refusal) for call in calls) == [
        *["None"] * 2,
        *["not_billable"] * 2,
    ]


def _once_there_are(count: int, ledger: Ledger) -> list[ShadowCall]:
    deadline = datetime.now(UTC).timestamp() + 5
    while len(found := written(ledger)) < count:
        assert datetime.now(UTC).timestamp() < deadline
    return found


@on_both
def test_plain_http_has_a_dry_run_too(mode: str, dry: Desk) -> None:
    kind: Any = ImageCalls if mode == "sync" else AsyncImageCalls
    with ScriptedProvider([images(2), images(2), html_200()]) as provider:
        calls = kind(dry.ledger, base_url=provider.base_url, account="acme", dry_run=True)
        made = dry.done(calls.generate(**FIELDS))
        odd = dry.done(calls.generate(**{**FIELDS, "size": "1x1"}))
        with pytest.raises(AnswerInDoubt) as raised:
            dry.done(calls.generate(**FIELDS))
        dry.done(calls.close())
        assert "quality" not in json.loads(provider.requests[0].body)
    assert (receipt(made).amount, receipt(odd).refusal) == (2 * UNIT, "unsupported_size")
    assert receipt(raised.value).outcome == "in_doubt"
    assert len(written(dry.ledger)) == 3


def test_a_key_that_the_ledger_knows_is_told_and_sent(acme: Ledger, tmp_path: Path) -> None:
    with (
        ScriptedProvider([images(4)] * 2) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-secret") as sdk,
        billing_terms(key="job-1"),
    ):
        bill(sdk, acme, account="acme").images.generate(**FIELDS)
        before = acme.balance("acme")
        client = bill(sdk, acme, account="acme", dry_run=True, spool=tmp_path / "spool")
        shown = receipt(client.images.generate(**FIELDS))
        assert provider.posts == 2
    assert (shown.repeated, shown.amount) == (True, Decimal(0))
    assert acme.balance("acme") == before
    (line,) = lines_of(Spool.of(acme.engine.url, tmp_path / "spool"), Month.of(acme.now()))
    assert decode(line).is_repeated
    assert not any(secret in line for secret in (b"job-1", b"kite", b"sk-secret"))


@pytest.mark.parametrize(
    ("trouble", "refusal", "is_weighed"),
    [("locked", None, False), ("damaged", "ledger_unusable", True), ("unwritable", None, True)],
)
def test_trouble_of_ours_never_disturbs_the_call(
    trouble: str, refusal: str | None, *, is_weighed: bool, sqlite_url: str, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    with (
        Ledger.open(sqlite_url) as ledger,
        ScriptedProvider([images(4)]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-secret") as sdk,
    ):
        ledger.open_account("acme", currency="USD", floor="-1")
        client = bill(sdk, ledger, account="acme", dry_run=True, spool=spool)
        file = Path(str(ledger.engine.url.database))
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            if trouble == "locked":
                other.execute("BEGIN IMMEDIATE")
            elif trouble == "damaged":
                file.write_bytes(b"no database any more" * 100)
                ledger.engine.dispose()
            else:
                spool.write_text("not a folder")
            result = client.images.generate(**FIELDS)
        assert len(result.data or []) == 4
    assert (receipt(result).refusal, receipt(result).is_weighed) == (refusal, is_weighed)


def test_a_database_server_that_is_silent_is_not_waited_for(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        ScriptedProvider([images(4)] * 2) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-secret") as sdk,
        Ledger(open_engine(f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/books")) as ledger,
    ):
        client = bill(sdk, ledger, account="acme", dry_run=True, spool=tmp_path)
        shown = [receipt(client.images.generate(**FIELDS)) for _ in range(2)]
        assert provider.posts == 2
    assert [(each.is_weighed, each.amount) for each in shown] == [(False, 4 * UNIT)] * 2


def test_dry_run_is_true_or_false(dry: Desk) -> None:
    sdk = dry.sdk("sync", "http://127.0.0.1:1/v1")
    with pytest.raises(InvalidEntry, match="dry_run"):
        bill(sdk, dry.ledger, dry_run="yes")  # type: ignore[call-overload]
