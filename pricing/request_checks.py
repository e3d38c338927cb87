"""What is allowed in a request, field by field, and what is said of a field that is not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple, TypeGuard

from pricing.errors import (
    InvalidValue,
    MissingParameter,
    UnknownModel,
    UnknownParameter,
    UnsupportedSize,
    listed,
)
from pricing.sizes import nearest_sizes

OUTPUT_FORMATS: Final = ("png", "jpeg", "webp")
RESPONSE_FORMATS: Final = ("url", "b64_json")

#: The fields that decide a price, `model` by its book.
PRICED: Final = ("model", "size", "quality", "n")
_PRICED: Final = frozenset(PRICED)
_LEAVE_OUT = "Null is not the default: leave the field out."
#: Names that other image APIs use, small and without separators, and what the field is called here.
_ELSEWHERE = {
    "aspectratio": "size",
    "batchsize": "n",
    "count": "n",
    "dimensions": "size",
    "format": "output_format",
    "hd": "quality",
    "height": "size",
    "imagemodel": "model",
    "imagequality": "quality",
    "imagesize": "size",
    "imgsize": "size",
    "maximages": "n",
    "modelid": "model",
    "modelname": "model",
    "num": "n",
    "number": "n",
    "numberofimages": "n",
    "numimages": "n",
    "numoutputs": "n",
    "qty": "n",
    "quantity": "n",
    "ratio": "size",
    "resolution": "size",
    "samples": "n",
    "width": "size",
}
#: Names with enough letters for one of them to be wrong.
_MISSPELT = ("model", "size", "quality")
#: One letter away from such a name, and words of their own, which a gateway may use.
_WORDS = frozenset({"mode", "modes", "side", "site"})
_SHAPE_FIELDS = frozenset({"aspect_ratio", "aspectRatio", "ratio"})


class Absent(Enum):
    """The type of `ABSENT`: the field was left out, which is not the same as null."""

    ABSENT = "absent"

    # The hash of Enum is a Python function, and this one is looked up often.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT


class CountRange(NamedTuple):
    """How many images one request may ask for."""

    min: int
    max: int
    default: int

    def __str__(self) -> str:
        return f"an integer from {self.min} to {self.max}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a model can be asked for, whatever it costs."""

    model: str
    #: Size to tier.
    sizes: Mapping[str, str]
    qualities: tuple[str, ...]
    default_quality: str
    n: CountRange


def check_fields(given: Mapping[str, object], offer: Offer | None = None) -> None:
    """Refuse the first field that is wrong; with an `offer`, its values are checked and listed too.

    In the order of a person's surprise: names, model, size, quality, n, then what has no price.
    """
    sizes = offer.sizes if offer else ()
    for name in given:
        if name not in _CHECKS:
            raise _unknown(name, sizes)
    _check_model(given, offer)
    _check_size(given, offer)
    _check_quality(given, offer)
    _check_n(given, offer)
    for name, value in given.items():
        allowed, fits = _CHECKS[name]
        if not fits(value):
            why = _LEAVE_OUT if value is None else ""
            raise InvalidValue(name, value, allowed=allowed, why=why)


def unpriced_fit(given: Mapping[str, object]) -> bool:
    """Whether every field but the four that decide a price is one we know, with a value that fits.

    Raises:
        KeyError: For a field that we do not know. `check_fields` says what is wrong.
    """
    if given.keys() <= _PRICED:
        return True
    for name, value in given.items():
        if name not in _PRICED and not _CHECKS[name][1](value):
            return False
    return True


def _unknown(name: object, sizes: Collection[str]) -> UnknownParameter:
    if not isinstance(name, str):
        return UnknownParameter(repr(name), known=FIELD_NAMES)
    if name in _SHAPE_FIELDS:
        offered = f" Sizes: {listed(sizes)}." if sizes else ""
        return UnknownParameter(name, why=f"size decides both the size and the shape.{offered}")
    return UnknownParameter(name, known=FIELD_NAMES, suggestion=field_meant(name))


def field_meant(name: str) -> str | None:
    """The field that an unknown name may be meant for: as others call it, or misspelt."""
    from difflib import get_close_matches  # 10 ms of import that only an unknown name pays

    close = get_close_matches(name.lower(), FIELD_NAMES, n=1, cutoff=0.6)
    return _called_elsewhere(_letters(name)) or next(iter(close), None)


def priced_field_meant(name: str) -> str | None:
    """The field that decides a price and that a name is so near to that it must be meant for it.

    Stricter than `field_meant`, for a place where names of others are at home: as others call the
    field, or with one key struck wrong. A word that a gateway may well use is none of it.
    """
    letters = _letters(name)
    found = _called_elsewhere(letters)
    if found is None and letters not in _WORDS:
        found = next((field for field in _MISSPELT if _is_slip(letters, field)), None)
    return found if found in _PRICED else None


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def _called_elsewhere(letters: str) -> str | None:
    return letters if letters in FIELD_NAMES else _ELSEWHERE.get(letters)


def _is_slip(typed: str, name: str) -> bool:
    """One letter more, one less, another one, or two that changed places."""
    left, due = typed, name
    while left[:1] == due[:1] != "":
        left, due = left[1:], due[1:]
    changed = left[:2] == due[:2][::-1] and left[2:] == due[2:]
    return left[1:] == due[1:] or left[1:] == due or left == due[1:] or changed


def _check_model(given: Mapping[str, object], offer: Offer | None) -> None:
    known = (offer.model,) if offer else ()
    if "model" not in given:
        raise MissingParameter("model", allowed=known)
    model = given["model"]
    if not _is_text(model):
        raise InvalidValue("model", model, allowed=listed(known) if known else "a model's name")
    if offer and model != offer.model:
        raise UnknownModel(model, known=known)


def _check_size(given: Mapping[str, object], offer: Offer | None) -> None:
    offered = tuple(offer.sizes) if offer else ()
    if "size" not in given:
        raise MissingParameter("size", allowed=offered)
    size = given["size"]
    if not _is_text(size):
        raise InvalidValue("size", size, allowed=listed(offered) if offer else "WIDTHxHEIGHT")
    if offer and size not in offer.sizes:
        raise UnsupportedSize(size, offered=offered, nearest=nearest_sizes(size, offer.sizes))


def _check_quality(given: Mapping[str, object], offer: Offer | None) -> None:
    quality = given.get("quality", ABSENT)
    if quality is ABSENT:
        return
    if not _is_text(quality) or (offer and quality not in offer.qualities):
        allowed = listed(offer.qualities) if offer else "the name of a quality"
        why = _LEAVE_OUT if quality is None else ""
        raise InvalidValue("quality", quality, allowed=allowed, why=why)


def _check_n(given: Mapping[str, object], offer: Offer | None) -> None:
    n = given.get("n", ABSENT)
    if n is ABSENT:
        return
    # bool is an int and 2.0 == 2: only the exact type is a count.
    if type(n) is not int or (offer and not offer.n.min <= n <= offer.n.max):
        why = _LEAVE_OUT if n is None else ""
        raise InvalidValue("n", n, allowed=str(offer.n) if offer else "an integer", why=why)


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_count_or_null(value: object) -> bool:
    return value is None or type(value) is int


def _is_flag_or_null(value: object) -> bool:
    return value is None or type(value) is bool


def _is_image(value: object) -> bool:
    # A URL, an object, bytes, an open file, a path, the SDK's tuples: all but what no image can be.
    return value is not None and not isinstance(value, int | float) and value != ""


def _is_images(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_image, value))


def _is_any(_: object) -> bool:
    return True  # checked before, with the offer at hand


_IMAGE = "an image: a URL, an object, bytes or a file"
_CHECKS: Final[Mapping[str, tuple[str, Callable[[object], bool]]]] = {
    "model": ("", _is_any),
    "size": ("", _is_any),
    "quality": ("", _is_any),
    "n": ("", _is_any),
    "prompt": ("text", _is_text),
    "image": (_IMAGE, _is_image),
    "images": ("a list of at least one image", _is_images),
    "mask": (_IMAGE, _is_image),
    "output_format": (listed(OUTPUT_FORMATS), OUTPUT_FORMATS.__contains__),
    "response_format": (listed(RESPONSE_FORMATS), RESPONSE_FORMATS.__contains__),
    "background": ("text", _is_text_or_null),
    "input_fidelity": ("text", _is_text_or_null),
    "moderation": ("text", _is_text_or_null),
    "output_compression": ("an integer", _is_count_or_null),
    "partial_images": ("an integer", _is_count_or_null),
    "safety_identifier": ("text", _is_text_or_null),
    "stream": ("true or false", _is_flag_or_null),
    "style": ("text", _is_text_or_null),
    "user": ("text", _is_text_or_null),
}

#: Every field that a request may have.
FIELD_NAMES: Final = tuple(_CHECKS)
