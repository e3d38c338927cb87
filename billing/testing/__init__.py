"""A scripted image provider for tests: what it answers is a list, what it received is a log.

It needs nothing but the standard library, prices nothing and validates nothing: for a provider
that does, take `billing.sandbox`.

    >>> import urllib.request
    >>> from billing.testing import ScriptedProvider, images
    >>> with ScriptedProvider([images(2)]) as provider:
    ...     url = provider.base_url + "/images/generations"
    ...     with urllib.request.urlopen(url, data=b"{}") as answer:
    ...         answer.status, provider.posts
    (200, 1)
"""

from __future__ import annotations

from billing.testing.actions import (
    close_listener,
    close_without_answer,
    drip,
    empty_200,
    error,
    error_object_200,
    half_body_then_close,
    half_body_then_stall,
    html_200,
    ignore_body,
    images,
    redirect,
    reply,
    reset_without_answer,
    stall,
    truncated_json,
)
from billing.testing.dead_ends import never_accepting, nobody_listening
from billing.testing.exchange import Action, Exchange
from billing.testing.provider import ScriptedProvider
from billing.testing.streams import (
    sse,
    sse_cut,
    sse_error,
    sse_stalled,
    sse_without_completed,
)
from billing.testing.wire import RecordedRequest

__all__ = [
    "Action",
    "Exchange",
    "RecordedRequest",
    "ScriptedProvider",
    "close_listener",
    "close_without_answer",
    "drip",
    "empty_200",
    "error",
    "error_object_200",
    "half_body_then_close",
    "half_body_then_stall",
    "html_200",
    "ignore_body",
    "images",
    "never_accepting",
    "nobody_listening",
    "redirect",
    "reply",
    "reset_without_answer",
    "sse",
    "sse_cut",
    "sse_error",
    "sse_stalled",
    "sse_without_completed",
    "stall",
    "truncated_json",
]
