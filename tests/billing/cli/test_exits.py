from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from billing.cli import COMMANDS, exits, main

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["quote", "--size", "1024x1024"], 0),
        (["quote"], 1),
        (["quote", "--no-such-option"], 2),
        (["no-such-command"], 2),
        ([], 2),
        (["account", "list", "--database-url", "sqlite:////nowhere/at/all.db"], 1),
        (["account", "list", "--database-url", "postgresql://127.0.0.1:1/none"], 75),
        (["account", "list", "--database-url", "sqlite:///book.txt"], 1),
        (["reconcile", "no-such-file.csv", "--month", "2026-10"], 2),
        (["reconcile", "book.txt", "--month", "2026-10"], 1),
        (["generate", "a fox", "--account", "nobody", "--size", "1024x1024"], 1),
    ],
)
def test_a_shell_sees_the_exit_code_and_no_traceback(
    spawn: Spawn, empty_folder: Path, arguments: list[str], code: int
) -> None:
    (empty_folder / "book.txt").write_text("this is not a database, whatever it is " * 40)

    ended = spawn(*arguments, env={"OPENAI_API_KEY": "sk-none"})

    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    assert (ended.stderr == "") == (code == 0)
    assert ended.stdout == "" or code == 0 or arguments[0] == "generate"


@pytest.mark.parametrize(
    "line",
    [
        "account show acme --as-of soon",
        "account statement acme --month 2026-13",
        "account open acme --currency euros",
        "account top-up acme much --key a",
        "account floor acme 1e --reason r --actor ana",
        "quote --size 1024x1024 --at soon",
        "quote --size 1024x1024 --book none.yaml",
        "quote --file none.jsonl",
        "quote --size 1024x1024 --catalog none.yaml",
        "generate fox --account acme --size 1024x1024 --catalog none.yaml",
        "holds age --catalog none.yaml",
        "import none.csv",
        "period close 2026-13 --actor ana",
        "prices check none.yaml",
        "prices diff openai-gpt-image-2 none.yaml",
        "prices diff openai-gpt-image-2 openai-gpt-image-2 --usage none.csv",
        "prices margin --catalog none.yaml",
        "reconcile none.csv --month 2026-10",
        "reconcile here.csv --month 2026-13",
        "reconcile here.csv --month 2026-10 --settling-lag long",
        "reconcile here.csv --month 2026-10 --mapping none.yaml",
        "report --month 2026-13",
        "report --month 2026-10 --by foo",
        "report --month 2026-10 --format pdf",
        "report --from 2026-10-32",
        "report --month 2026-10 --time-zone Atlantis",
        "report --month 2026-10 --where foo",
        "rollup rebuild --day 2026-13-01",
        "shadow --file none.jsonl --by foo",
        "statement check none.csv",
        "verify --seals none.jsonl",
        "account list --database-url nonsense",
    ],
)
def test_a_value_that_an_option_never_has_and_a_file_that_is_not_there_are_bad_usage(
    run: Run, empty_folder: Path, line: str
) -> None:
    (empty_folder / "here.csv").write_text("request_id,created_at,model,size,quality,n,amount\n")
    run("db", "upgrade")

    ended = run(*line.split(), "--json")

    assert ended.exit_code == exits.BAD_USAGE, ended.output
    assert json.loads(ended.stderr.splitlines()[-1])["error"]["message"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("account list", "No account yet."),
        ("account alerts", "No soft limit was crossed."),
        ("holds list", "No hold ties up money."),
        ("reconciled", "Nothing was signed off yet"),
    ],
)
def test_a_list_without_rows_says_so_and_leaves_a_pipe_empty(
    run: Run, line: str, said: str
) -> None:
    run("db", "upgrade")

    ended = run(*line.split())

    assert (ended.exit_code, ended.stdout) == (0, "")
    assert said in ended.stderr


def test_what_is_asked_and_refused_is_no_bad_usage(run: Run, empty_folder: Path) -> None:
    (empty_folder / "bad.yaml").write_text("id: nothing else\n")
    (empty_folder / "bad.csv").write_text("a,b\n1,2\n")
    run("account", "open", "acme")
    run("account", "open", "web", "--parent", "acme")

    for line in (
        "quote --size 9x9",
        "quote --size 1024x1024 --n 99",
        "quote --size 1024x1024 --book bad.yaml",
        "prices check bad.yaml",
        "import bad.csv",
        "account show nobody",
        "holds void hold_0 --reason gone",
        "account floor acme 50 --reason r --actor ana",
        "account floor web -50 --reason r --actor ana",
        "account open more --parent web",
        "db grant somebody",
    ):
        assert run(*line.split()).exit_code == exits.REFUSED, line


def test_bad_usage_with_json_has_the_shape_of_every_refusal(spawn: Spawn) -> None:
    ended = spawn("quote", "--sizee", "1024x1024", "--json")

    error = json.loads(ended.stderr)["error"]
    assert ended.returncode == 2
    assert (error["code"], error["type"]) == ("usage", "invalid_request_error")
    assert "--size" in error["message"]


def test_a_reader_that_goes_away_leaves_no_traceback(empty_folder: Path) -> None:
    program = "from billing.cli import main; main(['prices', 'show', '--json'])"
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", program],
            stdout=write_end,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    finally:
        os.close(write_end)

    assert (ended.returncode, ended.stderr) == (exits.CUT_SHORT, b"")


def test_an_interrupted_command_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> object:
        raise KeyboardInterrupt

    assert exits.exit_code_of(interrupted, as_json=True) == 130
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "interrupted"


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    def faulty() -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        exits.exit_code_of(faulty, as_json=False)


def test_no_command_is_piped_in_colour(spawn: Spawn) -> None:
    shown, refused = spawn("prices", "show"), spawn("quote")

    assert "\x1b" not in shown.stdout + refused.stderr


def test_a_quote_imports_neither_the_database_nor_what_draws_tables() -> None:
    program = (
        "import sys; from billing.cli import main\n"
        "main(['quote', '--size', '1024x1024', '--json'], standalone_mode=False)\n"
        "print(sorted({'sqlalchemy', 'alembic', 'rich', 'openai', 'aiohttp'} & set(sys.modules)))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )

    assert ended.stdout.splitlines()[-1] == "[]"


def test_the_list_of_commands_says_what_each_command_says_of_itself(run: Run) -> None:
    listed = run("--help").stdout

    for name, entry in COMMANDS.items():
        page = run(name, "--help")
        assert page.exit_code == 0
        assert "Example: image-billing" in page.stdout
        assert f"{name} " in listed
        assert entry.summary in listed
    assert "_IMAGE_BILLING_COMPLETE=bash_source" in listed
    assert run("--version").stdout.startswith("image-billing ")


def test_every_command_takes_json(run: Run) -> None:
    context = main.make_context("image-billing", ["--help"], resilient_parsing=True)

    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        for each in getattr(command, "commands", {name: command}).values():
            assert "--json" in {option for p in each.params for option in p.opts}, each.name


def test_completion_knows_commands_sizes_and_books(spawn: Spawn) -> None:
    def complete(line: str) -> str:
        words = line.split(" ")
        asked = {
            "_IMAGE_BILLING_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
        return spawn(env=asked).stdout

    assert "plain,reconcile" in complete("image-billing rec")
    assert "plain,3840x2160" in complete("image-billing quote --size 3")
    assert "plain,openai-gpt-image-2" in complete("image-billing prices show op")


@pytest.mark.parametrize(
    ("output", "said"),
    [("nodir/x.html", "nodir/x.html: No such file"), ("/dev/full", "/dev/full: No space left")],
)
def test_the_file_that_cannot_be_written_is_the_one_that_was_named(
    run: Run, output: str, said: str
) -> None:
    run("db", "upgrade")

    ended = run("report", "--month", "2026-10", "--format", "html", "-o", output)

    assert ended.exit_code == 1
    assert f"error: {said}" in ended.stderr
