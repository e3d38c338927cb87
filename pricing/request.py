"""An image request as OpenAI's endpoints take it, checked field by field; it knows no price.

What a model offers (sizes, qualities, how many) comes in as an `Offer`, from a price book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Required, TypedDict, Unpack

from pricing.errors import InvalidValue
from pricing.request_checks import ABSENT, FIELD_NAMES, Absent, check_fields


class RequestFields(TypedDict, total=False):
    """The fields of a request and their types. `prompt` is needed for a call, not for a quote."""

    model: Required[str]
    size: Required[str]
    quality: str
    n: int
    prompt: str
    image: object
    images: Sequence[object]
    mask: object
    output_format: str
    response_format: str
    background: str | None
    input_fidelity: str | None
    moderation: str | None
    output_compression: int | None
    partial_images: int | None
    safety_identifier: str | None
    stream: bool | None
    style: str | None
    user: str | None


@dataclass(frozen=True, slots=True, init=False, repr=False)
class ImageRequest:
    """One request to `images/generations` or `images/edits`; a field that was left out is `ABSENT`.

    `size`, `quality` and `n` decide the price, `model` the book; no other field does. Types, names
    and the formats are checked here; sizes, qualities and the range of n by the book that quotes.

    >>> ImageRequest(model="gpt-image-2", size="1024x1024", n=4)
    ImageRequest(model='gpt-image-2', size='1024x1024', n=4)

    Raises:
        RequestError: One of its subclasses, for the first field that is wrong.
    """

    model: str
    size: str
    quality: str | Absent
    n: int | Absent
    prompt: str | Absent
    image: object
    images: tuple[object, ...] | Absent
    mask: object
    output_format: str | Absent
    response_format: str | Absent
    background: str | Absent | None
    input_fidelity: str | Absent | None
    moderation: str | Absent | None
    output_compression: int | Absent | None
    partial_images: int | Absent | None
    safety_identifier: str | Absent | None
    stream: bool | Absent | None
    style: str | Absent | None
    user: str | Absent | None

    def __init__(self, **given: Unpack[RequestFields]) -> None:
        values: dict[str, object] = {k: v for k, v in given.items() if v is not ABSENT}
        check_fields(values)
        if "images" in given:
            values["images"] = tuple(given["images"])
        for name in FIELD_NAMES:
            object.__setattr__(self, name, values.get(name, ABSENT))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> ImageRequest:
        """The request that a decoded JSON body stands for."""
        given = mapping_of(mapping)
        check_fields(given)
        return cls(**given)  # type: ignore[arg-type]  # checked one line above

    def as_dict(self) -> dict[str, object]:
        """The fields that were given, as a JSON body carries them."""
        given = {name: getattr(self, name) for name in FIELD_NAMES}
        given = {name: value for name, value in given.items() if value is not ABSENT}
        return given | ({"images": list(given["images"])} if "images" in given else {})

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.as_dict().items())
        return f"ImageRequest({given})"


def mapping_of(request: object) -> dict[str, object]:
    """A plain dict of the request's fields; refuses what is neither a mapping nor a request."""
    if isinstance(request, ImageRequest):
        return request.as_dict()
    if not isinstance(request, Mapping):
        raise InvalidValue("request", request, allowed="a mapping of fields or an ImageRequest")
    return {name: value for name, value in request.items() if value is not ABSENT}
