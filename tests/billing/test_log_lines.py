"""What a call writes to the log: an event a step, and nothing that could stop it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from openai import OpenAIError

from billing import Ledger
from billing.testing import error, images
from pricing import AgeingPolicy, PriceBook, PricingError
from tests.billing.telling import called


def test_a_call_is_told_event_by_event(
    opened: tuple[Ledger, str], caplog: pytest.LogCaptureFixture
) -> None:
    ledger, account = opened
    caplog.set_level(logging.INFO, logger="image_billing")
    called(ledger, account, images(2))
    records = [record for record in caplog.records if record.name == "image_billing"]
    assert [getattr(record, "event", None) for record in records] == [
        "quoted",
        "held",
        "sent",
        "settled",
    ]
    settled = vars(records[-1])
    assert settled["state"] == "captured"
    assert settled["amount"] == "0.10536"
    assert settled["hold_id"] in records[-1].getMessage()


def test_a_refusal_and_a_doubt_are_events(
    opened: tuple[Ledger, str], caplog: pytest.LogCaptureFixture
) -> None:
    ledger, account = opened
    caplog.set_level(logging.INFO, logger="image_billing")
    with pytest.raises(PricingError):
        called(ledger, account, size="1x1")
    with pytest.raises(OpenAIError):
        called(ledger, account, error(500, "broken"))
    levels = {getattr(record, "event", ""): record.levelno for record in caplog.records}
    assert levels["refused"] == logging.INFO
    assert levels["in_doubt"] == logging.INFO


def test_a_filter_that_raises_costs_nobody_a_call(opened: tuple[Ledger, str]) -> None:
    ledger, account = opened
    logger = logging.getLogger("image_billing")
    level = logger.level

    def broken(_record: logging.LogRecord) -> bool:
        raise RuntimeError

    logger.addFilter(broken)
    logger.setLevel(logging.INFO)
    try:
        called(ledger, account, images(2))
    finally:
        logger.removeFilter(broken)
        logger.setLevel(level)
    assert ledger.balance(account).held == 0
    assert str(ledger.balance(account).posted) == "0.10536"


def test_ageing_is_told_with_the_policys_name(
    opened: tuple[Ledger, str], book: PriceBook, caplog: pytest.LogCaptureFixture
) -> None:
    ledger, account = opened
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    hold = ledger.hold(account, quote, key="job-1")
    ledger.doubt(hold.id, key="job-1/doubt", reason="cut off")
    assert ledger.in_doubt().holds == 1
    caplog.set_level(logging.INFO, logger="image_billing")
    policy = AgeingPolicy(name="after-a-month", action="void", after_days=30)
    ledger.age(policy, now=datetime.now(UTC) + timedelta(days=31))
    (record,) = [r for r in caplog.records if getattr(r, "event", None) == "aged"]
    assert "after-a-month" in record.getMessage()
    assert ledger.in_doubt() == (0, 0.0)
