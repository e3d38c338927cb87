"""Where files are written: under the name that was given and nowhere else, whatever answers say."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner

from billing import Ledger
from billing.cli import main
from billing.cli.image_files import ImageNotSaved, save
from billing.testing import ScriptedProvider, images

NAMES = ("../../escaped", "/escaped", "..", ".", "a/../../b", "con\x1b[31m", "a\\..\\b", "x" * 200)


@pytest.fixture
def site(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder two levels down, with all that lies above it empty, and an account."""
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="t")
    here = tmp_path / "above" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("IMAGE_BILLING_DATABASE_URL", sqlite_url)
    return here


def test_images_are_saved_under_names_of_ours(site: Path) -> None:
    picture = base64.b64encode(b"\xff\xd8\xff../../escaped").decode()
    hostile = {"b64_json": picture, "file_name": "../../escaped", "revised_prompt": "../x"}
    with ScriptedProvider([images(1, extra={"data": [hostile], "id": "../../escaped"})]) as server:
        arguments = ["--account", "acme", "--size", "1024x1024", "--base-url", server.base_url]
        command = ["generate", "a kite", *arguments, "--key", "../../escaped", "--out", "pictures"]
        done = CliRunner().invoke(main, command, catch_exceptions=False)

    assert done.exit_code == 0, done.output
    (file,) = (site / "pictures").iterdir()
    assert file.name.startswith("hold_")
    assert file.suffix == ".jpeg"
    assert {path.name for path in site.iterdir()} == {"pictures"}
    assert [path.name for path in site.parent.iterdir()] == ["here"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://x.test/a",
        "/etc/passwd",
        "data:,x",
        "http://[",
        "\0",
        "gopher://x",
    ],
)
def test_an_address_is_only_fetched_over_http(tmp_path: Path, address: str) -> None:
    with pytest.raises(ImageNotSaved):
        save(tmp_path, "hold_1-1", url=address, b64=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_an_account_code_is_never_a_path(site: Path, sqlite_url: str, name: str) -> None:
    with Ledger.open(sqlite_url) as ledger:
        month = ledger.now().strftime("%Y-%m")
        code = name if name.isprintable() and len(name) < 129 else "plain"
        ledger.open_account(code, currency="USD")
        ledger.top_up(code, "1", key=name)
        ledger.seal()
    for command in (
        ("report", "--month", month, "--by", "account", "--format", "xlsx", "-o", "r.xlsx"),
        ("report", "--month", month, "--by", "account", "--format", "html", "-o", "r.html"),
        ("report", "--month", month, "--invoice", code, "-o", "invoice.txt"),
        ("seal", "--export", "seals.jsonl"),
    ):
        assert CliRunner().invoke(main, [*command], catch_exceptions=False).exit_code == 0
    found = {path.name for path in site.iterdir()}
    assert found == {"r.xlsx", "r.html", "invoice.txt", "seals.jsonl"}
    assert [path.name for path in site.parent.iterdir()] == ["here"]


def test_a_file_is_replaced_whole_and_a_link_is_not_followed(site: Path) -> None:
    other = site.parent / "other.txt"
    other.write_text("not ours")
    (site / "report.csv").symlink_to(other)

    command = ["report", "--month", "2026-11", "--format", "csv", "-o", "report.csv"]
    assert CliRunner().invoke(main, command, catch_exceptions=False).exit_code == 0

    assert other.read_text() == "not ours"
    assert (site / "report.csv").read_text().startswith("account,")


def test_where_a_file_cannot_be_written_is_said_and_nothing_is_left(site: Path) -> None:
    for output in ("no/such/folder/r.csv", "x" * 300, "a\0b"):
        command = ["report", "--month", "2026-11", "--format", "csv", "-o", output]
        done = CliRunner().invoke(main, command)
        assert done.exit_code in (1, 2), repr(done.exception)
    assert list(site.iterdir()) == []


def test_a_price_that_a_catalog_names_is_read_from_its_own_folder(
    tmp_path: Path, sqlite_url: str
) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text("schema_version: 1\nmodels: {m: {price: ../../../../etc/passwd}}\n")
    done = CliRunner().invoke(main, ["prices", "margin", "--catalog", str(catalog)])
    assert done.exit_code == 1
    assert "root:" not in done.output
