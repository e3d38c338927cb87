"""The wheel works where nothing else is installed, from a folder that is not ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from tests.house.once import once

ROOT = Path(__file__).parents[2]
REVISIONS = ROOT / "migrations" / "versions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was built from it as an index would."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
        subprocess.run([*command, str(ROOT)], check=True, capture_output=True)

    return once(tmp_path_factory, "dist", build)


@pytest.fixture
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def bare(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a clean environment with the wheel and its core dependencies only."""

    def install(folder: Path) -> None:
        venv.create(folder, with_pip=False)
        python, constraints = folder / "bin" / "python", ROOT / "constraints.txt"
        pip = [sys.executable, "-m", "pip"] if _has_pip() else [_system_python(), "-m", "pip"]
        # Compiled when it is first run: most of it never is.
        options = ["--python", str(python), "install", "-q", "--no-compile", "-c", str(constraints)]
        (wheel,) = built.glob("*.whl")
        subprocess.run([*pip, *options, str(wheel)], check=True, capture_output=True)

    return once(tmp_path_factory, "bare", install) / "bin"


def run(
    command: Path, *arguments: str, cwd: Path, status: int = 0
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IMAGE_BILLING"))}
    done = subprocess.run(
        [str(command), *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=clean
    )
    assert done.returncode == status, done.stderr
    return done


def test_the_wheel_holds_what_it_needs_and_nothing_beside_the_two_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "billing/_migrations/env.py",
        "billing/py.typed",
        "billing/statement/mappings/openai-costs.yaml",
        "pricing/py.typed",
        "pricing/books/openai-gpt-image-2.yaml",
        "pricing/price-book.schema.json",
    ):
        assert needed in names
    revisions = {f"billing/_migrations/versions/{file.name}" for file in REVISIONS.glob("*.py")}
    assert revisions <= set(names)
    assert {name.split("/")[0] for name in names} == {
        *("billing", "pricing", f"image_billing-{PROJECT['version']}.dist-info"),
    }


def test_what_is_in_the_packages_is_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = [path for room in ("billing", "pricing") for path in (ROOT / room).rglob("*.*")]
    sources = {str(path.relative_to(ROOT)) for path in files if path.suffix not in (".pyc", "")}
    assert {name for name in sources if "__pycache__" not in name} - set(names) == set()


def test_the_wheel_says_who_it_is_in_whole(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    folder = f"image_billing-{PROJECT['version']}.dist-info"
    metadata = archive.read(f"{folder}/METADATA").decode()
    told = message_from_string(metadata)
    assert (told["Name"], told["Version"]) == ("image-billing", PROJECT["version"])
    assert (told["License-Expression"], told["License-File"]) == ("Apache-2.0", "LICENSE")
    assert archive.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert told.get_all("Classifier") == PROJECT["classifiers"]
    assert {"Typing :: Typed", "Development Status :: 5 - Production/Stable"} <= {
        *PROJECT["classifiers"]
    }
    assert metadata.partition("\n\n")[2] == (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_sdist_has_what_makes_and_tests_it_and_nothing_else(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = [name.partition("/")[2] for name in opened.getnames()]
    for needed in (
        *("pyproject.toml", "constraints.txt", "Makefile", "mkdocs.yml", "LICENSE", ".ci/run"),
        *("CHANGELOG.md", "tests/conftest.py", "docs/index.md", "benchmarks/results.py"),
        "migrations/versions/0001_ledger.py",
    ):
        assert needed in names
    assert [name for name in names if "__pycache__" in name or ".venv" in name] == []


def test_the_changelog_and_the_version_are_of_one_mind() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    assert re.fullmatch(rf"{re.escape(PROJECT['version'])} \(\d{{4}}-\d\d-\d\d\)", headings[0])


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
