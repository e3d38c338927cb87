"""What providers and gateways export, read by the mappings that come with the package."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from billing.statement import BadLine, BucketLine, Statement, StatementLine

SAMPLES = Path(__file__).parent / "samples"
DAY = timedelta(days=1)
MARCH_1 = datetime(2025, 3, 1, tzinfo=UTC)


def sample(name: str) -> Statement:
    return Statement.open(SAMPLES / name)


def calls(name: str) -> list[StatementLine]:
    lines = list(sample(name).lines())
    return [line for line in lines if isinstance(line, StatementLine)]


def buckets(name: str) -> list[BucketLine]:
    lines = list(sample(name).lines())
    return [line for line in lines if isinstance(line, BucketLine)]


@pytest.mark.parametrize(
    ("name", "mapping", "level"),
    [
        ("openai-costs.csv", "openai-costs", "bucket"),
        ("openai-costs-2025-10.csv", "openai-costs", "bucket"),
        ("openai-costs.json", "openai-costs", "bucket"),
        ("openai-images-usage.csv", "openai-images-usage", "bucket"),
        ("openai-images-usage.json", "openai-images-usage", "bucket"),
        ("litellm.csv", "litellm", "line"),
        ("litellm.json", "litellm", "line"),
        ("openrouter-log.csv", "openrouter", "line"),
        ("openrouter-activity.json", "openrouter", "bucket"),
        ("focus-1.2-aws.csv", "focus-1.2", "bucket"),
    ],
)
def test_an_export_is_recognised_by_its_header(name: str, mapping: str, level: str) -> None:
    statement = sample(name)
    assert (statement.mapping.name, statement.level) == (mapping, level)
    assert statement.writes_floats


def test_the_costs_of_openai_are_buckets_of_a_day_and_empty_days_are_no_lines() -> None:
    output, small, last = buckets("openai-costs.csv")
    assert output == BucketLine(
        line=2,
        start=MARCH_1,
        end=MARCH_1 + DAY,
        project="proj_a1",
        model="gpt-image-2",
        line_item="gpt-image-2, output",
        endpoint="",
        size="",
        quality="",
        images=None,
        amount_nanos=895_874_000,
        currency="USD",
    )
    assert small.amount_nanos == 10_000
    assert (last.line, last.amount_nanos, last.project) == (5, 42_144_000, "")
    assert sample("openai-costs.csv").summary().skipped == {"empty_amount": 1}


def test_the_costs_of_openai_without_groups_leave_open_what_they_are_for() -> None:
    [day] = buckets("openai-costs-2025-10.csv")
    assert (day.model, day.line_item, day.project, day.amount_nanos) == ("", "", "", 895_874_000)


def test_a_page_of_the_costs_api_gives_its_times_to_every_result() -> None:
    first, second = buckets("openai-costs.json")
    assert (first.start, first.end, first.amount_nanos) == (MARCH_1, MARCH_1 + DAY, 60_000_000)
    assert (second.start, second.amount_nanos, second.line_item) == (MARCH_1, -10_000, "")


def test_the_images_usage_of_openai_counts_images_and_has_no_money() -> None:
    generated, edited = buckets("openai-images-usage.csv")
    assert (generated.images, generated.size, generated.endpoint) == (7, "1024x1024", "generations")
    assert (edited.images, edited.endpoint, edited.amount_nanos) == (1, "edits", None)
    assert sample("openai-images-usage.csv").currency() == ""


def test_a_page_that_is_not_the_last_is_an_incomplete_statement() -> None:
    used, bad = sample("openai-images-usage.json").lines()
    assert isinstance(used, BucketLine)
    assert used.end - used.start == timedelta(hours=1)
    assert isinstance(bad, BadLine)
    assert "the export is not complete" in str(bad)


@pytest.mark.parametrize("name", ["litellm.csv", "litellm.json"])
def test_the_spend_logs_of_litellm_are_lines_of_image_calls(name: str) -> None:
    line = calls(name)[0]
    assert line.request_id == "0c8a1c9e-6e1d-4b47-9d0a-4a51b3a0f6d1"
    assert line.created_at == datetime(2025, 3, 10, 12, 0, 0, 123_000, tzinfo=UTC)
    assert (line.model, line.endpoint, line.account) == ("gpt-image-2", "generations", "acme")
    assert (line.amount, line.n, line.size, line.project) == (Decimal("0.42144"), 0, "", "studio")


def test_what_is_no_image_call_or_cost_nothing_is_left_out_and_counted() -> None:
    assert sample("litellm.json").summary().skipped == {"only": 1, "zero_amount": 1}


def test_the_log_of_openrouter_is_lines_and_its_activity_is_buckets() -> None:
    first, second = calls("openrouter-log.csv")
    assert first.request_id == "gen-1741608000-NEpXKqXYIDjS7TmNrT9j"
    assert first.created_at == datetime(2025, 3, 10, 12, 0, 0, 713_000, tzinfo=UTC)
    assert (first.model, first.account, first.project) == ("gpt-image-2", "acme", "studio")
    assert (first.amount_nanos, second.amount_nanos) == (38_812_500, 12_500)
    [day] = buckets("openrouter-activity.json")
    assert (day.end - day.start, day.amount_nanos) == (DAY, 15_000_000)


def test_a_focus_file_of_a_cloud_is_buckets_and_tax_and_credits_are_lines_of_their_own() -> None:
    usage, credit, tax, tokens = sample("focus-1.2-aws.csv").lines()
    assert isinstance(usage, BucketLine)
    assert (usage.size, usage.quality, usage.images) == ("1024x1024", "high", 2)
    assert isinstance(credit, StatementLine)
    assert isinstance(tax, StatementLine)
    assert (credit.status, credit.effect_nanos) == ("credit", -100_000_000)
    assert (tax.status, tax.effect_nanos) == ("tax", 80_000_000)
    assert isinstance(tokens, BucketLine)
    assert (tokens.images, tokens.amount_nanos) == (None, 30_000_000)


def test_a_gateways_own_csv_is_read_by_a_mapping_file() -> None:
    statement = Statement.open(SAMPLES / "gateway-de.csv", SAMPLES / "gateway-de.yaml")
    first, second, refund = statement.lines()
    assert isinstance(first, StatementLine)
    assert first.created_at == datetime(2025, 3, 10, 12, tzinfo=UTC)
    assert (first.amount, first.currency, first.model) == (Decimal("1234.56"), "EUR", "gpt-image-2")
    assert isinstance(second, StatementLine)
    assert isinstance(refund, StatementLine)
    assert (refund.line, refund.status, refund.effect_nanos) == (7, "refunded", -10_000_000)
    summary = statement.summary()
    assert summary.skipped == {"repeated_header": 1, "trailing_total": 1}
    assert summary.billed == Decimal("1234.56")
