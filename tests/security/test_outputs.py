"""What came from outside does nothing where it is shown: terminal, spreadsheet, page, database."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from billing import Evidence, Ledger
from billing.cli import main
from pricing import PriceBook, Quote
from tests.security.hostile import CODES, FORMULA, MARKUP, OBEYED, SQL, TERMINAL

WORST = f"{FORMULA}{TERMINAL}{MARKUP}{SQL}"
BY = "account,model,plan,tag:team,day"
_PROGRAM = "from billing.cli import main; main(prog_name='image-billing')"


class Desk:
    """A ledger whose every text is hostile, and the commands that show it."""

    def __init__(self, url: str, month: str, hold_id: str) -> None:
        self.url, self.month, self.hold_id = url, month, hold_id

    def run(self, *arguments: str) -> Result:
        command = [*arguments, "--database-url", self.url]
        return CliRunner().invoke(main, command, catch_exceptions=False, color=True)

    def report(self, *arguments: str) -> Result:
        return self.run("report", "--month", self.month, *arguments)


@pytest.fixture
def desk(ledger_url: str, book: PriceBook) -> Desk:
    good = book.quote({"model": book.model, "size": "1024x1024", "quality": "high"})
    cell = replace(good.cell, model=WORST)
    # As a release that checked less, or another program, may have written it.
    quote = Quote(replace(good._priced, cell=cell), good._quoted_ns, good._serial)
    with Ledger.open(ledger_url) as ledger:
        for number, code in enumerate(CODES):
            ledger.open_account(code, currency="USD", plan=WORST, floor="-100")
            charge = {"key": f"{number}{WORST}", "tags": {"team": WORST, WORST[:30]: "x"}}
            ledger.charge(code, quote, images=1, request_id=WORST, **charge)  # type: ignore[arg-type]  # a mapping of both
            ledger.adjust(code, "1", key=f"a{number}", reason=WORST, actor=WORST)
        hold = ledger.hold(CODES[0], quote, key=f"h{WORST}", tags={"team": WORST})
        evidence = Evidence(request_id=WORST, http_status=500, error=(WORST,), error_code=WORST)
        ledger.doubt(hold.id, key="d", reason=WORST, evidence=evidence)
        month = ledger.now().strftime("%Y-%m")
    return Desk(ledger_url, month, hold.id)


def test_nothing_that_a_terminal_obeys_is_printed_for_people(desk: Desk, tmp_path: Path) -> None:
    statement = ["account", "statement", CODES[0], "--month", desk.month]
    for done in (
        desk.report("--by", BY),
        desk.report("--by", BY, "--format", "markdown"),
        desk.report("--where", f"model={WORST}"),
        desk.report("--invoice", CODES[0]),
        desk.run("account", "list"),
        desk.run("account", "show", CODES[1]),
        desk.run(*statement),
        desk.run("holds", "list"),
        desk.run("verify"),
        desk.run("account", "show", TERMINAL),
        desk.run("holds", "void", TERMINAL, "--reason", "r"),
        desk.run("account", "open", TERMINAL),
        desk.run("reconcile", TERMINAL, "--month", desk.month),
        desk.report("--by", TERMINAL),
    ):
        assert done.output
        assert OBEYED.findall(_unstyled(done.output)) == [], done.output


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["csv", "holds", "quote"])
def test_a_terminal_gets_no_code_even_from_data_for_programs(desk: Desk, command: str) -> None:
    arguments = {
        "csv": ["report", "--month", desk.month, "--by", BY, "--format", "csv"],
        "holds": ["holds", "list"],
        "quote": ["quote", "--size", TERMINAL],
    }[command]
    url = ["--database-url", desk.url] if command != "quote" else []

    shown = _on_a_terminal([*arguments, *url])

    assert shown
    assert "owned" in shown
    assert OBEYED.findall(_unstyled(shown)) == []


def test_no_cell_of_a_csv_is_a_formula_and_its_data_are_exact(desk: Desk) -> None:
    for done in (
        desk.report("--by", BY, "--format", "csv"),
        desk.run("account", "statement", CODES[0], "--month", desk.month, "--format", "csv"),
        desk.report("--invoice", CODES[0], "--format", "csv"),
    ):
        rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        cells = [cell for row in rows for cell in row.values()]
        assert [cell for cell in cells if cell.startswith(tuple("=+@\t\r"))] == []
        assert any(cell.startswith(f"'{WORST}") for cell in cells)


@pytest.mark.parametrize("of", [("--by", BY), ("--invoice", CODES[0])], ids=["report", "invoice"])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(
    of: tuple[str, str], desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "report.xlsx"

    assert desk.report(*of, "--format", "xlsx", "-o", str(file)).exit_code == 0

    cells = [cell for sheet in load_workbook(file) for row in sheet.rows for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell for cell in cells if cell.hyperlink] == []
    texts = [str(cell.value) for cell in cells if cell.data_type == "s" and cell.value]
    assert [text for text in texts if text.startswith(tuple("=+-@"))] == []


def test_the_page_has_no_element_that_a_text_made(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "report.html"

    assert desk.report("--by", BY, "--format", "html", "-o", str(file)).exit_code == 0

    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    assert "alert(1)" in "".join(page.texts)
    assert page.tags.isdisjoint({"script", "img", "iframe", "object", "form", "base"})
    assert [name for name in page.attributes if name.startswith("on") or name == "src"] == []
    assert [link for link in page.links if not link.startswith("#")] == ["data:,"]
    assert OBEYED.findall(file.read_text(encoding="utf-8")) == []


def test_markdown_keeps_markup_as_text(desk: Desk) -> None:
    done = desk.report("--by", BY, "--format", "markdown")

    assert "\\<script\\>" in done.stdout
    assert "<script>" not in done.stdout
    columns = {line.replace("\\|", "").count("|") for line in _table(done.stdout)}
    assert len(columns) == 1


def test_no_filter_and_no_dimension_reaches_the_database_as_sql(desk: Desk) -> None:
    before = desk.report("--by", BY, "--json").stdout
    for text in (SQL, "' OR '1'='1", '" OR ""="', "%", "_%", "a\\", "') OR 1=1 --", ":x", "%(x)s"):
        for name in ("model", "plan", "quality", "tag:team", f"tag:{text}", "day"):
            done = desk.report("--where", f"{name}={text}", "--json")
            assert done.exit_code == 0, done.output
            assert json.loads(done.stdout)["rows"] == []
        by_tag = desk.report("--by", f"tag:{text}", "--json")
        assert [row[f"tag:{text}"] for row in json.loads(by_tag.stdout)["rows"]] == [""]
        for arguments in (
            ("report", "--month", desk.month, "--where", f"account=no{text}"),
            ("report", "--month", text),
            ("report", "--month", desk.month, "--by", text),
            ("report", "--month", desk.month, "--where", f"{text}=x"),
            ("report", "--month", desk.month, "--time-zone", text),
            ("account", "show", f"no{text}"),
            ("holds", "list", "--account", f"no{text}"),
            ("holds", "void", text, "--reason", "r"),
            ("account", "statement", f"no{text}", "--month", desk.month),
        ):
            refused = desk.run(*arguments)
            assert refused.exit_code in (1, 2), (arguments, refused.output)
    assert (
        json.loads(desk.report("--by", BY, "--json").stdout)["rows"] == json.loads(before)["rows"]
    )
    assert desk.run("verify").exit_code == 0


def test_a_filter_finds_exactly_the_hostile_text(desk: Desk) -> None:
    for where in (f"account={SQL}", f"account={CODES[-1]}"):
        rows = json.loads(desk.report("--where", where, "--by", "account", "--json").stdout)["rows"]
        assert [row["account"] for row in rows] == [where.partition("=")[2]]
    tagged = desk.report("--where", f"tag:team={WORST}", "--by", "tag:team", "--json")
    assert [row["tag:team"] for row in json.loads(tagged.stdout)["rows"]] == [WORST]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [str(value) for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _table(markdown: str) -> list[str]:
    lines = markdown.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
    return lines[start:end]


def _unstyled(text: str) -> str:
    """Without the colours and weights that we write ourselves."""
    return re.sub(r"\x1b\[(?:[0-9]{1,2};?)*m", "", text)


def _on_a_terminal(arguments: list[str]) -> str:
    """What a command writes where a person looks at it."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        process.wait()
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")
