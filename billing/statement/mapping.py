"""The mapping, version 1: how an export becomes lines or buckets; it reads no file."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pricing.file_shape import Shape

Level = Literal["line", "bucket", "either"]
FieldName = Literal[
    "request_id",
    "key",
    "created_at",
    "start",
    "end",
    "account",
    "project",
    "model",
    "endpoint",
    "size",
    "quality",
    "line_item",
    "n",
    "amount",
    "cost",
    "currency",
    "status",
]
Text = Annotated[str, Field(min_length=1, max_length=200)]
#: Headers that a field may have; `outer.inner` looks into an object, or into JSON in a cell.
Names = Annotated[list[Text], Field(min_length=1, max_length=20)]


class Format(Shape):
    """How the file is written."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    """Between the fields of a CSV file."""
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15"] = (
        "utf-8-sig"
    )
    """Of a CSV, JSON or JSONL file; utf-8-sig is UTF-8 with or without a byte order mark."""
    skip_lines: Annotated[int, Field(ge=0, le=1000)] = 0
    """Lines before the header."""
    rows: Annotated[list[Text], Field(max_length=10, default_factory=lambda: ["data"])]
    """Of JSON: the keys that lead to the records; what stands on the way belongs to each."""
    decimal: Literal[".", ","] = "."
    """The decimal mark of amounts."""
    thousands: Literal[".", ",", " ", "'", "_", "\u00a0", "\u202f", "\u2019"] | None = None
    """The mark between groups of digits; absent: there is none."""
    symbols: Annotated[list[Text], Field(max_length=20, default_factory=list)]
    """Currency signs that may stand before or behind an amount."""
    floats: bool = False
    """Numbers come from floats: exponents, `4.0` for 4, more than nine decimals (rounded)."""
    date: Text = "iso"
    """`iso`, `unix`, `unix_ms`, or a strptime format such as `%d.%m.%Y %H:%M:%S`."""
    time_zone: Text | None = None
    """Of times without an offset, such as Europe/Berlin; absent: they are refused."""
    ambiguous: Literal["earlier", "later"] | None = None
    """Which of the two a time is that is there twice when clocks go back; absent: refused."""
    bucket: Literal["hour", "day"] | None = None
    """How long a bucket is, where the file does not say when it ends."""
    any_case_currency: bool = False
    """Whether `usd` is USD."""
    formula_guard: bool = False
    """Whether a leading apostrophe before = + - @ guards against spreadsheets: it is taken off."""


class Columns(Shape):
    """The headers of each field, the preferred one first."""

    request_id: Names | None = None
    """The provider's id of the call."""
    key: Names | None = None
    """Our idempotency key, echoed."""
    created_at: Names | None = None
    """When the call was, of a line."""
    start: Names | None = None
    """When a bucket begins."""
    end: Names | None = None
    """When a bucket ends; it does not belong to it."""
    account: Names | None = None
    """Our account."""
    project: Names | None = None
    """The provider's project."""
    model: Names | None = None
    """As price books call it."""
    endpoint: Names | None = None
    """generations or edits."""
    size: Names | None = None
    """Such as 1024x1024."""
    quality: Names | None = None
    """Such as high."""
    line_item: Names | None = None
    """What the provider calls a part of the bill."""
    n: Names | None = None
    """Images that were made."""
    amount: Names | None = None
    """What was charged."""
    cost: Names | None = None
    """What it cost, where that is not the amount."""
    currency: Names | None = None
    """Such as USD."""
    status: Names | None = None
    """charged, refunded, tax, fee, credit or total."""


class Cut(Shape):
    """Which part of a text counts."""

    after: Text | None = None
    """What stands behind the first of these, where there is one."""
    before: Text | None = None
    """What stands before the first of these, where there is one."""


class Skip(Shape):
    """Rows that are no lines; they are counted."""

    empty_amount: bool = False
    """Rows without an amount, such as days on which nothing was used."""
    zero_amount: bool = False
    """Rows of an amount of zero."""
    repeated_header: bool = False
    """The header once more."""
    trailing_total: bool = False
    """A last row that has neither a time nor an id with a digit in it."""


class Mapping(Shape):
    """How to read one kind of export."""

    #: The names of the fields; every key of `columns`.
    FIELDS: ClassVar[tuple[str, ...]] = tuple(Columns.model_fields)

    schema_version: Literal[1]
    """The version of this format."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    """What the mapping is called."""
    level: Level
    """`line`: a row is a call; `bucket`: a sum of many; `either`: lines where there are ids."""
    format: Annotated[Format, Field(default_factory=Format)]
    """How the file is written."""
    columns: Columns
    """Which headers are which field."""
    optional: Annotated[list[FieldName], Field(default_factory=list)]
    """Fields that a file may lack; the others of `columns` must be there."""
    constants: Annotated[dict[FieldName, Text | int], Field(default_factory=dict)]
    """What a field is where the file does not say."""
    values: Annotated[dict[FieldName, dict[Text, str]], Field(default_factory=dict)]
    """What a text of the file stands for, by field."""
    cut: Annotated[dict[FieldName, Cut], Field(default_factory=dict)]
    """Which part of a text counts, by field."""
    only: Annotated[dict[Text, Names], Field(default_factory=dict)]
    """Rows that count: by header, the texts that its cell may have; the others are skipped."""
    n_only: Annotated[dict[Text, Names], Field(default_factory=dict)]
    """Rows whose n is a number of images, as in `only`; elsewhere it is unknown."""
    amounts: Literal["charge_positive", "charge_negative"] = "charge_positive"
    """The sign of what we are charged."""
    negative_is: Literal["refunded", "credit"] | None = None
    """What a charge below zero is; absent: a problem."""
    credit_is_refund: bool = False
    """Whether a credit with a request id is the refund of that call."""
    skip: Annotated[Skip, Field(default_factory=Skip)]
    """Rows that are no lines."""

    def names_of(self, field: str) -> tuple[str, ...]:
        """The headers that a field may have."""
        return tuple(getattr(self.columns, field) or ())

    @property
    def leaves_out_ids(self) -> bool:
        """Whether rows with a request id may be no lines."""
        skip = self.skip.empty_amount or self.skip.zero_amount
        return bool(self.columns.request_id) and (skip or bool(self.only))

    def requires(self, field: str) -> bool:
        """Whether a file without the field is refused."""
        is_mapped = bool(self.names_of(field)) and field not in self.constants
        return is_mapped and field not in self.optional
