from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result

from billing import Evidence, Ledger
from pricing import PriceBook

Run = Callable[..., Result]
Holds = Callable[..., Result]

KEYS = {
    *("id", "account", "state", "amount", "currency", "model", "endpoint", "size", "quality", "n"),
    *("created_at", "expires_at", "age_s", "request_id"),
}


@pytest.fixture
def holds(run: Run, ledger_url: str) -> Holds:
    """`image-billing holds ...` on the ledger of the test."""

    def invoke(*arguments: str) -> Result:
        return run("holds", *arguments, "--database-url", ledger_url)

    return invoke


def hold(ledger: Ledger, book: PriceBook, key: str, **terms: object) -> str:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4})
    return ledger.hold("acme", quote, key=key, **terms).id  # type: ignore[arg-type]  # passed on


def test_the_list_as_json_has_the_promised_keys(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    plain, sent = hold(acme, book, "plain"), hold(acme, book, "sent", on_deadline="doubt")
    acme.doubt(sent, key="d", reason="cut", evidence=Evidence(request_id="req_7"))

    listed = json.loads(holds("list", "--json").stdout)["holds"]

    assert {each["id"] for each in listed} == {plain, sent}
    assert all(set(each) == KEYS for each in listed)
    (doubted,) = (each for each in listed if each["id"] == sent)
    assert (doubted["state"], doubted["request_id"]) == ("in_doubt", "req_7")
    assert (doubted["amount"], doubted["n"], doubted["currency"]) == ("0.84288", 4, "USD")


def test_the_list_can_be_of_one_state_or_account(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    plain, sent = hold(acme, book, "plain"), hold(acme, book, "sent", on_deadline="doubt")
    acme.doubt(sent, key="d", reason="cut")

    in_doubt = json.loads(holds("list", "--state", "in-doubt", "--json").stdout)["holds"]
    still_open = json.loads(holds("list", "--state", "open", "--json").stdout)["holds"]

    assert [each["id"] for each in in_doubt] == [sent]
    assert [each["id"] for each in still_open] == [plain]
    assert holds("list", "--account", "nobody").exit_code == 1


def test_the_list_for_people_fits_a_narrow_terminal(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    hold(acme, book, "plain")

    lines = holds("list").stdout.splitlines()

    assert lines[2].strip() == "acme: 4 x 1024x1024 high"
    assert max(map(len, lines)) <= 80


def test_the_list_has_the_oldest_first_and_says_what_is_known_of_each(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    late = hold(acme, book, "first", on_deadline="doubt", expires_in=timedelta(days=9))
    soon = hold(acme, book, "second", on_deadline="doubt")
    known = Evidence(request_id="req_7", http_status=502, error_code="bad_gateway", error=("E",))
    cut = Evidence(error=("APITimeoutError", "ReadTimeout"), request_id="req_" + "0" * 32)
    acme.doubt(late, key="a", reason="unclear", evidence=known)
    acme.doubt(soon, key="b", reason="broke off", evidence=cut)

    listed = json.loads(holds("list", "--state", "in-doubt", "--json").stdout)["holds"]
    lines = [line.strip() for line in holds("list", "--state", "in-doubt").stdout.splitlines()]

    assert [each["id"] for each in listed] == [late, soon]
    assert lines[1].split()[:5] == [late, "in", "doubt", "0.84288", "USD"]
    assert lines[3] == "HTTP 502, bad_gateway, req_7"
    assert lines[6:8] == ["no answer, ReadTimeout,", f"req_{0:032}"]
    assert max(map(len, lines)) <= 80


def test_capture_pays_for_what_came_and_releases_the_rest(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    held = hold(acme, book, "a")
    decide = ("capture", held, "--images", "3", "--reason", "statement", "--actor", "ann", "--json")

    first, second = holds(*decide), holds(*decide)

    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert (one["amount"], one["released"], one["images"]) == ("0.63216", "0.21072", 3)
    assert (one["actor"], one["reason"]) == ("ann", "statement")
    assert (one["id"], two["repeated"]) == (two["id"], True)
    assert acme.balance("acme").held == 0


def test_a_capture_by_hand_counts_when_the_call_was_made_unless_told_otherwise(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    made = [hold(acme, book, key) for key in "ab"]
    calls = [acme.hold_by_id(each).hold.occurred_at for each in made]
    later = calls[1] + timedelta(microseconds=1)
    holds("capture", made[0], "--images", "1", "--reason", "phone")
    told = holds("capture", made[1], "--images", "1", "--reason", "r", "--at", later.isoformat())
    assert told.exit_code == 0, told.stderr
    ended = [acme.hold_by_id(each).ending for each in made]
    assert [each.occurred_at for each in ended if each] == [calls[0], later]


def test_void_releases_everything(acme: Ledger, book: PriceBook, holds: Holds) -> None:
    held = hold(acme, book, "a")

    result = holds("void", held, "--reason", "not on the statement")

    assert (result.exit_code, result.stdout) == (0, f"{held}: 0.84288 USD released\n")
    assert acme.balance("acme").available == 100


def test_who_decided_stands_in_the_statement_of_the_account(
    acme: Ledger, book: PriceBook, holds: Holds, run: Run, ledger_url: str
) -> None:
    captured, voided = hold(acme, book, "a"), hold(acme, book, "b")
    who = ("--reason", "seen on the dashboard", "--actor", "ana")

    holds("capture", captured, "--images", "2", *who)
    told = json.loads(holds("void", voided, *who, "--json").stdout)

    assert (told["actor"], told["reason"]) == ("ana", "seen on the dashboard")
    month = f"{acme.now():%Y-%m}"
    asked = ("account", "statement", "acme", "--month", month, "--json")
    lines = json.loads(run(*asked, "--database-url", ledger_url).stdout)["lines"]
    actors = {line["kind"]: line["actor"] for line in lines}
    assert actors == {"top-up": None, "hold": None, "capture": "ana", "void": "ana"}


@pytest.mark.parametrize(
    "verb", [("capture", "--images", "1"), ("void",)], ids=lambda verb: verb[0]
)
@pytest.mark.parametrize(
    ("words", "param"),
    [
        (("--reason", " "), "reason"),
        (("--reason", "r", "--actor", ""), "actor"),
        (("--reason", "r", "--actor", " "), "actor"),
    ],
)
def test_a_decision_is_said_in_words_or_nothing_is_ended(
    verb: tuple[str, ...],
    words: tuple[str, ...],
    param: str,
    acme: Ledger,
    book: PriceBook,
    holds: Holds,
) -> None:
    held = hold(acme, book, "a")

    result = holds(verb[0], held, *verb[1:], *words, "--json")

    error = json.loads(result.stderr)["error"]
    assert (result.exit_code, error["code"], error["param"]) == (2, "invalid_value", param)
    assert acme.hold_by_id(held).state == "open"


def test_a_hold_that_was_ended_cannot_be_ended_otherwise(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    held = hold(acme, book, "a")
    holds("capture", held, "--images", "4", "--reason", "r")

    void = holds("void", held, "--reason", "r", "--json")
    other = holds("capture", held, "--images", "2", "--reason", "r", "--json")

    for result in (void, other):
        assert result.exit_code == 1
        assert json.loads(result.stderr)["error"]["code"] == "hold_ended"


def test_expire_releases_reservations_and_doubts_what_was_sent(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    past = timedelta(seconds=-1)
    hold(acme, book, "plain", expires_in=past)
    hold(acme, book, "sent", expires_in=past, on_deadline="doubt")

    first, second = holds("expire", "--json"), holds("expire")

    assert json.loads(first.stdout) == {"moved": 2}
    assert second.stdout.startswith("0 holds")
    assert acme.balance("acme").in_doubt > 0
    assert acme.balance("acme").held == 0


@pytest.mark.parametrize("hold_id", ["hold_1", "hold_" + "0" * 32])
def test_an_unknown_hold_is_refused(acme: Ledger, holds: Holds, hold_id: str) -> None:
    result = holds("void", hold_id, "--reason", "r", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] == "hold_not_found"


def test_more_images_than_are_held_is_a_slip_of_the_keyboard(
    acme: Ledger, book: PriceBook, holds: Holds
) -> None:
    held = hold(acme, book, "a")

    result = holds("capture", held, "--images", "44", "--reason", "r", "--json")

    error = json.loads(result.stderr)["error"]
    assert (result.exit_code, error["param"]) == (1, "images")
    assert "use 1 to 4: no more are held" in error["message"]
    assert acme.hold_by_id(held).state == "open"


def test_no_image_delivered_is_no_capture(acme: Ledger, book: PriceBook, holds: Holds) -> None:
    result = holds("capture", hold(acme, book, "a"), "--images", "0", "--reason", "r", "--json")

    error = json.loads(result.stderr)["error"]
    assert (result.exit_code, error["param"]) == (2, "images")
