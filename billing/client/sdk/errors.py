"""Exceptions as the bare SDK shows them, and the SDK's own for our deadline.

Exceptions are told apart by class name: the HTTP library under the SDK is httpx in its 1.x and 2.x,
httpx2 in its 3.x.
"""

from __future__ import annotations

import openai

from billing.client.outcome.exchange import DeadlinePassed


def overdue_error(timeout_s: float) -> openai.APITimeoutError:
    """The time-out by which a call ends at its deadline."""
    error = openai.APITimeoutError(request=None)  # type: ignore[arg-type]  # not at hand
    error.__cause__ = DeadlinePassed(timeout_s)
    return error


def as_sdk_error(error: BaseException) -> BaseException:
    """The exception as the bare SDK shows it: transport errors wrapped, all others untouched.

    A body that breaks off outside the SDK's own try arrives here unwrapped. `DeadlinePassed`
    becomes the SDK's time-out.
    """
    if isinstance(error, DeadlinePassed):
        return overdue_error(error.timeout_s)
    names = {base.__name__ for base in type(error).__mro__}
    if isinstance(error, openai.OpenAIError) or not names & {"TimeoutException", "RequestError"}:
        return error
    request = error.request  # type: ignore[attr-defined]  # both are httpx errors by name
    wrapped = (
        openai.APITimeoutError(request=request)
        if "TimeoutException" in names
        else openai.APIConnectionError(request=request)
    )
    wrapped.__cause__ = error
    return wrapped
