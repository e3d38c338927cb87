"""The rules of a mapping file that span several keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from billing.statement.mapping import Mapping
from billing.statement.model import STATUSES
from pricing.book_yaml import Path
from pricing.errors import listed, shown

_PROBE = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


def broken_rules(mapping: Mapping) -> Iterator[tuple[Path, str]]:
    """Each rule that the mapping breaks: where, and what is allowed."""
    yield from _format_rules(mapping)
    given = {field for field in mapping.FIELDS if mapping.names_of(field)}
    for place, field in enumerate(mapping.optional):
        if field not in given:
            yield ("optional", place), f"{field} is not among the columns"
    levels = ("line", "bucket") if mapping.level == "either" else (mapping.level,)
    for level in levels:
        yield from _needs(level, given | set(mapping.constants), mapping)
    if mapping.level == "either" and "request_id" not in given:
        yield ("columns",), "level either needs a column for request_id, which decides the level"
    for text, status in mapping.values.get("status", {}).items():
        if status not in STATUSES:
            message = f"{shown(status)} is no status; write one of {listed(STATUSES)}"
            yield ("values", "status", text), message
    for field, cut in mapping.cut.items():
        if cut.after is None and cut.before is None:
            yield ("cut", field), "write after, before or both"
    for field in ("request_id", "created_at", "start", "end"):
        if field in mapping.constants:
            yield ("constants", field), f"{field} is never the same; it must be a column"
    for field in ("request_id", "key", "created_at", "start", "end"):
        for key in ("values", "cut"):
            if field in getattr(mapping, key):
                yield (key, field), f"{field} is taken as it is written"


def _needs(level: str, given: set[str], mapping: Mapping) -> Iterator[tuple[Path, str]]:
    needed = ("created_at", "amount", "currency") if level == "line" else ("start",)
    for field in needed:
        if field not in given:
            yield ("columns",), f"level {mapping.level} needs {field}"
    if level == "line":
        return
    if "end" not in given and mapping.format.bucket is None:
        yield ("columns",), f"level {mapping.level} needs end, or format.bucket"
    if not given & {"amount", "n"}:
        yield ("columns",), f"level {mapping.level} needs amount or n"
    if "amount" in given and "currency" not in given:
        yield ("columns",), f"level {mapping.level} with an amount needs currency"


def _format_rules(mapping: Mapping) -> Iterator[tuple[Path, str]]:
    form = mapping.format
    if form.delimiter in '"\r\n\0' or form.delimiter.isalnum():
        yield ("format", "delimiter"), f"{form.delimiter!r} cannot stand between fields"
    if form.thousands == form.decimal:
        yield ("format", "thousands"), "it is the decimal mark as well"
    if form.time_zone is not None and not _is_zone(form.time_zone):
        message = f"{shown(form.time_zone)} is no time zone; write one such as Europe/Berlin"
        yield ("format", "time_zone"), message
    if form.date not in ("iso", "unix", "unix_ms") and not _is_date_format(form.date):
        message = (
            f"{shown(form.date)} is not iso, unix, unix_ms or a strptime format with year, month "
            "and day, such as %Y-%m-%d %H:%M:%S"
        )
        yield ("format", "date"), message


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _is_date_format(text: str) -> bool:
    try:
        found = datetime.strptime(_PROBE.strftime(text), text)  # noqa: DTZ007 - the day is looked at
    except (ValueError, OverflowError):
        return False
    return found.date() == _PROBE.date()
