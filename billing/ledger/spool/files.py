"""The files of a spool: appended to, synced to the disk, locked; `lines` says what is in them.

Each process writes files of its own, for nobody but their owner to read. Whoever appends or books
holds the file's lock; a file whose lock is taken is left alone.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EAGAIN
from os import PathLike
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy.engine import URL

from billing.ledger.settlements import Settlement
from billing.ledger.spool.lines import encode
from billing.ledger.spool.places import folders_of, place_of, tag_of

if sys.platform != "win32":
    import fcntl

_SUFFIX: Final = ".jsonl"
_DONE: Final = "done"
#: Another thread of ours has synced its line within this; whoever takes longer is booking the file.
_LOCKED_S: Final = 0.2
_PAUSE_S: Final = 0.002
#: Whoever appends to a file that others share has soon done so.
_SHARED_S: Final = 1.0


class Spool:
    """The spool of one ledger: where what could not be booked is kept."""

    def __init__(self, place: str | None, folders: tuple[Path, ...]) -> None:
        #: Of the ledger; None for one in memory, which has no next start.
        self.place = place
        self.folders = folders
        self._writer: tuple[int, str] | None = None

    @classmethod
    def of(cls, url: URL, folder: str | PathLike[str] | None = None) -> Spool:
        """The spool of the ledger at a URL, in a folder or in the default ones."""
        return cls(place_of(url), folders_of(url, folder))

    def keep(self, settlement: Settlement) -> Path:
        """Write a line that survives a crash and a power cut; the file that it is in.

        Raises:
            OSError: no folder can be written.
        """
        problem = OSError("there is no folder for a spool")
        if self.place is None:
            raise problem
        line = encode(settlement, place=self.place)
        for folder in self.folders:
            try:
                return self._append(folder, line)
            except OSError as error:
                problem = error
        raise problem

    def waiting(self) -> list[Path]:
        """Files of this ledger that are not done, by name."""
        if self.place is None:
            return []
        tag = tag_of(self.place)
        return [path for path in self.waiting_for_anyone() if path.name.startswith(tag)]

    def waiting_for_anyone(self) -> list[Path]:
        """Files in the folders, whichever ledger they are for."""
        return [path for folder in self.folders for path in _files(folder)]

    def _append(self, folder: Path, line: bytes) -> Path:
        make_folder(folder)
        while True:
            path = folder / f"{self._name()}{_SUFFIX}"
            file = _open(path)
            try:
                if _lock(file, within_s=_LOCKED_S) and _is_at(path, file):
                    _write(file, line, is_synced=True)
                    _sync(folder)
                    return path
            except OSError:
                self._writer = None  # nothing is appended to what may be half a line
                raise
            finally:
                os.close(file)
            self._writer = None  # it is being booked, or done: then another file

    def _name(self) -> str:
        # A fork inherits this object, but writes a file of its own.
        writer, process = self._writer, os.getpid()
        if writer is None or writer[0] != process:
            assert self.place is not None
            name = f"{tag_of(self.place)}-{process}-{uuid4().hex[:8]}"
            self._writer = writer = (process, name)
        return writer[1]


@contextmanager
def locked(path: Path) -> Iterator[bytes | None]:
    """The content of a file that nobody else writes or books for the length of the block.

    None when somebody does, or did and it is done, or when it is not ours to read.
    """
    try:
        file = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, PermissionError):
        yield None
        return
    try:
        is_ours = _lock(file, within_s=0) and _is_at(path, file)
        yield path.read_bytes() if is_ours else None
    finally:
        os.close(file)


def set_done(path: Path) -> Path:
    """Move a file, whose lock is held, to the folder of those that are done; its new path."""
    folder = path.parent / _DONE
    make_folder(folder)
    target = folder / path.name
    while target.exists():
        target = target.with_name(f"{path.stem}-{uuid4().hex[:8]}{_SUFFIX}")
    path.rename(target)
    _sync(folder)
    _sync(path.parent)
    return target


def _files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:  # not there, or not for us
        return []
    return [folder / name for name in sorted(names) if name.endswith(_SUFFIX)]


def write_whole(path: Path, line: bytes) -> None:
    """Append a line to a file that many processes append to: all of it, or nothing.

    Raises:
        OSError: It cannot be written, or another process keeps it locked.
    """
    file = _open(path)
    try:
        if not _lock(file, within_s=_SHARED_S):
            raise BlockingIOError(EAGAIN, "locked by another process", str(path))
        _write(file, line, is_synced=False)
    finally:
        os.close(file)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, for nobody but its owner."""
    if not folder.is_dir():
        make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _sync(folder.parent)


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)


def _write(file: int, line: bytes, *, is_synced: bool) -> None:
    """Append a whole line, and wait for the disk; what fails leaves the file as it was."""
    size = os.fstat(file).st_size
    try:
        rest = line
        while rest:
            rest = rest[os.write(file, rest) :]
        if is_synced:
            os.fsync(file)
    except BaseException:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise


def _sync(folder: Path) -> None:
    """Wait until a folder's entries are on the disk."""
    if sys.platform == "win32":
        return  # there a folder cannot be opened
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _lock(file: int, *, within_s: float) -> bool:
    if sys.platform == "win32":
        return True
    deadline = time.monotonic() + within_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE_S)
        else:
            return True


def _is_at(path: Path, file: int) -> bool:
    """The open file is still the one at this path: nobody has moved it to the done ones."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False
