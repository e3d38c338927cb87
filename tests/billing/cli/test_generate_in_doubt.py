from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result

from billing import Ledger
from billing.testing import (
    Action,
    ScriptedProvider,
    close_without_answer,
    empty_200,
    error,
    html_200,
    images,
)

Run = Callable[..., Result]


def generate(run: Run, ledger: Ledger, provider: ScriptedProvider, *extra: str) -> Result:
    url = ledger.engine.url.render_as_string(hide_password=False)
    where = ("--database-url", url, "--base-url", provider.base_url)
    asked = ("generate", "a fox", "--account", "acme", "--size", "1024x1024", *where, *extra)
    return run(*asked, env={"OPENAI_API_KEY": "sk-test"})


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
