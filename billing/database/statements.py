"""SQL written once for both engines: named, typed parameters become each driver's own.

`:name` in the text is a parameter whose type is given beside it; `{greatest}` is the function that
picks the larger of two values. PostgreSQL gets `$1::bigint`, SQLite `?`, once for every place: some
releases of Python 3.12 take `?1` for a name, and warn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Final
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PARAMETER: Final = re.compile(r"(?<!:):([a-z_]+)")

Value = int | str | bytes | UUID | datetime | None
Encoder = Callable[[object], object]
Decoder = Callable[[object], object]
_Picked = Callable[[Mapping[str, object]], Sequence[object]]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A type of parameter: its name on PostgreSQL and how each driver wants its values."""

    postgresql: str
    to_postgresql: Encoder
    #: None where SQLite takes the value as it is.
    to_sqlite: Encoder | None = None
    #: From what the drivers answer; None where that is the value.
    of_postgresql: Decoder | None = None
    of_sqlite: Decoder | None = None


@lru_cache(1024)
def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    # Always with microseconds: the text sorts as the instant does.
    return value.isoformat(timespec="microseconds")[:26] + "Z"


@lru_cache(1024)
def _iso_bytes(value: object) -> bytes:
    return _iso(value).encode()


# Methods of built-in types wherever there is one: a function of our own takes ten times as long.
INT: Final = Kind("bigint", b"%d".__mod__, of_postgresql=int)  # type: ignore[arg-type]  # of bytes
TEXT: Final = Kind("text", str.encode, of_postgresql=bytes.decode)  # type: ignore[arg-type]  # by its Kind
ID: Final = Kind(
    "uuid",
    lambda v: b"%032x" % v.int,  # type: ignore[attr-defined]
    lambda v: v.bytes,  # type: ignore[attr-defined]
    lambda v: UUID(v.decode()),  # type: ignore[attr-defined]
    lambda v: UUID(bytes=v),  # type: ignore[arg-type]
)
#: PostgreSQL is to answer an instant as microseconds since 1970: its text depends on settings.
TIME: Final = Kind(
    "timestamptz",
    _iso_bytes,
    _iso,
    lambda v: _EPOCH + timedelta(microseconds=int(v)),  # type: ignore[call-overload]
    datetime.fromisoformat,  # type: ignore[arg-type]  # of text
)
BYTES: Final = Kind("bytea", lambda v: b"\\x" + v.hex().encode())  # type: ignore[attr-defined]


def _array(kind: Kind) -> Kind:
    one = _quoted if kind is TEXT or kind is BYTES else kind.to_postgresql
    joined = _texts if kind is TEXT else None

    def encode(values: object) -> bytes:
        assert isinstance(values, Sequence)
        try:
            if joined is not None:
                return joined(values)
            return b"{%b}" % b",".join(map(one, values))  # type: ignore[arg-type]  # all are bytes
        except (TypeError, AttributeError, AssertionError):  # there is a None among them
            nullable = [b"NULL" if value is None else one(value) for value in values]
            return b"{%b}" % b",".join(nullable)  # type: ignore[arg-type]

    return Kind(f"{kind.postgresql}[]", encode)


def _texts(values: Sequence[str]) -> bytes:
    text = '","'.join(values)
    if "\\" in text or text.count('"') > 2 * (len(values) - 1):
        return b"{%b}" % b",".join(map(_quoted, values))
    return f'{{"{text}"}}'.encode()


def _quoted(value: object) -> bytes:
    if isinstance(value, bytes):
        return b'"\\\\x%b"' % value.hex().encode()
    assert isinstance(value, str)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()


#: The same types as arrays; only PostgreSQL has them.
ARRAY_OF: Final = {kind: _array(kind) for kind in (INT, TEXT, ID, TIME, BYTES)}


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement of one engine; `names` are its parameters, as often and in the order it wants."""

    sql: str
    names: tuple[str, ...]
    pick: _Picked
    encoders: tuple[Encoder | None, ...]
    #: For the columns of its answer; none when all of them are whole numbers.
    decoders: tuple[Decoder | None, ...]
    #: What PostgreSQL knows it by once it is prepared on a connection.
    prepared_as: bytes

    def encode(self, values: Mapping[str, object]) -> list[object]:
        """The values of the parameters as the driver wants them."""
        return [
            value if value is None or encoder is None else encoder(value)
            for value, encoder in zip(self.pick(values), self.encoders)  # noqa: B905 - by the names
        ]

    def decode(self, row: Iterable[object]) -> tuple[object, ...]:
        """The values of an answer's row, when they are not all whole numbers."""
        return tuple(
            value if value is None or decoder is None else decoder(value)
            for value, decoder in zip(row, self.decoders, strict=True)
        )


def statement(
    dialect: str, sql: str, kinds: Mapping[str, Kind], *, answers: Sequence[Kind] = ()
) -> Statement:
    """The statement for one engine.

    Args:
        dialect: `postgresql` or `sqlite`.
        sql: text with `:name` parameters and `{greatest}`.
        kinds: the type of each parameter; only those that the text names are used.
        answers: the types of the answer's columns, when they are not all whole numbers.
    """
    is_sqlite = dialect == "sqlite"
    places = _PARAMETER.findall(sql)
    names = tuple(places if is_sqlite else dict.fromkeys(places))

    def placed(found: re.Match[str]) -> str:
        name = found[1]
        return "?" if is_sqlite else f"${names.index(name) + 1}::{kinds[name].postgresql}"

    text = _PARAMETER.sub(placed, sql.replace("{greatest}", "max" if is_sqlite else "greatest"))
    ordered = [kinds[name] for name in names]
    return Statement(
        sql=text,
        names=names,
        pick=itemgetter(*names) if len(names) > 1 else lambda values: [values[n] for n in names],
        encoders=tuple([kind.to_sqlite if is_sqlite else kind.to_postgresql for kind in ordered]),
        decoders=tuple([kind.of_sqlite if is_sqlite else kind.of_postgresql for kind in answers]),
        prepared_as=b"ib_%x" % (hash(text) & (1 << 63) - 1),
    )
