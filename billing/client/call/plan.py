"""From the arguments of a call to what is quoted and what goes on the wire; pure, it sends nothing.

The SDK takes edits as uploads only. The model's API also takes addresses (`image`, `images`) in a
JSON body: such a call is planned as JSON, its fields travelling in `extra_body`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal, cast

from billing.client.call.extras import check_extra
from pricing import ImageRequest, InvalidValue, MissingParameter, Quote
from pricing.request_checks import PRICED

Endpoint = Literal["generations", "edits"]

#: Arguments that the SDK takes about the transport, not about the image.
TRANSPORT: Final = frozenset({"extra_body", "extra_headers", "extra_query", "timeout"})
_EXTRAS: Final = ("extra_body", "extra_query")
#: Inputs of an edit that may be addresses instead of files.
INPUTS: Final = ("image", "images", "mask")
_REQUEST_FIELDS: Final = frozenset(field.name for field in fields(ImageRequest))
#: Class names of the SDK's "argument not given"; `NoneType` is not one of them.
_LEFT_OUT: Final = frozenset({"NotGiven", "Omit"})
_MIXED: Final = "either addresses or files, not both in one request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One call before it has a price."""

    endpoint: Endpoint
    #: The fields of the request, for the quote.
    request: Mapping[str, object]
    #: The arguments of the SDK's method, without the priced ones.
    arguments: Mapping[str, object]
    #: An edit whose inputs are addresses: a JSON body instead of an upload.
    is_json_edit: bool = False


def plan_call(
    endpoint: Endpoint, given: Mapping[str, object], *, sdk_arguments: Collection[str]
) -> Plan:
    """Sort the arguments of a call.

    Fields that neither the SDK nor the model's API has stay in `request`, so that quoting refuses
    them by name; those that only this SDK knows cannot change the price and go to the wire as they
    are.

    Args:
        endpoint: Where the call goes.
        given: The keyword arguments, without `billing`.
        sdk_arguments: The names that the SDK's method takes.

    Raises:
        NotBillable: A priced field in `extra_body` or `extra_query`.
        UnknownParameter: A field there that may be meant for a priced one.
        InvalidValue: Addresses and files in one edit.
    """
    arguments = {n: v for n, v in given.items() if type(v).__name__ not in _LEFT_OUT}
    for extra in _EXTRAS:
        check_extra(extra, arguments.get(extra), known=sdk_arguments)
    request = {
        name: value
        for name, value in arguments.items()
        if name in _REQUEST_FIELDS or not (name in sdk_arguments or name in TRANSPORT)
    }
    rest = {name: value for name, value in arguments.items() if name not in PRICED}
    if endpoint == "edits" and _by_address(rest):
        rest = _as_json_edit(rest)
        return Plan(endpoint=endpoint, request=request, arguments=rest, is_json_edit=True)
    return Plan(endpoint=endpoint, request=request, arguments=rest)


def plan_as_given(endpoint: Endpoint, given: Mapping[str, object]) -> Plan:
    """A call that goes out as it is asked for; nothing is refused, and it has no price.

    Only an edit by address becomes JSON, as otherwise: no SDK sends one.
    """
    arguments = {n: v for n, v in given.items() if type(v).__name__ not in _LEFT_OUT}
    try:
        is_json_edit = endpoint == "edits" and _by_address(arguments)
    except InvalidValue:
        is_json_edit = False
    if is_json_edit:
        arguments = _as_json_edit(arguments)
    return Plan(endpoint=endpoint, request={}, arguments=arguments, is_json_edit=is_json_edit)


def wire_arguments(plan: Plan, quote: Quote | None) -> dict[str, object]:
    """The arguments of the SDK's method, with the priced fields exactly as they were quoted.

    Without a quote all are as they were given.

    `quality` and `n` are sent even when the call left them out: a provider's default may be another
    than the book's, and then one thing would be paid and another delivered.

    Raises:
        MissingParameter: Without a prompt there is a price, but no image.
    """
    if quote is None:
        return dict(plan.arguments)
    if "prompt" not in plan.arguments:
        raise MissingParameter("prompt")
    resolved = {name: getattr(quote, name) for name in PRICED}
    return {**plan.arguments, **resolved}


def _by_address(arguments: Mapping[str, object]) -> bool:
    """The inputs are addresses or objects; refuses a mixture with files."""
    images = arguments.get("images")
    given = [
        *_listed(arguments.get("image")),
        *(images if isinstance(images, list | tuple) else _listed(images)),
        *_listed(arguments.get("mask")),
    ]
    addresses = [item for item in given if isinstance(item, str | Mapping)]
    if addresses and len(addresses) < len(given):
        raise InvalidValue("image", arguments.get("image"), allowed=_MIXED)
    if "images" in arguments and not addresses:
        raise InvalidValue(
            "images", arguments["images"], allowed="addresses or objects; files go in image=[...]"
        )
    body = arguments.get("extra_body")
    in_body = isinstance(body, Mapping) and bool({"image", "images"} & set(body))
    return bool(addresses) or (in_body and not given)


def _listed(value: object) -> Sequence[object]:
    # A tuple is one file: the SDK's (name, content, type).
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _as_json_edit(arguments: Mapping[str, object]) -> dict[str, object]:
    """The same call with its inputs in `extra_body` and a JSON content type."""
    inputs = {name: arguments[name] for name in INPUTS if name in arguments}
    if isinstance(inputs.get("image"), list) and "images" not in inputs:
        inputs["images"] = inputs.pop("image")
    body = cast("Mapping[str, object]", arguments.get("extra_body") or {})
    headers = cast("Mapping[str, object]", arguments.get("extra_headers") or {})
    return {
        **{name: value for name, value in arguments.items() if name not in INPUTS},
        "extra_body": {**inputs, **body},
        "extra_headers": {"Content-Type": "application/json", **headers},
    }
