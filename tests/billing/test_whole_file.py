"""A file is there whole or stays as it was, and an error names what was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from billing.whole_file import write_whole


def test_a_file_that_fails_half_way_stays_as_it_was_and_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    target = tmp_path / "report.csv"
    target.write_bytes(b"before")

    def half(file: IO[bytes]) -> None:
        file.write(b"aft")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(target, half)

    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_is_replaced_and_what_was_told_comes_back(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    target.write_bytes(b"before")

    assert write_whole(target, lambda file: file.write(b"after")) == 5

    assert target.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["none/report.csv", "/dev/full"])
def test_what_cannot_be_written_is_named_as_it_was_asked_for(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"No such file|No space left") as failed:
        write_whole(tmp_path / name, lambda file: file.write(b"text"))

    assert failed.value.filename == str(tmp_path / name)
