"""The wheel works where nothing else is installed, from a folder that is not ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from an sdist as an index would build it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel and its core dependencies only."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    pip = [sys.executable, "-m", "pip"] if _has_pip() else [_system_python(), "-m", "pip"]
    subprocess.run(
        [*pip, "--python", str(python), "install", "-q", "-c", str(constraints), str(wheel)],
        check=True,
        capture_output=True,
    )
    return folder / "bin"


def run(
    command: Path, *arguments: str, cwd: Path, status: int = 0
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IMAGE_BILLING"))}
    done = subprocess.run(
        [str(command), *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=clean
    )
    assert done.returncode == status, done.stderr
    return done


def test_the_wheel_holds_what_it_needs_and_no_top_level_migrations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "billing/_migrations/env.py",
        "billing/_migrations/versions/0001_ledger.py",
        "billing/_migrations/versions/0002_append_only.py",
        "billing/py.typed",
        "billing/statement/mappings/openai-costs.yaml",
        "pricing/py.typed",
        "pricing/books/openai-gpt-image-2.yaml",
        "pricing/price-book.schema.json",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("migrations/", "tests/"))]


def test_a_bare_install_quotes_and_upgrades_from_a_foreign_folder(
    bare: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "50% foreign folder"
    foreign.mkdir()
    command = bare / "image-billing"
    quote = run(command, "quote", "--size", "1024x1024", "--quality", "high", "--json", cwd=foreign)
    assert json.loads(quote.stdout)["total"] == "0.21072"
    run(command, "db", "upgrade", cwd=foreign)
    run(command, "account", "open", "acme", cwd=foreign)
    verified = run(command, "verify", "--json", cwd=foreign)
    assert json.loads(verified.stdout)["ok"] is True
    assert (foreign / "image-billing.db").exists()


def test_a_missing_extra_fails_with_the_line_that_installs_it(bare: Path, tmp_path: Path) -> None:
    command = bare / "image-billing"
    sandbox = run(command, "sandbox", cwd=tmp_path, status=1)
    assert "pip install 'image-billing[sandbox]'" in sandbox.stderr
    away = ("db", "current", "--database-url", "postgresql://localhost/none")
    assert (
        "pip install 'image-billing[postgres]'"
        in run(command, *away, cwd=tmp_path, status=1).stderr
    )


def test_a_bare_checkout_upgrades_from_a_foreign_folder(tmp_path: Path) -> None:
    checkout = tmp_path / "100% checkout"
    for part in ("billing", "pricing", "migrations"):
        ignore = shutil.ignore_patterns("__pycache__", "_migrations")
        shutil.copytree(ROOT / part, checkout / part, ignore=ignore)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import billing; "
        "assert billing.__file__.startswith(sys.argv[1]), billing.__file__; "
        "from billing import Ledger; print(Ledger.open('sqlite:///here.db').list_accounts())"
    )
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    python = Path(sys.executable)
    assert run(python, "-c", code, str(checkout), cwd=foreign).stdout.strip() == "[]"


def _has_pip() -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, check=False
    )
    return done.returncode == 0


def _system_python() -> str:
    return os.environ.get("PYTHON") or getattr(sys, "_base_executable", None) or "python3"
