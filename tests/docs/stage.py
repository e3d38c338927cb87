"""Where the blocks of a page are run: a folder, a local image API, and the console command."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from billing.sandbox import Sandbox
from tests.docs.blocks import Step

#: Commands of a page that are ours; the others are the shell's.
COMMAND: Final = "image-billing"
_ID: Final = re.compile(r"\b([a-z-]+)_(?:[0-9a-f]{32}|[0-9A-Za-z]{24,})\b")
_PROGRAM: Final = "from billing.cli import main; main(prog_name='image-billing')"


@dataclass(slots=True)
class Stage:
    """One page's; commands and Python share the folder."""

    folder: Path
    sandbox: Sandbox
    names: dict[str, object] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a command sees: nothing of ours but the local API."""
        clean = {name: text for name, text in os.environ.items() if "BILLING" not in name}
        return {
            **clean,
            "OPENAI_API_KEY": "sk-docs",
            "OPENAI_BASE_URL": self.sandbox.base_url,
            "COLUMNS": "100",
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
        }

    @property
    def tools(self) -> Path:
        """A folder with the console command, as an installation would have it."""
        folder = self.folder.parent / "bin"
        command = folder / COMMAND
        if not command.exists():
            folder.mkdir(exist_ok=True)
            call = shlex.join([sys.executable, "-W", "ignore", "-c", _PROGRAM])
            command.write_text(f'#!/bin/sh\nexec {call} "$@"\n')
            command.chmod(0o755)
            (folder / "python").symlink_to(sys.executable)
        return folder

    def run(self, step: Step) -> str:
        """Run a command as a shell would; what it printed on both streams, in their order.

        Raises:
            AssertionError: it ended with another exit code.
        """
        done = subprocess.run(
            ["/bin/sh", "-c", step.command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        told = f"line {step.line}: {step.command}\n{done.stdout}"
        assert done.returncode == step.exit_code, f"{told}\nended with {done.returncode}"
        return self._without_what_differs(done.stdout)

    def _without_what_differs(self, printed: str) -> str:
        """What is another one in every run: the folder, ids, addresses, and times of today."""
        today = datetime.now(UTC).date().isoformat()
        printed = printed.replace(str(self.folder), "~/studio")
        printed = printed.replace(
            self.sandbox.base_url.removesuffix("/v1"), "http://127.0.0.1:8765"
        )
        printed = re.sub(r"/files/[0-9a-f-]+x?[0-9]*", "/files/...", printed)
        printed = _ID.sub(r"\1_...", printed)
        printed = re.sub(rf"{today}[T ][0-9:.]+(Z|\+00:00)?", "...", printed)
        printed = re.sub(r"\b[0-9a-f]{64}\b", "...", printed)
        return re.sub(r"[ \t]+$", "", printed, flags=re.M)

    def execute(self, source: str, where: str) -> str:
        """Run Python with the names that the page has so far; what it printed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.chdir(self.folder):
            exec(compile(source, where, "exec"), self.names)
        return printed.getvalue()
