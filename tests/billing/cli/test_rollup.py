from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result
from sqlalchemy import text

from billing import Ledger

Run = Callable[..., Result]


def test_a_day_is_put_right_and_what_was_wrong_is_printed(
    run: Run, acme: Ledger, ledger_url: str
) -> None:
    made = acme.adjust("acme", "1.5", key="gift", reason="goodwill", actor="ana")
    day = made.occurred_at.date().isoformat()
    rebuild = ("rollup", "rebuild", "--day", day, "--database-url", ledger_url)
    with acme.engine.begin() as connection:
        connection.execute(text("UPDATE rollup SET amount = amount + 250000000"))

    verified = run("verify", "--database-url", ledger_url)
    as_json = run(*rebuild, "--json")
    again = run(*rebuild)

    assert verified.exit_code == 3
    assert f"{day}: adjustment: amount +0.25" in " ".join(verified.stdout.split())
    off = {"transfers": 0, "asked": 0, "images": 0, "uncosted": 0, "amount": "0.25", "cost": "0"}
    changed = [{"account": "acme", "day": day, "kind": "adjustment", "off_by": off}]
    assert json.loads(as_json.stdout) == {"day": day, "changed": changed}
    assert again.stdout == f"{day}: nothing to put right\n"
    assert run("verify", "--database-url", ledger_url).exit_code == 0


def test_words_say_what_was_put_right(run: Run, acme: Ledger, ledger_url: str) -> None:
    made = acme.adjust("acme", "1.5", key="gift", reason="goodwill", actor="ana")
    day = made.occurred_at.date().isoformat()
    with acme.engine.begin() as connection:
        connection.execute(text("UPDATE rollup SET transfers = 3"))

    done = run("rollup", "rebuild", "--day", day, "--database-url", ledger_url)

    assert done.stdout.splitlines() == [
        f"acme: {day}: adjustment: transfers +2: put right",
        f"{day}: 1 sum put right",
    ]


def test_a_day_that_is_none_is_refused(run: Run, acme: Ledger, ledger_url: str) -> None:
    done = run("rollup", "rebuild", "--day", "2026-02-30", "--database-url", ledger_url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "write YYYY-MM-DD" in done.stderr
