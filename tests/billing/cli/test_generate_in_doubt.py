from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from billing import Ledger
from billing.testing import (
    Action,
    Exchange,
    ScriptedProvider,
    close_without_answer,
    empty_200,
    error,
    html_200,
    images,
    stall,
)

Run = Callable[..., Result]


def generate(
    run: Run, ledger: Ledger, provider: ScriptedProvider, *extra: str, api_key: str = "sk-test"
) -> Result:
    url = ledger.engine.url.render_as_string(hide_password=False)
    where = ("--database-url", url, "--base-url", provider.base_url)
    asked = ("generate", "a fox", "--account", "acme", "--size", "1024x1024", *where, *extra)
    return run(*asked, env={"OPENAI_API_KEY": api_key})


@pytest.mark.parametrize(
    "action",
    [close_without_answer(), empty_200(), html_200(), error(500)],
    ids=["cut", "no image", "html", "500"],
)
def test_an_unknown_outcome_is_one_post_a_hold_in_doubt_and_exit_1(
    run: Run, acme: Ledger, action: Action
) -> None:
    with ScriptedProvider([action]) as provider:
        result = generate(run, acme, provider, "--json")

    told = json.loads(result.stderr)
    assert (result.exit_code, provider.posts) == (1, 1)
    assert told["error"]["code"] == "outcome_in_doubt"
    assert told["receipt"]["state"] == "in_doubt"
    assert told["receipt"]["hold_id"] in told["error"]["message"]
    assert acme.balance("acme").in_doubt == Decimal("0.05268")


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_ctrl_c_after_sending_says_that_it_may_have_been_charged(
    run: Run, acme: Ledger, form: tuple[str, ...]
) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def press_ctrl_c(exchange: Exchange) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        stall(5).play(exchange)

    with ScriptedProvider([Action("Ctrl-C", press_ctrl_c)]) as provider:
        result = generate(run, acme, provider, *form)

    signal.signal(signal.SIGINT, before)
    (view,) = acme.holds()
    assert (result.exit_code, view.state) == (130, "in_doubt")
    assert "Interrupted. It may have been charged: 0.05268 USD stays set aside" in result.stderr
    assert view.hold.id in result.stderr
    if form:
        told = json.loads(result.stderr)
        assert told["error"]["code"] == "outcome_in_doubt"
        assert told["receipt"]["hold_id"] == view.hold.id


def test_the_message_for_people_warns_of_paying_twice(run: Run, acme: Ledger) -> None:
    with ScriptedProvider([close_without_answer()]) as provider:
        result = generate(run, acme, provider)

    assert "0.05268 USD stays set aside" in result.stderr
    assert "Do not simply send it again" in result.stderr
    assert "Traceback" not in result.output


def test_a_picture_that_cannot_be_fetched_is_paid_all_the_same_and_exit_1(
    run: Run, acme: Ledger, empty_folder: Path
) -> None:
    with ScriptedProvider([images(1)]) as provider:
        result = generate(run, acme, provider, "--out", "file-in-the-way", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert answer["receipt"]["state"] == "captured"
    assert answer["images"][0]["file"] is None
    assert json.loads(result.stderr)["error"]["code"] == "image_not_saved"
    assert acme.balance("acme").posted == Decimal("0.05268")


@pytest.mark.parametrize("api_key", ["sk-secret\n", "sk-secr\u00e9t"])
def test_a_key_that_no_header_can_carry_is_an_error_line_and_costs_nothing(
    run: Run, acme: Ledger, api_key: str
) -> None:
    with ScriptedProvider([images(1)]) as provider:
        result = generate(run, acme, provider, "--json", api_key=api_key)
        assert provider.posts == 0

    told = json.loads(result.stderr)
    assert result.exit_code == 1
    assert told["error"]["code"] == "request_unwritable"
    assert "the API key" in told["error"]["message"]
    assert "Nothing was charged" in told["error"]["message"]
    assert told["receipt"]["state"] == "voided"
    assert "secr" not in result.output
    assert acme.balance("acme").available == 100


def test_images_that_arrived_while_the_ledger_was_away_are_shown_and_said_so(
    run: Run, acme: Ledger
) -> None:
    def unplug(exchange: Exchange) -> None:
        _run_sql(acme, "ALTER TABLE balance RENAME TO balance_away")
        images(1).play(exchange)

    with ScriptedProvider([Action("unplug", unplug)]) as provider:
        result = generate(run, acme, provider)

    _run_sql(acme, "ALTER TABLE balance_away RENAME TO balance")
    assert result.exit_code == 1
    assert "https://images.invalid/1.png" in result.stdout
    assert "The answer carried 1 image. The ledger could not be written" in result.stderr
    assert "stays open with 0.05268 USD" in result.stderr


def test_images_of_a_hold_that_an_operator_voided_are_shown_and_said_so(
    run: Run, acme: Ledger
) -> None:
    def void_first(exchange: Exchange) -> None:
        (view,) = acme.holds()
        acme.void(view.hold.id, key="by-hand", reason="asked for by the customer")
        images(2).play(exchange)

    with ScriptedProvider([Action("void first", void_first)]) as provider:
        result = generate(run, acme, provider, "--n", "2", "--json")

    told = json.loads(result.stderr.splitlines()[-1])
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["images"]) == 2
    assert told["error"]["code"] == "hold_ended"
    assert "The answer carried 2 images" in told["error"]["message"]
    assert "ended as voided while the call was under way" in told["error"]["message"]
    assert "in doubt" not in told["error"]["message"]


def _run_sql(ledger: Ledger, statement: str) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text(statement))
