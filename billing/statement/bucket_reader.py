"""Rows to buckets: sums of many calls, and lines for what is no usage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from billing.statement.model import (
    NOT_USAGE,
    STATUSES,
    USAGE,
    BadLine,
    BucketLine,
    StatementLine,
    effect_of,
)
from billing.statement.row_texts import RowTexts, control_problems, read_field

_LENGTHS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


class BucketReader(RowTexts):
    """Reads the rows of a file whose level is `bucket`."""

    def read(self, number: int, row: Sequence[str]) -> BucketLine | StatementLine | BadLine | None:
        """The bucket that a row is; a line for tax and the like; None when it is left out."""
        if self.skips(number, row):
            return None
        problem = self.width_problem(row)
        if problem is not None:
            return BadLine(number, (problem,))
        texts = self.texts(row)
        problems = control_problems(texts)
        status = texts.get("status") or "charged"
        if status not in STATUSES:
            problems.append(f"status: {status!r} is not one of {', '.join(STATUSES)}")
        start, end = self._span(texts, problems)
        amount = self._amount_of(texts, problems)
        currency = texts.get("currency", "") if "amount" in self.layout.places else ""
        if "amount" in self.layout.places:
            problems += self.currency_problems(currency)
        images = None
        if "n" in texts and (texts["n"] or self.mapping.requires("n")):
            images = read_field("n", texts["n"], self.numbers.count, problems, otherwise=None)
        effect = None if amount is None else effect_of(status, amount)
        if problems or start is None or end is None:
            said = None if status == "total" else effect
            return BadLine(number, tuple(problems), currency=currency, effect_nanos=said)
        self.currency = currency
        if status in NOT_USAGE:
            return _line(number, start, texts, amount or 0, status)
        return BucketLine(
            line=number,
            start=start,
            end=end,
            project=texts.get("project", ""),
            model=texts.get("model", ""),
            line_item=texts.get("line_item", ""),
            endpoint=texts.get("endpoint", ""),
            size=texts.get("size", ""),
            quality=texts.get("quality", ""),
            images=images if images is None or status in USAGE[:1] else -abs(images),
            amount_nanos=effect,
            currency=currency,
        )

    def _span(
        self, texts: Mapping[str, str], problems: list[str]
    ) -> tuple[datetime | None, datetime | None]:
        read = self.instants.read
        start = read_field("start", texts["start"], read, problems, otherwise=None)
        text, length = texts.get("end", ""), self.mapping.format.bucket
        if text or length is None:
            end = read_field("end", text, read, problems, otherwise=None)
        else:
            end = None if start is None else start + _LENGTHS[length]
        if start is not None and end is not None and end <= start:
            problems.append("end: not after start")
        return start, end

    def _amount_of(self, texts: Mapping[str, str], problems: list[str]) -> int | None:
        if "amount" not in self.layout.places:
            return None
        text = texts.get("cost") or texts["amount"]
        amount = read_field("amount", text, self.numbers.nanos, problems, otherwise=None)
        negated = self.mapping.amounts == "charge_negative"
        return -amount if negated and amount is not None else amount


def _line(
    number: int, at: datetime, texts: Mapping[str, str], amount: int, status: str
) -> StatementLine:
    return StatementLine(
        line=number,
        request_id="",
        created_at=at,
        account=texts.get("account", ""),
        model=texts.get("model", ""),
        endpoint=texts.get("endpoint") or "generations",
        size="",
        quality="",
        n=0,
        amount_nanos=amount,
        currency=texts.get("currency", ""),
        status=status,
        names_endpoint=bool(texts.get("endpoint")),
        project=texts.get("project", ""),
    )
