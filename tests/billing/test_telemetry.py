"""What a call tells OpenTelemetry: spans and metrics; and no key or prompt, to it or to the log."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from openai import OpenAIError
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from billing import Hold, Ledger, telemetry
from billing.telemetry_otel import ACCOUNTS_MAX, OTHER_ACCOUNT, Instruments
from billing.testing import error, images
from pricing import PriceBook, PricingError
from tests.billing.telling import KEY, PROMPT, called

IDEMPOTENCY = "canary-job-17"


@dataclass(slots=True)
class Heard:
    """What an application's OpenTelemetry has collected."""

    spans: InMemorySpanExporter
    reader: InMemoryMetricReader

    def span(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.spans.get_finished_spans() if span.name == name]
        return found

    def points(self, name: str) -> list[tuple[dict[str, object], Any]]:
        """The attributes of each point of a metric, and the point."""
        data = self.reader.get_metrics_data()
        if data is None:
            return []
        return [
            (dict(point.attributes or {}), point)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def value(self, name: str, **of: object) -> object:
        """The value of the one point with these attributes; None without one."""
        found = [point.value for facts, point in self.points(name) if of.items() <= facts.items()]
        assert len(found) < 2
        return found[0] if found else None

    def everything(self) -> str:
        data = self.reader.get_metrics_data()
        spans = "".join(span.to_json() for span in self.spans.get_finished_spans())
        return spans + ("" if data is None else data.to_json())


@pytest.fixture(scope="session")
def application() -> Heard:
    """An application that collects; a process can set its providers once."""
    heard = Heard(InMemorySpanExporter(), InMemoryMetricReader())
    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(heard.spans))
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider([heard.reader], shutdown_on_exit=False))
    return heard


@pytest.fixture
def heard(application: Heard) -> Heard:
    """What this test tells: other tests of the process named accounts and left ledgers open."""
    application.spans.clear()
    if (meters := telemetry.instruments()) is not None:
        meters._accounts.clear()
        meters._ledgers.clear()
    return application


def test_neither_keys_nor_prompts_are_told(
    opened: tuple[Ledger, str], heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    ledger, account = opened
    caplog.set_level(logging.DEBUG, logger="image_billing")
    for action in (images(2), error(400, f"{PROMPT}, sent with {KEY}"), error(500, PROMPT)):
        try:
            called(ledger, account, action, billing={"key": f"{IDEMPOTENCY}-{action.name}"})
        except OpenAIError:
            continue
    with pytest.raises(PricingError):
        called(ledger, account, size=PROMPT)
    ours = [record for record in caplog.records if record.name == "image_billing"]
    told = "".join(f"{vars(record)} {record.getMessage()}" for record in ours)
    told += heard.everything()
    assert "refused" in told
    for secret in (KEY, PROMPT, IDEMPOTENCY):
        assert secret not in told


def test_a_call_is_a_span_with_its_steps_below_it(opened: tuple[Ledger, str], heard: Heard) -> None:
    ledger, account = opened
    with trace.get_tracer("application").start_as_current_span("request") as request:
        called(ledger, account, images(2))
        assert trace.get_current_span() is request
    call = heard.span("image_billing.call")
    assert call.parent == request.get_span_context()
    assert call.attributes is not None
    assert call.attributes["image_billing.state"] == "captured"
    for step in ("hold", "send", "settle"):
        assert heard.span(f"image_billing.{step}").parent == call.context


def test_a_failed_call_is_a_failed_span(opened: tuple[Ledger, str], heard: Heard) -> None:
    ledger, account = opened
    with pytest.raises(OpenAIError):
        called(ledger, account, error(500, "broken"))
    assert not heard.span("image_billing.call").status.is_ok
    sent = heard.span("image_billing.send")
    assert sent.attributes is not None
    assert sent.attributes["error.type"] == "500"


def test_what_was_captured_is_counted_in_nano_units(
    opened: tuple[Ledger, str], heard: Heard
) -> None:
    ledger, account = opened
    called(ledger, account, images(2))
    for name in ("holds", "captures"):
        assert heard.value(f"image_billing.{name}", account=account, currency="USD") == 1
    bought = {"account": account, "model": "gpt-image-2", "size": "1024x1024", "quality": "medium"}
    assert heard.value("image_billing.captured.images", **bought) == 2
    amount = heard.value("image_billing.captured.amount", **bought)
    assert amount == 105_360_000
    assert isinstance(amount, int)


def test_a_refusal_is_counted_by_its_code(opened: tuple[Ledger, str], heard: Heard) -> None:
    ledger, account = opened
    before = heard.value("image_billing.refusals", code="unsupported_size") or 0
    with pytest.raises(PricingError):
        called(ledger, account, size="1x1")
    assert isinstance(before, int)
    assert heard.value("image_billing.refusals", code="unsupported_size") == before + 1


def test_durations_are_measured(opened: tuple[Ledger, str], heard: Heard) -> None:
    ledger, account = opened
    called(ledger, account, images(2))
    kinds = {facts["kind"] for facts, _ in heard.points("image_billing.ledger.duration")}
    assert {"hold", "capture"} <= kinds
    statuses = {facts["status"] for facts, _ in heard.points("image_billing.provider.duration")}
    assert "200" in statuses


def test_each_verb_of_a_batch_is_measured(
    opened: tuple[Ledger, str], heard: Heard, book: PriceBook
) -> None:
    ledger, account = opened

    def holds() -> int:
        durations = heard.points("image_billing.ledger.duration")
        return sum(point.count for facts, point in durations if facts["kind"] == "hold")

    before = holds()
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    items = [{"account": account, "quote": quote, "key": f"many-{i}"} for i in range(3)]
    assert all(isinstance(answer, Hold) for answer in ledger.hold_many(items))
    assert holds() == before + 3


def test_what_is_in_doubt_is_read_when_it_is_scraped(
    opened: tuple[Ledger, str], heard: Heard
) -> None:
    ledger, account = opened
    called(ledger, account, images(2))
    assert heard.value("image_billing.in_doubt.holds") == 0
    with pytest.raises(OpenAIError):
        called(ledger, account, error(500, "broken"))
    assert heard.value("image_billing.in_doubt.holds") == 1
    age_s = heard.value("image_billing.in_doubt.oldest_age")
    assert isinstance(age_s, float)
    assert 0 < age_s < 60


def test_accounts_beyond_the_limit_count_as_one() -> None:
    instruments = Instruments()
    named = {instruments.bounded(f"account-{number}") for number in range(ACCOUNTS_MAX + 5)}
    assert len(named) == ACCOUNTS_MAX + 1
    assert OTHER_ACCOUNT in named


def test_without_opentelemetry_nothing_is_measured_and_calls_go_on() -> None:
    program = """
import sys
sys.modules["opentelemetry"] = None
from openai import OpenAI
from billing import Ledger, bill
from billing.telemetry import instruments
from billing.testing import Action, ScriptedProvider, images
with ScriptedProvider([images(1)]) as provider, Ledger.open("sqlite://") as ledger:
    ledger.open_account("acme", currency="USD")
    ledger.top_up("acme", "1", key="first-top-up")
    client = bill(OpenAI(base_url=provider.base_url, api_key="none"), ledger, account="acme")
    result = client.images.generate(model="gpt-image-2", prompt="a kite", size="1024x1024")
    print(instruments(), result.billing.state)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.stdout.split(), run.stderr) == (["None", "captured"], "")
