"""A ledger whose folder turns read-only while a call is under way: the answer is kept elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from billing import Ledger

#: Root may write everywhere unless it gives that right up.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
CALL = """
import sys
from pathlib import Path
from openai import OpenAI
from billing import Ledger, bill
from billing.testing import Action, ScriptedProvider, images

file = Path(sys.argv[1])
ledger = Ledger.open(f"sqlite:///{file}")

def play(exchange):
    ledger.close()  # its open files would stay writable
    file.chmod(0o444)
    file.parent.chmod(0o555)
    images(3).play(exchange)

with ScriptedProvider([Action("locks", play)]) as provider:
    with OpenAI(base_url=provider.base_url, api_key="none") as sdk:
        client = bill(sdk, ledger, account="acme")
        answer = client.images.generate(model="gpt-image-2", prompt="x", size="1024x1024", n=4)
    assert provider.posts == 1
print(len(answer.data), answer.billing.state, answer.billing.spooled, answer.billing.hold.id)
"""


@pytest.mark.skipif(bool(AS_ANYBODY) and shutil.which("setpriv") is None, reason="no setpriv")
def test_the_answer_arrives_and_is_booked_when_the_folder_can_be_written_again(
    sqlite_template: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    file = Path(shutil.copy(sqlite_template, folder / "ledger.db"))
    with Ledger.open(f"sqlite:///{file}") as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
    try:
        done = subprocess.run(
            [*AS_ANYBODY, sys.executable, "-c", CALL, str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        folder.chmod(0o755)
        file.chmod(0o644)
    assert done.returncode == 0, done.stderr
    delivered, state, spooled, hold = done.stdout.split()
    assert (delivered, state, spooled) == ("3", "open", "True")
    with Ledger.open(f"sqlite:///{file}") as ledger:
        assert ledger.hold_by_id(hold).state == "captured"
        assert ledger.balance("acme").posted == 3 * Decimal("0.05268")
        assert ledger.verify().ok
