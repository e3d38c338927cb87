"""Seals in a file: it reads back, damage is found, and so is a ledger that lost what it sealed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing import Ledger, SealsUnreadable
from billing.ledger.proof.seal_files import SealHead, read_seals
from tests.billing.sealing import exported, seals


def test_an_exported_file_reads_back_as_the_heads(acme: Ledger, tmp_path: Path) -> None:
    acme.open_account("other", currency="EUR")
    acme.seal()

    heads = list(read_seals(exported(acme, tmp_path / "seals.jsonl")))

    newest = {each.account_id: each for each in seals(acme)}
    assert heads == sorted(
        SealHead(each.account_id, code, each.to_version, each.hash, each.sealed_at)
        for each in newest.values()
        for code in ("acme" if each.to_version else "other",)
    )
    assert [path.name for path in tmp_path.glob("seals*")] == ["seals.jsonl"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: lines[:-1], "it was cut short"),
        (lambda lines: [lines[0], *lines[2:]], "it was changed"),
        (lambda lines: [lines[0].replace(b"version", b"edition"), *lines[1:]], "it is no file of"),
        (lambda lines: [b"\x00\xff\n", *lines], "it is no file of"),
        (lambda lines: lines[:0], "it was cut short"),
    ],
)
def test_a_damaged_file_of_seals_is_refused(
    sqlite_ledger: Ledger, tmp_path: Path, damage: object, said: str
) -> None:
    file = exported(sqlite_ledger, tmp_path / "seals.jsonl")
    assert callable(damage)
    file.write_bytes(b"".join(damage(file.read_bytes().splitlines(keepends=True))))

    with pytest.raises(SealsUnreadable, match=said):
        list(read_seals(file))


def test_a_line_that_is_none_is_named_by_its_number(tmp_path: Path) -> None:
    lines = b'{"format": "image-billing seals", "version": 1}\n{"account": "acme"}\n'
    last = f'{{"sha256": "{hashlib.sha256(lines).hexdigest()}"}}\n'.encode()
    file = tmp_path / "seals.jsonl"
    file.write_bytes(lines + last)

    with pytest.raises(SealsUnreadable, match="line 2"):
        list(read_seals(file))


def test_a_ledger_restored_from_an_older_backup_is_found_by_the_exported_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="one")
        ledger.seal()
    shutil.copy(path, tmp_path / "backup.db")
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("later", currency="USD")
        for number in range(3):
            ledger.top_up("acme", "1", key=f"more-{number}")
        ledger.seal()
        file = exported(ledger, tmp_path / "seals.jsonl")
        assert ledger.verify(exported=read_seals(file)).ok

    with Ledger.open(f"sqlite:///{tmp_path / 'backup.db'}") as restored:
        assert restored.verify().ok
        problems = restored.verify(exported=read_seals(file)).problems

    assert [(each.account, each.kind, each.detail) for each in problems] == [
        (
            "acme",
            "export",
            "exported head at version 4, the ledger ends at 1: first missing version 2",
        ),
        ("later", "export", "exported head at version 0, the account is not in this ledger"),
    ]


def test_the_ledger_may_go_on_after_an_export(acme: Ledger, tmp_path: Path) -> None:
    acme.seal()
    file = exported(acme, tmp_path / "seals.jsonl")
    acme.top_up("acme", "1", key="more")
    acme.open_account("new", currency="USD")
    acme.seal()

    assert acme.verify(exported=read_seals(file)).ok


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[Ledger]:
    """A sealed ledger with one account."""
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.seal()
        yield ledger
