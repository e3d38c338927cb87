"""The `X-Sandbox` header: what misbehaviour it asks for and what that bills; it does no I/O."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

from pricing.errors import InvalidValue

HEADER = "X-Sandbox"
#: The longest stall that can be asked for.
STALL_MAX_S = 600.0
OVER_DELIVER_MAX = 8

Ending = Literal["answer", "cut", "cut-body", "status", "empty", "html"]

_ENDINGS = ("cut", "cut-body", "status", "empty", "html")
#: What ends without images is not billed unless the request says so.
_UNBILLED = frozenset({"status", "empty", "html"})
_TAKES_VALUE = frozenset({"deliver", "over-deliver", "stall", "status"})
_KNOWN = "deliver=K, over-deliver=K, stall=SECONDS, cut, cut-body, status=CODE, empty, html, billed"
_NAMES = frozenset(item.partition("=")[0] for item in _KNOWN.split(", "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How one request of `n` images is answered, and how many images it bills."""

    #: Images made: in the answer, unless the ending takes them away.
    delivered: int
    billed: int
    ending: Ending = "answer"
    status: int = 200
    stall_s: float = 0.0


def parse_behaviour(header_values: Iterable[str], n: int) -> Behaviour:
    """What the header (all its occurrences) asks for in a request of `n` images.

    Raises:
        InvalidValue: A directive that is unknown, out of range, or contradicts another one.
    """
    given = _directives(header_values)
    endings = [name for name in _ENDINGS if name in given]
    if len(endings) > 1 or {"deliver", "over-deliver"} <= given.keys():
        allowed = "one of cut, cut-body, status, empty, html and one of deliver, over-deliver"
        _refuse(", ".join(given), allowed)
    ending = cast("Ending", endings[0]) if endings else "answer"
    delivered = _delivered(given, n)
    ceiling = 0 if ending in _UNBILLED else n
    return Behaviour(
        delivered=delivered,
        billed=delivered if "billed" in given else min(delivered, ceiling),
        ending=ending,
        status=_whole(given, "status", 200, 599) if "status" in given else 200,
        stall_s=_seconds(given["stall"]) if "stall" in given else 0.0,
    )


def _directives(header_values: Iterable[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for item in ",".join(header_values).split(","):
        name, equals, value = (part.strip() for part in item.partition("="))
        if not item.strip():
            continue
        if name not in _NAMES or bool(equals) != (name in _TAKES_VALUE):
            _refuse(item.strip(), _KNOWN)
        given[name] = value
    return given


def _delivered(given: dict[str, str], n: int) -> int:
    if "deliver" in given:
        return _whole(given, "deliver", 0, n)
    if "over-deliver" in given:
        return n + _whole(given, "over-deliver", 1, OVER_DELIVER_MAX)
    return n


def _whole(given: dict[str, str], name: str, low: int, high: int) -> int:
    text = given[name]
    if not re.fullmatch(r"[0-9]{1,3}", text) or not low <= int(text) <= high:
        _refuse(f"{name}={text}", f"{name}=K with K from {low} to {high}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= STALL_MAX_S:  # false for NaN as well
        _refuse(f"stall={text}", f"stall=SECONDS with 0 to {STALL_MAX_S:.0f} seconds")
    return seconds


def _refuse(given: str, allowed: str) -> NoReturn:
    raise InvalidValue(HEADER, given, allowed=allowed)
