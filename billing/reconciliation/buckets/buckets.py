"""Buckets of both sides: the days, projects and cells that a statement tells apart; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from billing.period import Month
from billing.reconciliation.buckets.bucket_sums import HourSum
from billing.reconciliation.proof import Matter
from billing.reconciliation.tolerances import Tolerances
from billing.statement import BucketLine

_RELEASE: Final = re.compile(r"^-[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: What makes another model of it: `gpt-image-1-mini` is none of `gpt-image-1`.
_GOES_ON: Final = re.compile(r"[-.]?[A-Za-z0-9]")
_DAY: Final = timedelta(days=1)
_CELL: Final = ("model", "endpoint", "size", "quality")


class Key(NamedTuple):
    """Which bucket; what the statement does not tell apart is empty."""

    #: `YYYY-MM-DD`; empty when the statement's buckets are longer than a day.
    day: str
    project: str
    model: str
    endpoint: str
    size: str
    quality: str
    #: As the provider wrote it, where no model of ours is named in it.
    line_item: str = ""

    @property
    def matter(self) -> Matter:
        """The bucket as a discrepancy names it."""
        cell = " ".join(part for part in (self.endpoint, self.size, self.quality) if part)
        item = self.line_item or cell
        return Matter(
            day=self.day or "month",
            project=self.project or None,
            model=self.model or None,
            line_item=item or None,
        )

    def on(self, day: str) -> Key:
        """The same on another day."""
        return self._replace(day=day)


@dataclass(slots=True)
class Ours:
    """What the ledger has for a bucket."""

    images: int = 0
    nanos: int = 0
    #: Of the first and of the last hours of the day, which the provider may count to its neighbour.
    head_nanos: int = 0
    head_images: int = 0
    tail_nanos: int = 0
    tail_images: int = 0
    #: Too young to be billed for certain.
    young_nanos: int = 0
    young_images: int = 0
    #: What was corrected because of such a bucket before.
    corrected_nanos: int = 0
    #: How many rows did so.
    corrections: int = 0

    @property
    def cost_nanos(self) -> int:
        """With its corrections."""
        return self.nanos + self.corrected_nanos


@dataclass(slots=True)
class Theirs:
    """What the statement has for a bucket."""

    line: BucketLine
    images: int = 0
    nanos: int = 0


@dataclass(slots=True)
class Buckets:
    """Sorts both sides into the same buckets, as far as the statement tells calls apart."""

    month: Month
    tolerances: Tolerances
    now: datetime
    lines: list[BucketLine]
    sums: list[HourSum]
    has_amounts: bool = field(init=False)
    has_images: bool = field(init=False)
    ours: dict[Key, Ours] = field(default_factory=lambda: defaultdict(Ours))
    theirs: dict[Key, Theirs] = field(default_factory=dict)
    #: Lines of other months.
    others: dict[Month, list[BucketLine]] = field(default_factory=lambda: defaultdict(list))
    #: That the ledger has calls of.
    _models: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _is_daily: bool = True

    def __post_init__(self) -> None:
        """Sort everything."""
        self._models = {each.model for each in self.sums}
        self.has_amounts = any(line.amount_nanos is not None for line in self.lines)
        self.has_images = any(line.images is not None for line in self.lines)
        self._is_daily = all(line.end - line.start <= _DAY for line in self.lines)
        self._told = {
            name for name in ("project", *_CELL) if any(getattr(line, name) for line in self.lines)
        }
        # A line item that names no model of ours does not tell models apart: the other rows stay
        # comparable without it.
        self._told.discard("model")
        if any(self._model(line) for line in self.lines):
            self._told.add("model")
        # With no project in common the provider's names are other ones than ours.
        if not {line.project for line in self.lines} & {each.project for each in self.sums}:
            self._told.discard("project")
        for line in self.lines:
            self._add_theirs(line)
        for each in self.sums:
            self._add_ours(each)

    def every_key(self) -> list[Key]:
        """Every bucket of the month, in order."""
        inside = (key for key, ours in self.ours.items() if self._is_inside(key) and _is_any(ours))
        return sorted({*self.theirs, *inside})

    def key_of(self, at: datetime, project: str, cell: Iterable[str], line_item: str = "") -> Key:
        """The bucket of a call."""
        values = dict(zip(("project", *_CELL), (project, *cell), strict=True))
        told = {name: value if name in self._told else "" for name, value in values.items()}
        return Key(f"{at:%Y-%m-%d}" if self._is_daily else "", **told, line_item=line_item)

    def unknown_item(self, key: Key) -> str:
        """What the statement calls a bucket that is of no model of the ledger; else empty."""
        return key.line_item or ("" if key.model in self._models else key.model)

    def neighbour(self, key: Key, days: int) -> Key | None:
        """The same bucket some days later; None where days are not told apart."""
        if not key.day:
            return None
        return key.on(f"{datetime.fromisoformat(key.day) + timedelta(days=days):%Y-%m-%d}")

    def _is_inside(self, key: Key) -> bool:
        return not key.day or key.day[:7] == str(self.month)

    def _add_theirs(self, line: BucketLine) -> None:
        if line.start not in self.month and not (line.start < self.month.end <= line.end):
            self.others[Month.of(line.start)].append(line)
            return
        model = self._model(line)
        item = "" if model or not line.line_item else line.line_item
        cell = (model, line.endpoint, line.size, line.quality)
        key = self.key_of(line.start, line.project, cell, item)
        theirs = self.theirs.setdefault(key, Theirs(line))
        theirs.images += line.images or 0
        theirs.nanos += line.amount_nanos or 0

    def _model(self, line: BucketLine) -> str:
        """The model that a line names, or that its line item does: the longest that fits.

        Empty when all that is there is a line item, and it names no model of ours.
        """
        named = line.model or line.line_item
        fits = [model for model in self._models if model and _is_named(model, named)]
        is_item = line.line_item.startswith(line.model)
        return max(fits, key=len, default="" if is_item and line.line_item else line.model)

    def _add_ours(self, each: HourSum) -> None:
        cell = (each.model, each.endpoint, each.size, each.quality)
        is_inside = each.hour in self.month
        if not is_inside and not self._is_daily:
            return
        ours = self.ours[self.key_of(each.hour, each.project, cell)]
        edge = self.tolerances.edge
        start = each.hour.replace(hour=0)
        if each.hour - start < edge:
            ours.head_nanos += each.amount_nanos
            ours.head_images += each.images
        if start + _DAY - each.hour <= edge:
            ours.tail_nanos += each.amount_nanos
            ours.tail_images += each.images
        if not is_inside:
            return
        ours.images += each.images
        ours.nanos += each.amount_nanos
        if self.now < each.hour + timedelta(hours=1) + self.tolerances.settling_lag:
            ours.young_nanos += each.amount_nanos
            ours.young_images += each.images


def _is_any(ours: Ours) -> bool:
    return bool(ours.images or ours.cost_nanos)


def _is_named(model: str, text: str) -> bool:
    """Whether a text begins with a model, or with a dated release of it: `MODEL-2026-04-21`."""
    rest = text.removeprefix(model)
    return rest != text and not _GOES_ON.match(_RELEASE.sub("", rest, count=1))
