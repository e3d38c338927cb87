"""A file that is there only when it is complete; what is written into it is others' business."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

Told = TypeVar("Told")


def write_whole(path: Path, write: Callable[[IO[bytes]], Told]) -> Told:
    """Whatever `write` writes, as this file, on the disk; it stays as it was when that fails.

    A device or a pipe, which cannot be replaced, is written to as it is.

    Returns:
        What `write` does.

    Raises:
        OSError: under the name that was asked for.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                return write(file)
        return _replace(path, write)
    except OSError as error:
        # Not the name of the file beside it, which nobody asked for; a full disk names none.
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(path: Path, write: Callable[[IO[bytes]], Told]) -> Told:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            told = write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    return told
