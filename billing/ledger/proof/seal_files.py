"""The file of exported seals: the newest seal of every account, to be kept where the ledger is not.

Lines of JSON, accounts in the order of their ids: a first line with the format, a line an account,
a last line with the sha256 of all bytes before it. A ledger that was cut short, restored from an
older backup or sealed anew no longer has the seals that such a file names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, func, select

from billing.database.tables import account, seal
from billing.ledger.proof.canonical import instant_text
from billing.ledger.proof.errors import SealsUnreadable
from billing.ledger.proof.row_pages import PAGE
from billing.whole_file import write_whole

FORMAT: Final = "image-billing seals"
FORMAT_VERSION: Final = 1

_newest = (
    select(func.max(seal.c.to_version))
    .where(seal.c.account_id == account.c.id)
    .correlate(account)
    .scalar_subquery()
)
_heads = (
    select(account.c.id, account.c.code, seal.c.to_version, seal.c.hash, seal.c.sealed_at)
    .join(seal, and_(seal.c.account_id == account.c.id, seal.c.to_version == _newest))
    .where(account.c.id > bindparam("after", type_=account.c.id.type))
    .order_by(account.c.id)
    .limit(PAGE)
)


class SealHead(NamedTuple):
    """The newest seal of an account, as it is exported."""

    account_id: UUID
    account: str
    to_version: int
    hash: bytes
    sealed_at: datetime


def seal_heads(connection: Connection) -> Iterator[SealHead]:
    """The newest seal of every account, in the order of account ids."""
    after = UUID(int=0)
    while page := connection.execute(_heads, {"after": after}).all():
        yield from (SealHead(*found) for found in page)
        after = page[-1].id


def write_seals(path: Path, connection: Connection, *, now: datetime) -> int:
    """Export the heads to a file, whole or not at all.

    Returns:
        How many accounts it has.
    """
    return write_whole(path, lambda file: _write(file, connection, now))


def _write(file: IO[bytes], connection: Connection, now: datetime) -> int:
    digest = hashlib.sha256()
    accounts = 0
    for line in (_first_line(now), *map(_line, seal_heads(connection))):
        file.write(line)
        digest.update(line)
        accounts += 1
    file.write(_json_line({"accounts": accounts - 1, "sha256": digest.hexdigest()}))
    return accounts - 1


def read_seals(path: Path) -> Iterator[SealHead]:
    """The heads of an exported file, after the whole file was checked.

    Raises:
        SealsUnreadable: it is no such file, or it was changed or cut short.
    """
    _check(path)
    with path.open("rb") as file:
        next(file)
        previous = UUID(int=0)
        for number, line in enumerate(file, start=2):
            head = _head(path, number, line)
            if head is None:
                return  # the last line
            if head.account_id <= previous:
                raise SealsUnreadable(str(path), f"line {number}: accounts are not in order")
            previous = head.account_id
            yield head


def _check(path: Path) -> None:
    digest = hashlib.sha256()
    last = b""
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if number == 0 and not _is_first(line):
                raise SealsUnreadable(str(path), "it is no file of `image-billing seal --export`")
            digest.update(last)
            last = line
    try:
        said = json.loads(last)["sha256"]
    except (ValueError, KeyError, TypeError):
        raise SealsUnreadable(str(path), "it was cut short: the last line is missing") from None
    if said != digest.hexdigest():
        raise SealsUnreadable(str(path), "it was changed: its last line does not fit the others")


def _is_first(line: bytes) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and (said.get("format"), said.get("version")) == (
        FORMAT,
        FORMAT_VERSION,
    )


def _first_line(now: datetime) -> bytes:
    return _json_line(
        {"format": FORMAT, "version": FORMAT_VERSION, "exported_at": instant_text(now)}
    )


def _line(head: SealHead) -> bytes:
    return _json_line(
        {
            "account": head.account,
            "account_id": head.account_id.hex,
            "to_version": head.to_version,
            "hash": head.hash.hex(),
            "sealed_at": instant_text(head.sealed_at),
        }
    )


def _head(path: Path, number: int, line: bytes) -> SealHead | None:
    try:
        said = json.loads(line)
        if "sha256" in said:
            return None
        return SealHead(
            UUID(hex=said["account_id"]),
            str(said["account"]),
            int(said["to_version"]),
            bytes.fromhex(said["hash"]),
            datetime.fromisoformat(said["sealed_at"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SealsUnreadable(str(path), f"line {number}: {error}") from error


def _json_line(content: dict[str, object]) -> bytes:
    return json.dumps(content).encode("ascii") + b"\n"
