from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from billing.ledger.spool.files import Spool, locked, set_done
from billing.ledger.spool.lines import decode, encode
from billing.ledger.spool.places import folders_of, place_of
from tests.billing.spool.settlement import SETTLEMENT

PLACE = "sqlite:/somewhere/ledger.db"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A spool in a folder that is not there yet."""
    return Spool(PLACE, (tmp_path / "deep" / "spool",))


def test_a_process_appends_to_one_file_that_only_its_owner_may_read(spool: Spool) -> None:
    first, second = spool.keep(SETTLEMENT), spool.keep(SETTLEMENT)
    assert first == second
    assert spool.waiting() == [first]
    assert [decode(line) for line in first.read_bytes().splitlines()] == [(PLACE, SETTLEMENT)] * 2
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700


def test_a_fork_writes_a_file_of_its_own(spool: Spool) -> None:
    ours = spool.keep(SETTLEMENT)
    child = os.fork()
    if child == 0:
        spool.keep(SETTLEMENT)
        os._exit(0)
    os.waitpid(child, 0)
    assert len(spool.waiting()) == 2
    assert ours.read_bytes().count(b"\n") == 1


def test_threads_lose_no_line(spool: Spool) -> None:
    threads = [threading.Thread(target=spool.keep, args=(SETTLEMENT,)) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [line for path in spool.waiting() for line in path.read_bytes().splitlines()]
    assert len(lines) == 24
    assert all(decode(line)[1] == SETTLEMENT for line in lines)


def test_a_file_that_is_being_booked_is_not_written(spool: Spool) -> None:
    first = spool.keep(SETTLEMENT)
    with locked(first) as content:
        assert content is not None
        second = spool.keep(SETTLEMENT)
    assert second != first
    assert first.read_bytes() == content


def test_what_is_done_is_kept_and_not_written_again(spool: Spool) -> None:
    first = spool.keep(SETTLEMENT)
    with locked(first):
        done = set_done(first)
    second = spool.keep(SETTLEMENT)
    assert second != done
    assert done.parent.name == "done"
    assert done.read_bytes() == encode(SETTLEMENT, place=PLACE)
    assert spool.waiting() == [second]


def test_done_files_of_one_name_do_not_replace_each_other(spool: Spool) -> None:
    first = spool.keep(SETTLEMENT)
    done = set_done(first)
    first.write_bytes(b"another")
    assert set_done(first) != done
    assert len(list(done.parent.iterdir())) == 2


def test_one_of_two_gets_the_lock(spool: Spool) -> None:
    path = spool.keep(SETTLEMENT)
    with locked(path) as first, locked(path) as second:
        assert first is not None
        assert second is None
    with locked(path.with_name("gone.jsonl")) as gone:
        assert gone is None


def test_the_next_folder_is_taken_when_the_first_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    spool = Spool(PLACE, (tmp_path / "file" / "spool", tmp_path / "other"))
    path = spool.keep(SETTLEMENT)
    assert path.parent == tmp_path / "other"
    assert spool.waiting() == [path]


def test_without_a_folder_that_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotADirectoryError):
        Spool(PLACE, (tmp_path / "file" / "spool",)).keep(SETTLEMENT)
    with pytest.raises(OSError, match="no folder"):
        Spool(PLACE, ()).keep(SETTLEMENT)
    with pytest.raises(OSError, match="no folder"):
        Spool.of(make_url("sqlite://")).keep(SETTLEMENT)


@contextmanager
def _files_end_at(size: int) -> Iterator[None]:
    """As on a disk that is nearly full: a write ends in the middle of a line."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_write_that_ends_in_the_middle_leaves_whole_lines_only(spool: Spool) -> None:
    first = spool.keep(SETTLEMENT)
    size = first.stat().st_size
    with _files_end_at(size + 100), pytest.raises(OSError) as raised:
        spool.keep(SETTLEMENT)
    assert raised.value.errno == errno.EFBIG
    assert first.stat().st_size == size
    spool.keep(SETTLEMENT)
    lines = [line for path in spool.waiting() for line in path.read_bytes().splitlines()]
    assert [decode(line)[1] for line in lines] == [SETTLEMENT] * 2


def test_a_spool_is_seen_by_its_own_ledger_only(tmp_path: Path) -> None:
    one, other = Spool("sqlite:/a.db", (tmp_path,)), Spool("sqlite:/b.db", (tmp_path,))
    path = one.keep(SETTLEMENT)
    assert one.waiting() == [path]
    assert other.waiting() == []
    assert other.waiting_for_anyone() == [path]


def test_a_place_has_no_user_and_no_password(tmp_path: Path) -> None:
    url = make_url("postgresql+psycopg://ana:secret@db.test/books")
    assert place_of(url) == "postgresql:db.test:5432/books"
    (tmp_path / "link.db").symlink_to(tmp_path / "ledger.db")
    link, file = (make_url(f"sqlite:///{tmp_path / name}.db") for name in ("link", "ledger"))
    assert place_of(link) == place_of(file) == f"sqlite:{tmp_path / 'ledger.db'}"


@pytest.mark.parametrize(
    "memory", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"]
)
def test_a_ledger_in_memory_has_no_place(memory: str) -> None:
    assert place_of(make_url(memory)) is None


def test_the_folders_are_the_given_one_or_beside_the_file_and_the_users(
    tmp_path: Path, state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(f"sqlite:///{tmp_path}/ledger.db")
    users = state_folder / "image-billing" / "spool"
    assert folders_of(url) == (tmp_path / "ledger.db.spool", users)
    assert folders_of(make_url("postgresql://db.test/books")) == (users,)
    monkeypatch.setenv("IMAGE_BILLING_SPOOL", str(tmp_path / "set"))
    assert folders_of(url) == (tmp_path / "set",)
    assert folders_of(url, tmp_path / "given") == (tmp_path / "given",)
