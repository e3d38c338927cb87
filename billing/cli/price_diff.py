"""What changes between two price books: a table, JSON, or Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from billing.cli import screen
from billing.cli.price_file import errors_json
from pricing import BookDiff, CellChange, PriceBook, UsageEffect
from pricing.money import amount_text

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEADINGS: Final = ("endpoint", "size", "quality", "old", "new", "change", "%")


def diff_json(
    diff: BookDiff, old: PriceBook, new: PriceBook, usage: UsageEffect | None
) -> dict[str, object]:
    """The whole difference; `usage` is null unless a file was re-priced."""
    return {
        "old": {"id": old.id, "version": _version(diff.old), "digest": old.digest},
        "new": {"id": new.id, "version": _version(diff.new), "digest": new.digest},
        "currency": diff.currency,
        "same": not diff,
        "cells": [_change_json(each) for each in diff.changed],
        "added": [_change_json(each) for each in diff.added],
        "withdrawn": [_change_json(each) for each in diff.withdrawn],
        "edited": [each.isoformat() for each in diff.edited],
        "usage": None if usage is None else _usage_json(usage),
    }


def _usage_json(usage: UsageEffect) -> dict[str, object]:
    return {
        "old": amount_text(usage.old),
        "new": amount_text(usage.new),
        "change": amount_text(usage.change),
        "percent": _text(usage.percent),
        "calls": usage.calls,
        "images": usage.images,
        "skipped": usage.skipped,
        "unpriced": usage.unpriced,
        "errors": errors_json(usage.errors),
    }


def diff_drawn(
    diff: BookDiff, old: PriceBook, new: PriceBook, usage: UsageEffect | None
) -> Iterator[RenderableType]:
    """The difference for people."""
    yield screen.text(*_title(diff, old, new))
    if not _in_order(diff):
        yield screen.text("no price changes")
    else:
        yield _table(diff)
        yield screen.text((_summary(diff), "dim"))
    if diff.edited:
        yield screen.text((_edited_line(diff), "red"))
    if usage is not None:
        yield screen.text((_usage_line(usage), "bold"))


def diff_markdown(diff: BookDiff, old: PriceBook, new: PriceBook, usage: UsageEffect | None) -> str:
    """The difference as GitHub's Markdown shows it best."""
    lines = [f"### Prices of {new.model}: {''.join(_words(diff, old, new))}", ""]
    if _in_order(diff):
        lines += [
            f"| {' | '.join(_HEADINGS)} |",
            "|---|---|---|---:|---:|---:|---:|",
            *(f"| {' | '.join(row)} |" for row in _rows(diff)),
            "",
            f"{_summary(diff)}.",
        ]
    else:
        lines.append("No price changes.")
    if diff.edited:
        lines += ["", f"**{_edited_line(diff)}**"]
    if usage is not None:
        lines += ["", f"**{_usage_line(usage)}**"]
    return "\n".join(lines)


def _table(diff: BookDiff) -> RenderableType:
    aligned = [*((name, "left") for name in _HEADINGS[:3]), *((n, "right") for n in _HEADINGS[3:])]
    table = screen.table(*aligned)  # type: ignore[arg-type]  # two literals
    for change, row in zip(_in_order(diff), _rows(diff), strict=True):
        dearer = change.change is not None and change.change > 0
        table.add_row(*row, style="dim" if change.change is None else "red" if dearer else "green")
    return table


def _in_order(diff: BookDiff) -> Sequence[CellChange]:
    return (*diff.changed, *diff.added, *diff.withdrawn)


def _rows(diff: BookDiff) -> list[list[str]]:
    changes = _in_order(diff)
    known = [price for each in changes for price in (each.old, each.new) if price is not None]
    width = max(map(len, screen.figures(known)), default=0)
    places = max((_places(text) for text in screen.figures(known)), default=2)
    rows = []
    for each in changes:
        change = "" if each.change is None else f"{each.change:+.{places}f}"
        verdict = "added" if each.old is None else "withdrawn" if each.new is None else ""
        percent = "" if each.percent is None else f"{each.percent:+.1f}"
        prices = (_padded(price, places, width) for price in (each.old, each.new))
        rows.append([each.endpoint, each.size, each.quality, *prices, change or verdict, percent])
    return rows


def _padded(price: Decimal | None, places: int, width: int) -> str:
    return "" if price is None else f"{price:>{width}.{places}f}".strip()


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _title(diff: BookDiff, old: PriceBook, new: PriceBook) -> Iterator[str | tuple[str, str]]:
    yield (new.model, "bold")
    yield f"   {diff.currency} per image   "
    yield ("".join(_words(diff, old, new)), "dim")


def _words(diff: BookDiff, old: PriceBook, new: PriceBook) -> Iterator[str]:
    yield f"{old.id} of {_version(diff.old)}"
    yield f" to {new.id} of {_version(diff.new)}"


def _summary(diff: BookDiff) -> str:
    sizes = {"added": diff.added, "withdrawn": diff.withdrawn}
    count = len(diff.changed)
    parts = ["1 price changes" if count == 1 else f"{count} prices change"]
    for verb, cells in sizes.items():
        if cells:
            names = ", ".join(dict.fromkeys(each.size for each in cells))
            parts.append(f"{screen.counted(len(cells), 'cell')} {verb} ({names})")
    return "; ".join(parts)


def _edited_line(diff: BookDiff) -> str:
    days = ", ".join(day.isoformat() for day in diff.edited)
    return f"The list of {days} is not what it was: append another, never edit one in force"


def _usage_line(usage: UsageEffect) -> str:
    old, new = (screen.money(amount, usage.currency) for amount in (usage.old, usage.new))
    percent = "" if usage.percent is None else f" ({usage.percent:+.2f}%)"
    change = f"{usage.change:+f} {usage.currency}{percent}"
    images = "1 image" if usage.images == 1 else f"{usage.images:,} images"
    lines = "1 line" if usage.unpriced == 1 else f"{usage.unpriced:,} lines"
    text = f"Usage of {images}: {old} becomes {new}, {change}"
    return text + (f"; {lines} without a price" if usage.unpriced else "")


def _change_json(change: CellChange) -> dict[str, object]:
    return {
        "endpoint": change.endpoint,
        "size": change.size,
        "quality": change.quality,
        "old": _text(change.old),
        "new": _text(change.new),
        "change": _text(change.change),
        "percent": _text(change.percent),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else amount_text(amount)


def _version(rates: object) -> str:
    return str(getattr(rates, "effective_from", ""))
