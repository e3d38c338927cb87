"""The pictures of the guides, made of what the guides themselves produce: `make docs`.

Each page that shows one is played to its end; the file it wrote is opened in a real browser.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from billing.sandbox import Sandbox
from tests.docs.blocks import blocks_of
from tests.docs.playing import ROOT, play
from tests.docs.stage import Stage
from tests.house import browser

GUIDES: Final = ROOT / "docs" / "guides"
#: Which guide writes the file that is shown, and what the picture of it is called.
SHOWN: Final = {
    "the-months-report.md": ("october.html", "report.png"),
    "closing-with-finance.md": ("work-list.html", "reconciliation.png"),
}


def main() -> None:
    """Make them all; without a browser the ones in the repository stay."""
    program = browser.program()
    if program is None:
        sys.exit(f"no browser, the pictures stay as they are: {browser.INSTALL}")
    with browser.running(program) as window:
        for guide, (file, picture) in SHOWN.items():
            with tempfile.TemporaryDirectory() as folder:
                stage_folder = Path(folder) / "folder"
                stage_folder.mkdir()
                with Sandbox(statement=stage_folder / "of-the-sandbox.csv") as sandbox:
                    stage = Stage(stage_folder, sandbox)
                    for block in blocks_of(GUIDES / guide):
                        play(block, stage, GUIDES / guide)
                window.show(stage_folder / file, width=1100)
                target = ROOT / "docs" / "pictures" / picture
                target.write_bytes(window.picture())
                sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
