"""Rows to lines of single calls: what many rows share is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from billing.statement.fields import id_problem
from billing.statement.model import (
    NOT_USAGE,
    STATUSES,
    USAGE,
    BadLine,
    Combination,
    StatementLine,
    effect_of,
)
from billing.statement.row_texts import RowTexts, control_problems, read_field
from pricing.errors import shown

#: Ids that need no second look; empty ones among them.
PLAIN_ID: Final = re.compile(r"[A-Za-z0-9_.:/-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a row, and what of it may stand for the next that says the same."""

    line: StatementLine | BadLine
    #: None where the row is bad, or is no usage.
    combination: Combination | None = None


class LineReader(RowTexts):
    """Reads the rows of a file whose level is `line`."""

    def read(self, number: int, row: Sequence[str]) -> Reading | None:
        """The line that a row is, good or bad; None when the row is left out."""
        if self.skips(number, row):
            return None
        problem = self.width_problem(row)
        if problem is not None:
            return Reading(BadLine(number, (problem,)))
        texts = self.texts(row)
        problems = control_problems(texts)
        request_id = texts.get("request_id", "")
        wrong_id = id_problem(request_id)
        if wrong_id is not None:
            problems.append(f"request_id: {wrong_id}")
        created_at = read_field(
            "created_at", texts["created_at"], self.instants.read, problems, otherwise=None
        )
        shared, amount = self._shared(texts, problems)
        problems += self.currency_problems(shared.currency)
        if problems or created_at is None:
            return Reading(_bad(number, request_id, shared, amount, problems))
        self.currency = shared.currency
        line = shared.line(number, request_id, created_at, key=texts.get("key", ""))
        # A credit is told from a refund by its id, which others that say the same may lack.
        is_shared = shared.status in USAGE and texts.get("status") != "credit" and not line.key
        return Reading(line, shared if is_shared else None)

    def _shared(
        self, texts: Mapping[str, str], problems: list[str]
    ) -> tuple[Combination, int | None]:
        """What the row has in common with others, and the amount, None if it cannot be read."""
        text = texts.get("cost") or texts.get("amount", "")
        amount = read_field("amount", text, self.numbers.nanos, problems, otherwise=None)
        status = self._status(texts)
        if amount is not None and self.mapping.amounts == "charge_negative":
            amount = -amount
        if amount is not None and amount < 0 and status == "charged":
            if self.mapping.negative_is is None:
                said = "below zero; write what is paid back with status refunded"
                problems.append(f"amount: {said}")
            else:
                status, amount = self.mapping.negative_is, -amount
        usage = status not in NOT_USAGE
        n = self._images(texts, problems) if usage else 0
        if usage:
            problems += self._usage_problems(texts, status)
        shared = Combination(
            account=texts.get("account", ""),
            model=texts.get("model", ""),
            endpoint=texts.get("endpoint") or "generations",
            names_endpoint=bool(texts.get("endpoint")),
            size=texts.get("size", ""),
            quality=texts.get("quality", ""),
            n=n,
            amount_nanos=amount or 0,
            currency=texts.get("currency", ""),
            status=status,
            project=texts.get("project", ""),
            effect_nanos=effect_of(status, amount or 0),
        )
        return shared, amount

    def _status(self, texts: Mapping[str, str]) -> str:
        status = texts.get("status") or "charged"
        is_refund = self.mapping.credit_is_refund and bool(texts.get("request_id"))
        return "refunded" if status == "credit" and is_refund else status

    def _images(self, texts: Mapping[str, str], problems: list[str]) -> int:
        text, is_needed = texts.get("n", ""), self.mapping.requires("n")
        if not text and not is_needed:
            return 0
        known = len(problems)
        n = read_field("n", text, self.numbers.count, problems, otherwise=0)
        if not n and is_needed and len(problems) == known:
            problems.append(f"n: {shown(text)} is not a whole number from 1")
        return abs(n)

    def _usage_problems(self, texts: Mapping[str, str], status: str) -> Iterator[str]:
        if status not in USAGE:
            yield f"status: {status!r} is not one of {', '.join(STATUSES)}"
        for name in ("model", "size", "quality"):
            if not texts.get(name) and self.mapping.requires(name):
                yield f"{name}: empty"


def _bad(
    number: int, request_id: str, shared: Combination, amount: int | None, problems: list[str]
) -> BadLine:
    # A total only repeats the other lines, and nobody checks a bad one: it says nothing of money.
    is_known = amount is not None and shared.status != "total"
    effect = shared.effect_nanos if is_known else None
    return BadLine(number, tuple(problems), request_id, shared.currency, effect)
