"""The wrapper on the older majors of the SDK: the same laws, in a process that has only that one.

The SDK is installed beside the environment, once, into the test cache. Where no package index
answers the test is skipped with the line that would install it, but not where CI is set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: What the older SDK needs and this environment, made for the newest, may lack.
ALSO = ("httpx==0.28.1", "httpcore==1.0.9", "distro", "tqdm", "certifi")
FILES = (
    "test_outcome_table",
    "test_unsent",
    "test_async_calls",
    "test_total_deadline",
    "test_dead_ends",
    "test_stream_table",
    "test_streams",
    "test_raw_views",
    "test_streaming_views",
    "test_stored_answers",
    "test_shadow",
)
#: Each row of the table; the other ways and modes where they differ; what is never sent; an end by
#: a cancellation and by a deadline; streams, raw and stored answers, and dry runs that differ.
CHOSEN = """
generate-sync or (async and (images or body or answer) and edit) or redirect
or (has_no_way_through and generate-whole) or (raised_as_the_bare and sqlite) or cancelled
or (in_doubt_and_the_caller and stall)
or stored_addresses or is_dropped or is_closed or never_read or passes or repeated_as_the_bare
"""
PYTEST = ("-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider")


def installed(version: str, folder: Path) -> Path:
    """The folder with that release of the SDK."""
    done = folder / "installed"
    if not done.exists():
        what = ["install", "--no-deps", "--target", str(folder), f"openai=={version}", *ALSO]
        answer = subprocess.run([*_pip(), *what], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            line = f"pip {' '.join(what)}"
            assert not os.environ.get("CI"), f"{line}\n{answer.stderr}"
            pytest.skip(f"no package index answers: {line}")
        done.touch()
    return folder


@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["1.109.1", "2.54.0"])
def test_the_laws_hold_on_an_older_major(
    version: str, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    cache = getattr(pytestconfig, "cache", None)  # there may be none: -p no:cacheprovider
    folder = installed(version, cache.mkdir(f"openai-{version}") if cache else tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    asked = subprocess.run(
        [sys.executable, "-c", "import openai; print(openai.__version__)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() == version
    tests = [str(Path(__file__).with_name(f"{name}.py")) for name in FILES]
    # Folders of its own: a second run in the place of this one's would close that to all others.
    own = f"--basetemp={tmp_path / 'own'}"
    run = subprocess.run(
        [sys.executable, *PYTEST, own, *tests, "-k", " ".join(CHOSEN.split())],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]


def _pip() -> list[str]:
    """A pip: of this environment, else of the Python it was made from."""
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    return [getattr(sys, "_base_executable", None) or "python3", "-m", "pip"]
