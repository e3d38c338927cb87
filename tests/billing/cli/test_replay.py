from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from billing import Evidence, Hold, Ledger
from billing.ledger.settlements import Settlement
from billing.ledger.spool.files import Spool
from pricing import PriceBook

Run = Callable[..., Result]
Replayed = Callable[..., Result]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file that another test left is seen here."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def replay(run: Run, ledger_url: str) -> Replayed:
    """`image-billing replay ...` on the ledger of the test."""

    def invoke(*arguments: str) -> Result:
        return run("replay", *arguments, "--database-url", ledger_url)

    return invoke


def kept(acme: Ledger, book: PriceBook, spool: Spool, key: str) -> Hold:
    """A call of four images whose answer is in the spool."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4})
    hold = acme.hold("acme", quote, key=key, on_deadline="doubt")
    spool.keep(
        Settlement(
            hold_id=hold.id,
            verb="capture",
            key=f"{hold.id}/call/capture",
            reason="4 delivered",
            evidence=Evidence(request_id="req_1", delivered=4),
            images=4,
            at=hold.occurred_at,
        )
    )
    return hold


def test_what_was_kept_is_settled_once(acme: Ledger, book: PriceBook, replay: Replayed) -> None:
    hold = kept(acme, book, acme.spool, "job")

    first, second = replay("--json"), replay("--json")

    answer = json.loads(first.stdout)
    (done,) = answer.pop("done")
    assert Path(done).parent.name == "done"
    assert answer == {
        "settled": 1,
        "repeated": 0,
        "ended": [],
        "left": [],
        "busy": [],
        "elsewhere": [],
    }
    assert json.loads(second.stdout)["settled"] == 0
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert acme.hold_by_id(hold.id).state == "captured"
    assert replay().stdout == "nothing to replay\n"


def test_a_line_that_cannot_be_settled_is_listed_and_the_exit_code_says_so(
    acme: Ledger, book: PriceBook, replay: Replayed, tmp_path: Path
) -> None:
    spool = Spool.of(acme.engine.url, tmp_path / "kept")
    kept(acme, book, spool, "a")
    (path,) = spool.waiting()
    path.write_bytes(path.read_bytes() + b"0123 {")

    told = replay("--spool", str(tmp_path / "kept"))
    as_json = replay("--spool", str(tmp_path / "kept"), "--json")

    assert (told.exit_code, as_json.exit_code) == (3, 3)
    assert f"{path}:2: left: torn" in told.stdout
    assert "1 call settled, 0 before, not again, 1 line left" in told.stdout
    answer = json.loads(as_json.stdout)
    assert answer["repeated"] == 1
    (line,) = answer["left"]
    assert (line["file"], line["line"], line["hold_id"]) == (str(path), 2, None)


def test_a_hold_that_was_ended_by_hand_is_told(
    acme: Ledger, book: PriceBook, replay: Replayed
) -> None:
    hold = kept(acme, book, acme.spool, "job")
    acme.void(hold.id, key="by hand", reason="nobody knew")

    result = replay()

    assert result.exit_code == 0
    assert f"{hold.id} ended: ended by a void before" in result.stdout


def test_files_of_another_ledger_are_left_alone_unless_it_was_moved(
    acme: Ledger, book: PriceBook, replay: Replayed, tmp_path: Path
) -> None:
    elsewhere = Spool("sqlite:/elsewhere/ledger.db", (tmp_path / "kept",))
    kept(acme, book, elsewhere, "job")

    here = replay("--spool", str(tmp_path / "kept"))
    moved = replay("--spool", str(tmp_path / "kept"), "--moved")

    assert (here.exit_code, moved.exit_code) == (0, 0)
    assert "1 file of other ledgers" in here.stderr
    assert moved.stdout.startswith("1 call settled")


def test_a_folder_that_is_not_there_is_a_usage_error(acme: Ledger, replay: Replayed) -> None:
    assert replay("--spool", "nowhere").exit_code == 2


def test_every_command_but_replay_and_verify_books_what_was_kept(
    acme: Ledger, book: PriceBook, run: Run, ledger_url: str
) -> None:
    hold = kept(acme, book, acme.spool, "job")
    run("verify", "--database-url", ledger_url)
    assert acme.hold_by_id(hold.id).state == "open"
    run("holds", "list", "--database-url", ledger_url)
    assert acme.hold_by_id(hold.id).state == "captured"
