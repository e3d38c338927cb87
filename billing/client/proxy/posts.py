"""`client.post` to an image path: billed like a method of the SDK where its body says the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from openai.types import ImagesResponse

from billing.client.call.extras import check_extra
from billing.client.call.plan import TRANSPORT, Endpoint
from billing.client.errors import NotBillable
from billing.client.proxy.guards import INSTEAD
from billing.client.sdk.forms import Form, Posted
from pricing import RequestError

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.sdk.asynchronous import AsyncDriver
    from billing.client.sdk.sync import SyncDriver
    from billing.client.terms import Billing

_ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    "images/generations": "generations",
    "images/edits": "edits",
}
_ARGUMENTS: Final = frozenset({"body", "cast_to", "files", "options"})
#: What the SDK's options may say: nothing that changes the body or the form of the answer.
_OPTIONS: Final = frozenset(
    {
        "follow_redirects",
        "headers",
        "idempotency_key",
        "max_retries",
        "params",
        "security",
        "timeout",
    }
)
_RAW_RESPONSE: Final = "x-stainless-raw-response"


def posted(
    client: OpenAI | AsyncOpenAI,
    driver: SyncDriver | AsyncDriver,
    path: str,
    *,
    billing: Billing | None = None,
    **arguments: object,
) -> object:
    """Make the post as a billed call; a coroutine for an async client.

    Raises:
        NotBillable: Another path or host, a stream, a body that is no mapping or that is not what
            would be sent, or an answer that could not carry `.billing`.
    """
    endpoint = _ENDPOINTS.get(_below(path, str(client.base_url)))
    if endpoint is None:
        raise _refused(path, f"{INSTEAD} of this client")
    given = {name: value for name, value in arguments.items() if not _is_empty(value)}
    unknown = sorted(given.keys() - _ARGUMENTS)
    if unknown:
        raise _refused(path, f"{unknown[0]} is not billed here; {INSTEAD}")
    if given.get("cast_to") is not ImagesResponse:
        raise _refused(path, "use cast_to=ImagesResponse, so that the answer carries .billing")
    body = given.get("body")
    if not isinstance(body, Mapping):
        raise _refused(path, "its body has to be a mapping of the request's fields")
    not_fields = sorted({"stream", *TRANSPORT} & {n for n, v in body.items() if not _is_empty(v)})
    if not_fields:
        raise _refused(path, f"{not_fields[0]} is not billed in its body; {INSTEAD}")
    headers = _checked_options(path, given.get("options"))
    if "files" in given and (endpoint != "edits" or not _is_multipart(headers)):
        # The SDK would send the files without the body that says the price.
        raise _refused(path, f"its files need an edit with a multipart content type; {INSTEAD}")
    form = Form(posted=Posted(path, given))
    call = cast("Callable[..., object]", driver.call)
    return call(client, endpoint, dict(body), billing=billing, form=form)


def _checked_options(path: str, options: object) -> Mapping[str, object]:
    """The headers of the request, by names in lower case."""
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise _refused(path, "its options have to be a mapping")
    unknown = sorted({n for n, v in options.items() if not _is_empty(v)} - _OPTIONS)
    if unknown:
        raise _refused(path, f"options[{unknown[0]!r}] is not billed here; {INSTEAD}")
    try:
        check_extra("params", options.get("params"))
    except RequestError as refused:
        raise _refused(path, refused.message) from None
    headers = {name.lower(): value for name, value in (options.get("headers") or {}).items()}
    if _RAW_RESPONSE in headers:
        raise _refused(path, "use images.with_raw_response or images.with_streaming_response")
    return headers


def _is_multipart(headers: Mapping[str, object]) -> bool:
    return str(headers.get("content-type")).startswith("multipart/form-data")


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ({}, [], ())


def _below(path: str, base_url: str) -> str:
    """The path below the client's base URL; a full address elsewhere stays what it is."""
    return path.removeprefix(base_url).strip("/")


def _refused(path: str, why: str) -> NotBillable:
    return NotBillable(f"post({path!r})", why)
