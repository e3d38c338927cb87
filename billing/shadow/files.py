"""The files of shadow calls: one a UTC day and ledger, in the folder `shadow` of its spool.

Many processes append to one file, each line whole and in one write. Nothing waits for the disk:
this is a comparison, not the books.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Final

from billing.ledger.spool.files import Spool, make_folder, write_whole
from billing.ledger.spool.places import tag_of
from billing.period import Month
from billing.shadow.lines import ShadowCall, encode

_FOLDER: Final = "shadow"
_SUFFIX: Final = ".jsonl"


def append(spool: Spool, call: ShadowCall) -> Path:
    """Write a call down; the file that it is in.

    Raises:
        OSError: No folder can be written; a ledger in memory has none.
    """
    problem = OSError("there is no folder for shadow calls")
    if spool.place is None:
        raise problem
    name = f"{tag_of(spool.place)}-{call.at.astimezone(UTC):%Y-%m-%d}{_SUFFIX}"
    line = encode(call)
    for folder in spool.folders:
        path = folder / _FOLDER / name
        try:
            make_folder(path.parent)
            write_whole(path, line)
        except OSError as error:
            problem = error
        else:
            return path
    raise problem


def lines_of(spool: Spool, month: Month) -> Iterator[bytes]:
    """The lines of a month, day by day in each folder, with their ends.

    Raises:
        OSError: A file cannot be read.
    """
    if spool.place is None:
        return
    pattern = f"{tag_of(spool.place)}-{month}-??{_SUFFIX}"
    for folder in spool.folders:
        for path in sorted((folder / _FOLDER).glob(pattern)):
            with path.open("rb") as file:
                yield from file
