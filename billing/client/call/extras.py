"""What `extra_body` and `extra_query` may carry; pure.

They go on the wire beside the quoted fields, and over them. So what the quote is about is refused
there, and so is what must be meant for it: a name with one key struck wrong, or one that another
image API uses. All else, `mode` and `resize` too, is the gateway's own and passes. Objects in a
value are not looked into.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from billing.client.errors import NotBillable
from pricing import InvalidValue, UnknownParameter
from pricing.request_checks import FIELD_NAMES, PRICED, priced_field_meant

#: What would change the price, or the form of the answer, behind the quote.
_NOT_BEHIND_THE_QUOTE: Final = frozenset({*PRICED, "aspect_ratio", "stream"})


def check_extra(where: str, extra: object, *, known: Collection[str] = ()) -> None:
    """Refuse what could change the price.

    Args:
        where: Its name, for the refusal.
        extra: The fields; None when there are none.
        known: Fields of the request, beside those of the model's API, that decide no price.

    Raises:
        NotBillable: A field that the quote is about.
        UnknownParameter: A field that must be meant for one of them.
        InvalidValue: No mapping.
    """
    if extra is None:
        return
    if not isinstance(extra, Mapping):
        raise InvalidValue(where, extra, allowed="a mapping of names to values")
    for name in sorted(name for name in extra if isinstance(name, str)):
        if name in _NOT_BEHIND_THE_QUOTE:
            why = "it would change the price behind the quote; pass it as an argument"
            raise NotBillable(f"{where}[{name!r}]", why, param=where)
        if name in FIELD_NAMES or name in known:
            continue
        if (meant := priced_field_meant(name)) is not None:
            raise UnknownParameter(f"{where}[{name!r}]", suggestion=meant)
