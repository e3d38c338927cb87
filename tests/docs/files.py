"""The files that a guide begins with, for readers who type along: `python -m tests.docs.files`.

They are what the first hidden block of the guide writes, kept in `docs/guides/files/<guide>/`.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.docs.blocks import blocks_of

GUIDES: Final = Path(__file__).parents[2] / "docs" / "guides"
#: Guides whose first block makes files.
WITH_FILES: Final = ("closing-with-finance", "the-months-report")


def made_by(guide: str) -> dict[str, str]:
    """The files of a guide, by name, as its first block writes them."""
    first = next(blocks_of(GUIDES / f"{guide}.md"))
    assert first.language == "python", first
    with TemporaryDirectory() as folder:
        with contextlib.chdir(folder):
            exec(compile(first.text, guide, "exec"), {})
        return {path.name: path.read_text("utf-8") for path in sorted(Path(folder).iterdir())}


def kept_for(guide: str) -> dict[str, str]:
    """The same as they are kept beside the guides."""
    folder = GUIDES / "files" / guide
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def main() -> None:
    """Write them all anew."""
    for guide in WITH_FILES:
        folder = GUIDES / "files" / guide
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made_by(guide).items():
            (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
