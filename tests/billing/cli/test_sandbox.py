from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import Result

Run = Callable[..., Result]

# A shell that starts the suite in the background hands on an ignored Ctrl-C.
_PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from billing.cli import main; main(prog_name='image-billing')"
)


@pytest.mark.parametrize("extra", [(), ("--json",)])
def test_the_sandbox_prints_its_base_url_and_ends_with_ctrl_c(
    empty_folder: Path, extra: tuple[str, ...]
) -> None:
    command = [sys.executable, "-c", _PROGRAM, "sandbox", "--statement", "s.csv", *extra]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        if extra:
            while "}" not in first:
                first += process.stdout.readline()
            first = json.loads(first)["base_url"]
        ask = Request(f"{first.strip()}/models", headers={"Authorization": "Bearer sk-x"})
        with urlopen(ask, timeout=60) as answer:
            models = json.load(answer)
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=60)

    assert models["data"][0]["id"] == "gpt-image-2"
    assert (process.returncode, words) == (0, "")
    assert (empty_folder / "s.csv").read_text().startswith("request_id,")


def test_a_port_that_is_taken_is_refused(run: Run) -> None:
    result = run("sandbox", "--port", "1", "--statement", "no/such/folder.csv", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] in ("cannot_listen", "statement_unreadable")


def test_the_help_names_every_misbehaviour(run: Run) -> None:
    said = run("sandbox", "--help").stdout
    for name in ("deliver", "over-deliver", "stall", "cut", "cut-body", "status", "empty", "html"):
        assert name in said
    assert "billed" in said.partition("X-Sandbox")[2].partition("Options:")[0]
