"""The spans of one billed call, made with `opentelemetry-api`: the call, and each of its steps.

Exceptions are told by class or code, never by message: that may quote a prompt or a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Token
from typing import Final

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

#: The instrumentation scope of spans and metrics, and the prefix of their names.
SCOPE: Final = "image_billing"
Facts = Mapping[str, str | int | float | bool]


class CallSpans:
    """A span for the call, under that of the caller; below it one at a time for a step."""

    def __init__(self, tracer: Tracer, facts: Facts) -> None:
        self._tracer = tracer
        self._call = tracer.start_span(f"{SCOPE}.call", attributes=_named(facts))
        self._step: Span | None = None
        self._token: Token[Context] | None = None

    @property
    def is_recording(self) -> bool:
        """Somebody keeps them: an SDK is there, and has sampled this call."""
        return self._call.is_recording()

    def begin(self, name: str, facts: Facts, *, is_sending: bool, is_current: bool) -> None:
        """A step begins; `is_current`: spans of the libraries it uses come below it."""
        within = trace.set_span_in_context(self._call)
        kind = SpanKind.CLIENT if is_sending else SpanKind.INTERNAL
        span = self._tracer.start_span(f"{SCOPE}.{name}", within, kind, _named(facts))
        self._step = span
        if is_current:
            self._token = context.attach(trace.set_span_in_context(span))

    def end_step(self, facts: Facts, *, error: str | None = None, is_here: bool = True) -> None:
        """The step is over; not `is_here`: told from outside the task that had begun it."""
        span, self._step = self._step, None
        token, self._token = self._token, None
        if token is not None and is_here:
            context.detach(token)
        if span is not None:
            _end(span, facts, error)

    def say(self, facts: Facts) -> None:
        """Facts of the call."""
        self._call.set_attributes(_named(facts))

    def end(self, facts: Facts, *, error: str | None = None) -> None:
        """The call is over."""
        _end(self._call, facts, error)


def _end(span: Span, facts: Facts, error: str | None) -> None:
    span.set_attributes(_named(facts))
    if error is not None:
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def _named(facts: Facts) -> dict[str, str | int | float | bool]:
    return {f"{SCOPE}.{name}": value for name, value in facts.items()}
