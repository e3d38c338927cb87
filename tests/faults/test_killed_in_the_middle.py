"""A process killed while its call is under way loses nothing and sends nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

from billing import Ledger
from billing.testing import ScriptedProvider, stall

CLI = [sys.executable, "-c", "from billing.cli import main; main()"]


def generate(url: str, ledger_url: str) -> list[str]:
    order = ["generate", "a sphere", "--account", "acme", "--size", "1024x1024", "--n", "4"]
    return [*CLI, *order, "--key", "job-1", "--base-url", url, "--database-url", ledger_url]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OPENAI_API_KEY": "sk-test"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def killed_while_waiting(provider: ScriptedProvider, command: list[str]) -> None:
    environment = {**os.environ, "OPENAI_API_KEY": "sk-test"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    deadline = time.monotonic() + 60
    while provider.posts == 0:
        assert process.poll() is None, "it ended before it sent anything"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_call_killed_after_sending_keeps_its_hold_and_is_never_sent_again(
    acme: Ledger, ledger_url: str
) -> None:
    with ScriptedProvider([stall(60)]) as provider:
        command = generate(provider.base_url, ledger_url)
        killed_while_waiting(provider, command)
        assert acme.verify().ok
        (view,) = acme.holds()
        assert (view.state, view.hold.n, view.hold.key) == ("open", 4, "job-1")
        assert acme.balance("acme").held == view.hold.amount

        listed = run(*CLI, "holds", "list", "--json", "--database-url", ledger_url)
        assert [hold["id"] for hold in json.loads(listed.stdout)["holds"]] == [view.hold.id]
        again = run(*command)
        assert again.returncode == 1
        assert "nothing was sent" in again.stderr
        assert provider.posts == 1

    assert acme.expire(view.hold.expires_at) == 1
    assert acme.balance("acme").in_doubt == view.hold.amount
    assert acme.verify().ok
