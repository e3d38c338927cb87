"""What the README shows is what happens: its example and commands run, in order, as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from billing.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Where an installation is to be tried instead of this checkout: `make release-check`.
BIN = os.environ.get("README_BIN")
PYTHON = f"{BIN}/python" if BIN else sys.executable
COMMAND = (
    [f"{BIN}/image-billing"] if BIN else [PYTHON, "-c", "from billing.cli import main; main()"]
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.M | re.S)


def run(command: list[str], *, cwd: Path, sandbox: Sandbox) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "OPENAI_API_KEY": "sk-readme",
        "OPENAI_BASE_URL": sandbox.base_url,
        "PYTHONWARNINGS": "default",
    }
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_the_python_example_runs_and_prints_what_it_says(tmp_path: Path) -> None:
    (example,) = blocks("python")
    with Sandbox(statement=tmp_path / "statement.csv") as sandbox:
        done = run([PYTHON, "-c", example], cwd=tmp_path, sandbox=sandbox)
    assert done.returncode == 0, done.stderr
    price, receipt = done.stdout.splitlines()
    assert price == "0.84288 USD"
    assert "captured" in receipt
    assert (tmp_path / "statement.csv").read_text().count(",charged") == 1


def test_every_command_runs_in_the_order_given(tmp_path: Path) -> None:
    this_month = datetime.now(UTC).strftime("%Y-%m")
    (commands,) = (block for block in blocks("sh") if "image-billing quote" in block)
    with Sandbox(statement=tmp_path / "statement.csv") as sandbox:
        for line in commands.splitlines():
            words = shlex.split(line.replace("2026-11", this_month), comments=True)
            assert words[0] == "image-billing"
            done = run([*COMMAND, *words[1:]], cwd=tmp_path, sandbox=sandbox)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert len(list((tmp_path / "pictures").iterdir())) == 2


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_two_commands_are_targets_of_the_makefile(target: str) -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    assert f"make {target}" in blocks("sh")[0]
    assert re.search(rf"^{target}:", makefile, flags=re.M)


def test_every_link_of_the_readme_leads_somewhere() -> None:
    root = Path(__file__).parents[2]
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if "://" not in link and not (root / link).exists()] == []


def test_make_takes_a_python_with_pip_inside_the_environment_that_it_made() -> None:
    inside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = subprocess.run(
        ["make", "--dry-run", "--what-if=pyproject.toml", "demo"],
        cwd=ROOT,
        env={**os.environ, "PATH": inside},
        capture_output=True,
        text=True,
        check=True,
    )

    base = getattr(sys, "_base_executable", sys.executable)
    assert f"{base} -m pip --python" in found.stdout
