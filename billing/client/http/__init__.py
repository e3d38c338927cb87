"""Billed image calls over plain HTTP, for programs without the SDK.

It needs `pip install 'image-billing[http]'`, or an HTTP client of yours.

The same quotes, holds, outcome table and evidence as `bill`; only the sending is another.

    calls = ImageCalls(ledger, base_url=..., api_key=..., account="acme")
    answer = calls.generate(model="gpt-image-2", prompt="a kite", size="1024x1024")
    answer.data, answer.billing
"""

from __future__ import annotations

from billing.client.http.clients import AsyncImageCalls, ImageCalls
from billing.client.http.errors import (
    AnswerInDoubt,
    BadEvent,
    BadStatus,
    CallFailed,
    ConnectionFailed,
    TimedOut,
)
from billing.client.http.events import AsyncImageEvents, ImageEvents
from billing.client.http.results import ImageAnswer

__all__ = [
    "AnswerInDoubt",
    "AsyncImageCalls",
    "AsyncImageEvents",
    "BadEvent",
    "BadStatus",
    "CallFailed",
    "ConnectionFailed",
    "ImageAnswer",
    "ImageCalls",
    "ImageEvents",
    "TimedOut",
]
