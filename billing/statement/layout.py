"""Where in a row each field of a mapping stands, once the header is known."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from pricing.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.statement.mapping import Mapping

#: Fields that differ from line to line; all others are shared by many.
OWN: Final = ("request_id", "key", "created_at", "start", "end")
#: Of a level `either`: what only one of the levels has.
_ONLY_OF: Final = {"line": ("created_at",), "bucket": ("start", "end", "line_item")}
_DEPTH_MAX: Final = 20


class Place(NamedTuple):
    """A cell of a row, or what a path leads to in the JSON in it."""

    at: int
    path: tuple[str, ...] = ()

    def text(self, row: Sequence[str]) -> str:
        """What stands there; empty when nothing does."""
        cell = row[self.at].strip()
        return text_at(_object_in(cell), self.path) if self.path else cell


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of all fields in the rows of one file."""

    mapping: Mapping
    level: str
    width: int
    places: Dictionary[str, tuple[Place, ...]]
    #: The cells of headers that decide whether a row counts.
    filters: Dictionary[int, frozenset[str]]
    #: The same for whether a row has a number of images.
    counts: Dictionary[int, frozenset[str]]
    #: Takes the cells that many rows share out of a row, `OWN` fields apart.
    shared: Callable[[Sequence[str]], tuple[str, ...]]

    @classmethod
    def of(
        cls, header: Sequence[str], mapping: Mapping, *, seen: Sequence[str] | None = None
    ) -> tuple[Self, list[str]]:
        """The layout of a file with a header, and what is wrong with the header.

        Where rows may lack columns, `seen` are those that some rows have; None is all of them.
        """
        names = [name.strip() for name in header]
        here = names if seen is None else list(seen)
        places: dict[str, tuple[Place, ...]] = {}
        for field in mapping.FIELDS:
            found = [_place(names, alias) for alias in mapping.names_of(field)]
            if any(found):
                places[field] = tuple(place for place in found if place is not None)
        known = {field for field in places if any(_place(here, n) for n in mapping.names_of(field))}
        level = mapping.level
        if level == "either":
            level = "line" if "request_id" in known else "bucket"
        filters, counts = _tests(names, mapping.only), _tests(names, mapping.n_only)
        problems = _problems(here, known, mapping, level)
        used = {place.at for field in places if field not in OWN for place in places[field]}
        indices = sorted(used | set(filters) | set(counts))
        layout = cls(mapping, level, len(names), places, filters, counts, _getter(indices))
        return layout, problems

    def text(self, field: str, row: Sequence[str]) -> str:
        """What a row has for a field: of its headers, the first that is not empty."""
        for place in self.places.get(field, ()):
            text = place.text(row)
            if text:
                return text
        return ""


def text_at(value: object, path: Sequence[str]) -> str:
    """The text that a path of keys leads to in plain data; empty when it leads nowhere."""
    for key in path:
        value = _object_in(value) if isinstance(value, str) else value
        value = value.get(key) if isinstance(value, dict) else None
    return text_of(value)


def text_of(value: object) -> str:
    """A value of JSON as the text of a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value.strip()
    return json.dumps(value, ensure_ascii=False)


def _object_in(cell: str) -> object:
    # Nested cells are small: a bomb in one is refused like any other text that is no object.
    if not cell.startswith("{"):
        return None
    try:
        found: object = json.loads(cell, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return found


def _tests(
    names: Sequence[str], texts: Dictionary[str, Sequence[str]]
) -> dict[int, frozenset[str]]:
    return {names.index(name): frozenset(texts[name]) for name in texts if name in names}


def _place(names: Sequence[str], alias: str) -> Place | None:
    if alias in names:
        return Place(names.index(alias))
    parts = alias.split(".")[:_DEPTH_MAX]
    for end in range(len(parts) - 1, 0, -1):
        outer = ".".join(parts[:end])
        if outer in names:
            return Place(names.index(outer), tuple(parts[end:]))
    return None


def _problems(
    names: Sequence[str], known: Collection[str], mapping: Mapping, level: str
) -> list[str]:
    other = _ONLY_OF["bucket" if level == "line" else "line"]
    needed = [field for field in mapping.FIELDS if mapping.requires(field)]
    if mapping.level == "either":
        needed = [field for field in needed if field not in other]
    # Without its time nothing is a line or a bucket, whatever the mapping calls optional.
    needed += [field for field in _ONLY_OF[level][:1] if field not in needed]
    problems = [
        f"line 1: the header has no column {' or '.join(mapping.names_of(field))}"
        for field in needed
        if field not in known
    ]
    problems += [
        f"line 1: the header has no column {name}" for name in mapping.only if name not in names
    ]
    if problems:
        problems.append(f"line 1: the header is {shown(','.join(names))}")
    read = {alias for field in known for alias in mapping.names_of(field)}
    problems += [
        f"line 1: the header has column {name} twice"
        for name in sorted(read)
        if names.count(name) > 1
    ]
    return problems


def _getter(indices: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(indices) == 1:
        only = indices[0]
        return lambda row: (row[only],)
    if not indices:
        return lambda _row: ()
    return itemgetter(*indices)
