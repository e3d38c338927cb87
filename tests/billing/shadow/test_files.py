"""The files of shadow calls: whole lines, whoever appends, and nothing is believed that is torn."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from billing.ledger.spool.files import Spool
from billing.period import Month
from billing.shadow.files import append, lines_of
from billing.shadow.lines import ShadowCall, UnreadableLine, decode, encode

AT = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from billing.ledger.spool.files import Spool
from billing.shadow.files import append
from billing.shadow.lines import ShadowCall
call = ShadowCall(at=datetime(2026, 11, 30, 23, 59, tzinfo=UTC), account=sys.argv[2] * 9000)
for _ in range(40):
    append(Spool("sqlite:/a/ledger", (Path(sys.argv[1]),)), call)
"""


def test_lines_of_many_processes_stay_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    calls = [decode(line) for line in lines_of(_spool(tmp_path), Month(2026, 11))]
    accounts = [call.account for call in calls]
    assert {name: accounts.count(name * 9000) for name in "abc"} == {"a": 40, "b": 40, "c": 40}


def test_a_file_is_of_a_utc_day_and_for_its_owner(tmp_path: Path) -> None:
    local = AT.astimezone(timezone(timedelta(hours=2)))
    path = append(_spool(tmp_path), ShadowCall(at=local, account="acme"))
    assert path.name.endswith("-2026-11-30.jsonl")
    assert path.stat().st_mode & 0o077 == 0


def test_the_second_folder_is_taken_where_the_first_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("no folder")
    spool = Spool("sqlite:/a/ledger", (tmp_path / "first", tmp_path / "second"))
    assert append(spool, ShadowCall(at=AT, account="acme")).parents[1].name == "second"
    with pytest.raises(OSError, match="no folder"):
        append(Spool(None, spool.folders), ShadowCall(at=AT, account="acme"))


def test_a_line_comes_back_as_it_was() -> None:
    call = ShadowCall(
        at=AT, account="a\n\u2028b", unit_price=Decimal("0.05268"), n=4, tags={"team": "ads"}
    )
    assert decode(encode(call)) == call
    assert encode(call).count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"null",
        b'{"format": 1}',
        encode(ShadowCall(at=AT, account="acme"))[:-9],
        encode(ShadowCall(at=AT, account="acme")).replace(b'"format": 1', b'"format": 2'),
        encode(ShadowCall(at=AT, account="acme")).replace(b"passed", b"lost"),
        encode(ShadowCall(at=AT, account="acme")).replace(b'"param"', b'"other"'),
    ],
)
def test_what_is_torn_or_of_another_release_is_not_believed(line: bytes) -> None:
    with pytest.raises(UnreadableLine):
        decode(line)


def _spool(folder: Path) -> Spool:
    return Spool("sqlite:/a/ledger", (folder,))
