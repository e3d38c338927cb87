"""Where a report goes: to stdout, or whole into a file that is there only when it is complete."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, TextIO, cast

import click

from billing.cli import screen
from billing.formats.visible import visible_lines
from billing.whole_file import write_whole


def put_text(text: str, output: str | None) -> None:
    """A text to stdout, or to a file, byte for byte; a terminal gets nothing it would obey."""
    if output is None:
        click.echo(visible_lines(text) if sys.stdout.isatty() else text, nl=False)
    else:
        put_bytes(lambda file: file.write(text.encode()), output)


def put_bytes(write: Callable[[IO[bytes]], object], output: str) -> None:
    """Whatever is written into a file, which stays as it was when that fails."""
    write_whole(Path(output), write)
    screen.note(f"{output}: written")


def put_rows(write: Callable[[TextIO], object], output: str | None) -> None:
    """Lines that are written one by one, so that no memory holds them all."""
    if output is None:
        write(cast("TextIO", _Seen(sys.stdout)) if sys.stdout.isatty() else sys.stdout)
        return

    def encoded(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        write(text)
        text.detach()

    put_bytes(encoded, output)


def put_binary(write: Callable[[IO[bytes]], object], output: str | None, *, what: str) -> None:
    """What no terminal can show: to a file, or into a pipe.

    Raises:
        UsageError: neither was given.
    """
    if output is not None:
        put_bytes(write, output)
        return
    if sys.stdout.isatty():
        raise click.UsageError(f"{what} is not for a terminal: give -o FILE.")
    whole = io.BytesIO()
    write(whole)
    sys.stdout.buffer.write(whole.getvalue())


class _Seen(io.TextIOBase):
    """A terminal that is written to, and gets nothing it would obey."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._terminal.write(visible_lines(text))
        return len(text)
