"""Column types: exact money, aware time and ids, the same values on SQLite and PostgreSQL.

Money is an integer of nano-units (1e-9 of the currency unit), because SQLite has no decimal type;
it becomes a Decimal at the public edge and nowhere before, so no decimal context can touch a sum.
Time is TIMESTAMPTZ on PostgreSQL and fixed-width ISO 8601 text in UTC on SQLite, where it sorts and
reads as it is; a naive datetime is refused, since SQLite would drop an offset without converting.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.sqlite import INTEGER
from sqlalchemy.types import TypeEngine

#: A whole number of 64 bits; STRICT tables of SQLite know it as INTEGER only.
Whole = BigInteger().with_variant(INTEGER(), "sqlite")
#: Money at rest: integer nano-units.
Nanos = Whole


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime in code, UTC at rest, microseconds kept."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TEXT on SQLite, TIMESTAMPTZ elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Convert to UTC; a naive value raises, because nobody can know its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive datetime {value!r}: give it a time zone"
            raise ValueError(message)
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return value

    def process_result_value(
        self,
        value: datetime | str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """An aware datetime in UTC."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes on SQLite, the native type on PostgreSQL."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """BLOB on SQLite, UUID elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary())
        return dialect.type_descriptor(Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        """The 16 bytes for SQLite, the UUID itself elsewhere."""
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: UUID | bytes | None, dialect: Dialect) -> UUID | None:  # noqa: ARG002
        """A UUID on both engines."""
        return UUID(bytes=value) if isinstance(value, bytes) else value
