"""Files of others, read no further than sense goes: what is too large is refused, not loaded."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Final, TextIO

from pricing.errors import InvalidValue

#: As many as the largest YAML text that is read can have: a million characters of four bytes.
BYTES_MAX: Final = 4_000_000
#: A line of a request file may carry a whole reference image in base64.
LINE_MAX: Final = 16 * 1024 * 1024


def read_bytes(path: str | PathLike[str]) -> bytes:
    """The file's bytes; of one that is too large as many as show that it is.

    Raises:
        OSError: it cannot be read.
    """
    with Path(path).open("rb") as file:
        return file.read(BYTES_MAX + 1)


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of a text with their ends; memory does not grow with a line that never ends.

    Raises:
        InvalidValue: a line is longer than `LINE_MAX`.
    """
    number = 0
    while line := stream.readline(LINE_MAX + 1):
        number += 1
        if len(line) > LINE_MAX:
            allowed = f"lines of at most {LINE_MAX} characters"
            raise InvalidValue("file", f"line {number}: {line[:20]}", allowed=allowed)
        yield line
