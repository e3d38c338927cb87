"""Explaining the gaps between the buckets of a statement and those of the ledger; pure.

A gap within its tolerance is matched. Else it is, in this order: a shift over midnight between two
days whose differences cancel; calls that are too young; a bucket that only one side has; another
unit price for as many images; another number of images.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from billing.reconciliation.actions import Action
from billing.reconciliation.books.recognition import again
from billing.reconciliation.buckets.buckets import Buckets, Key, Ours, Theirs
from billing.reconciliation.classes import ClassName
from billing.reconciliation.findings import Sums
from billing.reconciliation.proof import Matter, bucket_name
from billing.reconciliation.terms import Terms
from billing.reconciliation.unbilled.coverage import Coverage
from pricing.errors import listed
from pricing.money import amount_text, from_nanos

#: Days to the one before and to the one after.
_SIDES = (-1, 1)


@dataclass(slots=True)
class Gap:
    """What both sides have for one bucket, and by how much they differ."""

    key: Key
    ours: Ours
    theirs: Theirs | None
    nanos: int
    images: int

    @property
    def matter(self) -> Matter:
        """Which bucket it is."""
        return self.key.matter

    @property
    def statement_nanos(self) -> int:
        """What the provider bills for it."""
        return 0 if self.theirs is None else self.theirs.nanos


@dataclass(slots=True)
class BucketMatching:
    """Classes every bucket of one statement."""

    terms: Terms
    buckets: Buckets
    coverage: Coverage
    _gaps: dict[Key, Gap] = field(default_factory=dict)
    #: By day, line items that name no model of the ledger where the ledger has a bucket too much:
    #: they may be the same calls, which a person must say.
    _unknown: dict[str, list[str]] = field(default_factory=dict)

    def compare(self) -> None:
        """Class them all."""
        buckets = self.buckets
        tolerated = total = 0
        for key in buckets.every_key():
            gap = self._gap(key)
            total += gap.statement_nanos
            if self._agrees(gap):
                tolerated += gap.nanos
                self._tally(gap)
            else:
                self._gaps[key] = gap
        self._note_unknown_items()
        for key, gap in list(self._gaps.items()):
            if key in self._gaps and not self._shift(gap):
                self._explain(gap)
        self._check_month(tolerated, total)
        self._add_other_months()

    def _note_unknown_items(self) -> None:
        unbilled = {key.day for key, gap in self._gaps.items() if gap.theirs is None}
        for key in self._gaps:
            item = self.buckets.unknown_item(key)
            if item and key.day in unbilled:
                self._unknown.setdefault(key.day, []).append(item)

    def _gap(self, key: Key) -> Gap:
        ours, theirs = self.buckets.ours.get(key, Ours()), self.buckets.theirs.get(key)
        nanos = (theirs.nanos if theirs else 0) - ours.cost_nanos
        images = (theirs.images if theirs else 0) - ours.images
        has_amounts, has_images = self.buckets.has_amounts, self.buckets.has_images
        return Gap(key, ours, theirs, nanos if has_amounts else 0, images if has_images else 0)

    def _agrees(self, gap: Gap) -> bool:
        larger = max(abs(gap.statement_nanos), abs(gap.ours.cost_nanos))
        limit = self.terms.tolerances.bucket_nanos(larger, self.terms.currency)
        # Money decides: a correction changes a cost, and no number of images.
        is_settled = self.buckets.has_amounts and gap.ours.corrected_nanos and not gap.nanos
        return abs(gap.nanos) <= limit and (not gap.images or bool(is_settled))

    def _tally(self, gap: Gap) -> None:
        sums = self._sums(gap)
        self.terms.findings.tally("matched", ledger=sums["ledger"], statement=sums["statement"])

    def _sums(self, gap: Gap) -> Sums:
        if not self.buckets.has_amounts:
            return {"ledger": 0, "statement": 0}
        return {"ledger": gap.ours.cost_nanos, "statement": gap.statement_nanos}

    def _shift(self, gap: Gap) -> bool:
        """Whether calls near midnight explain it: the provider counts them to the next day."""
        for days in _SIDES:
            key = self.buckets.neighbour(gap.key, days)
            if key is None or not self._could_move(gap, key, days):
                continue
            other = self._gaps.get(key)
            if other is not None and self._cancels(gap, other):
                for each in (gap, other):
                    told = f"counted around midnight: {other.key.day} and {gap.key.day} make up"
                    self.terms.findings.add_settled(
                        "wrong_period", told, each.matter, **self._sums(each)
                    )
                    del self._gaps[each.key]
                return True
            if key.day[:7] != str(self.terms.month):
                self._add_over_the_edge(gap, key)
                return True
        return False

    def _could_move(self, gap: Gap, key: Key, days: int) -> bool:
        mine, its = gap.ours, self.buckets.ours.get(key, Ours())
        if gap.nanos < 0 or gap.images < 0:
            nanos, images = (mine.head_nanos, mine.head_images)
            if days > 0:
                nanos, images = mine.tail_nanos, mine.tail_images
        elif days < 0:
            nanos, images = its.tail_nanos, its.tail_images
        else:
            nanos, images = its.head_nanos, its.head_images
        return abs(gap.nanos) <= nanos and abs(gap.images) <= images

    def _cancels(self, gap: Gap, other: Gap) -> bool:
        larger = max(abs(gap.statement_nanos), abs(other.statement_nanos))
        limit = self.terms.tolerances.bucket_nanos(larger, self.terms.currency)
        return abs(gap.nanos + other.nanos) <= limit and gap.images + other.images == 0

    def _add_over_the_edge(self, gap: Gap, key: Key) -> None:
        terms, matter = self.terms, gap.matter
        told = f"counted around midnight: carry it to {key.day[:7]}"
        if terms.opening.decided("wrong_period", matter):
            terms.findings.add_settled("wrong_period", told, matter, **self._sums(gap))
            return
        carry = self._about(gap)(kind="carry", reason="timing", amount_nanos=-gap.nanos)
        terms.findings.add("wrong_period", told, matter, actions=[carry], **self._sums(gap))

    def _explain(self, gap: Gap) -> None:
        ours, terms, buckets = gap.ours, self.terms, self.buckets
        is_less = gap.nanos < 0 or gap.images < 0
        late = abs(gap.nanos) <= ours.young_nanos and abs(gap.images) <= ours.young_images
        if is_less and late:
            carry = self._about(gap)(kind="carry", reason="timing", amount_nanos=-gap.nanos)
            told = "wait: calls of the last days may still be billed"
            terms.findings.add_pending(
                "pending", told, gap.matter, actions=[carry], **self._sums(gap)
            )
            return
        class_name, told = self._named(gap)
        is_noted = buckets.has_amounts and not gap.nanos
        if is_noted and terms.opening.decided(class_name, gap.matter):
            terms.findings.add_settled(class_name, told, gap.matter, **self._sums(gap))
            return
        doubts = ""
        if class_name.startswith("missing"):
            doubts = self._unknown_items(gap)
        if class_name == "missing_from_statement" and not doubts:
            doubts = self._silences(gap)
        act = self._about(gap)(kind="carry", reason="quantity")
        if gap.nanos:
            act = self._correct(gap, class_name)
        actions = [act] if buckets.has_amounts and not doubts else []
        terms.findings.add(
            class_name,
            doubts or told,
            gap.matter,
            line=None,
            actions=actions,
            **self._sums(gap),
        )

    def _named(self, gap: Gap) -> tuple[ClassName, str]:
        ours, theirs, key = gap.ours, gap.theirs, gap.key
        whose = ", ".join(part for part in key.matter[-3:] if part) or "it"
        if theirs is None:
            return "missing_from_statement", f"only the ledger has {whose}: take the cost off"
        if not ours.images and not ours.cost_nanos:
            return (
                "missing_from_ledger",
                f"only the statement has {whose}: find calls that went around the ledger",
            )
        if gap.images:
            told = f"the ledger has {_images(ours.images)}; the statement {theirs.images:,}"
            return "quantity_mismatch", told
        if ours.images:
            mine, its = (_unit(nanos, ours.images) for nanos in (ours.cost_nanos, theirs.nanos))
            told = f"price drift: {_images(ours.images)} at {its} each, {mine} in the ledger"
            if not self.buckets.has_images:
                told += "; or other calls than those, the statement does not count images"
            return "amount_mismatch", told
        return "amount_mismatch", f"the sides differ by {self.terms.money(gap.nanos)}"

    def _unknown_items(self, gap: Gap) -> str:
        """Of a day on which each side has something alone: which item may be which calls."""
        items, own = self._unknown.get(gap.key.day, []), self.buckets.unknown_item(gap.key)
        if not items or (gap.theirs is not None and not own):
            return ""
        named = listed(items) if gap.theirs is None else own
        return f"find out: line item {named} names no model of the ledger, which has calls alone"

    def _silences(self, gap: Gap) -> str:
        day = gap.key.day or f"{self.terms.month}-01"
        at = datetime.fromisoformat(f"{day}T00:00:00+00:00")
        doubts = "; ".join(self.coverage.silences(at))
        return f"keep: it may be billed, {doubts}" if doubts else ""

    def _correct(self, gap: Gap, class_name: ClassName) -> Action:
        about = partial(self._about(gap), kind="cost", amount_nanos=gap.nanos)
        match class_name:
            case "missing_from_statement":
                return about(reason="not_billed")
            case "missing_from_ledger":
                return about(reason="unallocated")
            case "quantity_mismatch":
                return about(reason="quantity")
        return about(reason="price_variance")

    def _about(self, gap: Gap) -> partial[Action]:
        terms, day = self.terms, gap.key.day or f"{self.terms.month}-01"
        name, before = bucket_name(gap.matter), gap.ours.corrections
        return partial(
            Action,
            what=again(name, before + 1) if before else name,
            occurred_at=terms.booked_at(datetime.fromisoformat(f"{day}T12:00:00+00:00")),
            line=None if gap.theirs is None else gap.theirs.line.line,
        )

    def _check_month(self, tolerated: int, total: int) -> None:
        """Days that agree each within their tolerance may be off together: always the same way."""
        terms = self.terms
        if abs(tolerated) <= terms.tolerances.month_nanos(total, terms.currency):
            return
        told = f"the days agree, yet together they are off by {terms.money(tolerated)}"
        terms.findings.add("amount_mismatch", told, Matter(day="month"))
        terms.findings.unexplained_nanos += abs(tolerated)

    def _add_other_months(self) -> None:
        for month, lines in sorted(self.buckets.others.items()):
            told = f"{len(lines)} buckets of {month}: no matter of this month"
            statement = sum(line.amount_nanos or 0 for line in lines)
            self.terms.findings.add_settled(
                "wrong_period", told, Matter(day=str(month)), statement=statement
            )


def _unit(nanos: int, images: int) -> str:
    return amount_text(from_nanos(round(nanos / images)))


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"
