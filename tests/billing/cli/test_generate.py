from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from billing import Ledger
from billing.cli.image_files import ImageNotSaved, save
from billing.sandbox import Sandbox

Run = Callable[..., Result]
Generate = Callable[..., Result]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def generate(run: Run, acme: Ledger, ledger_url: str, sandbox: Sandbox) -> Generate:
    """`image-billing generate ...` for acme, against a sandbox."""
    env = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": sandbox.base_url}
    account = ("--account", "acme", "--size", "1024x1024", "--database-url", ledger_url)

    def invoke(*arguments: str) -> Result:
        return run("generate", *arguments, *account, env=env)

    return invoke


def test_generate_shows_the_quote_before_and_the_receipt_after(generate: Generate) -> None:
    result = generate("a red fox", "--n", "2")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].startswith("2 x 1024x1024 medium (1K)")
    assert lines[2] == "2 images delivered, 0.10536 USD paid"
    assert all(line.startswith("http://127.0.0.1:") for line in lines[3:])
    assert len(lines) == 5


def test_generate_as_json_is_one_object_with_quote_receipt_and_images(
    generate: Generate, acme: Ledger
) -> None:
    answer = json.loads(generate("a red fox", "--n", "2", "--json").stdout)

    receipt = answer["receipt"]
    assert set(answer) == {"quote", "receipt", "images"}
    assert (receipt["state"], receipt["images"], receipt["amount"]) == ("captured", 2, "0.10536")
    assert receipt["request_id"].startswith("req_")
    assert [image["file"] for image in answer["images"]] == [None, None]
    assert acme.hold_by_id(receipt["hold_id"]).state == "captured"


def test_images_are_saved_under_names_that_we_make(generate: Generate, empty_folder: Path) -> None:
    answer = json.loads(generate("a fox", "--n", "2", "--out", "pictures/today", "--json").stdout)

    hold_id = answer["receipt"]["hold_id"]
    saved = sorted((empty_folder / "pictures/today").iterdir())
    assert [file.name for file in saved] == [f"{hold_id}-1.png", f"{hold_id}-2.png"]
    assert saved[0].read_bytes().startswith(b"\x89PNG")
    assert answer["images"][0]["file"] == f"pictures/today/{hold_id}-1.png"


def test_a_paid_key_is_answered_from_the_ledger(
    generate: Generate, acme: Ledger, sandbox: Sandbox
) -> None:
    first = json.loads(generate("a fox", "--key", "job-1", "--json").stdout)
    billed = len(sandbox.billed)

    second = json.loads(generate("a fox", "--key", "job-1", "--json").stdout)

    assert len(sandbox.billed) == billed
    assert second["receipt"]["repeated"] is True
    assert second["receipt"]["hold_id"] == first["receipt"]["hold_id"]
    assert second["images"] == first["images"]


def test_an_edit_by_address_is_priced_as_an_edit(generate: Generate) -> None:
    answer = json.loads(
        generate("snow", "--edit-image", "http://127.0.0.1/fox.png", "--json").stdout
    )

    assert answer["quote"]["endpoint"] == "edits"
    assert answer["receipt"]["state"] == "captured"


def test_what_the_provider_refuses_is_voided_and_said_so(
    generate: Generate, acme: Ledger, sandbox: Sandbox
) -> None:
    result = generate(" ", "--json")

    told = json.loads(result.stderr)
    assert result.exit_code == 1
    assert (told["error"]["code"], told["error"]["param"]) == ("invalid_value", "prompt")
    assert "Nothing was charged" in told["error"]["message"]
    assert told["receipt"]["state"] == "voided"
    assert acme.balance("acme").available == 100


def test_a_provider_that_is_not_there_costs_nothing(generate: Generate, acme: Ledger) -> None:
    result = generate("a fox", "--base-url", "http://127.0.0.1:1/v1", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] == "provider_unreachable"
    assert acme.balance("acme").available == 100


def test_a_call_that_cannot_be_priced_holds_and_sends_nothing(
    generate: Generate, acme: Ledger, sandbox: Sandbox
) -> None:
    billed = len(sandbox.billed)

    result = generate("a fox", "--n", "9", "--json")

    assert json.loads(result.stderr)["error"]["param"] == "n"
    assert len(sandbox.billed) == billed
    assert acme.balance("acme").version == 1


def test_a_call_without_credentials_is_refused_before_money_moves(
    run: Run, acme: Ledger, ledger_url: str, empty_folder: Path
) -> None:
    result = run(
        *("generate", "a fox", "--account", "acme", "--size", "1024x1024", "--json"),
        *("--database-url", ledger_url, "--out", "pictures"),
    )

    error = json.loads(result.stderr)["error"]
    assert result.exit_code == 1
    assert "OPENAI_API_KEY" in error["message"]
    assert not (empty_folder / "pictures").exists()
    assert acme.balance("acme").version == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "/etc/passwd", ""])
def test_only_http_addresses_are_fetched(address: str, empty_folder: Path) -> None:
    with pytest.raises(ImageNotSaved):
        save(empty_folder, "hold_1-1", url=address, b64=None)

    assert list(empty_folder.iterdir()) == []


def test_an_image_that_is_gone_leaves_no_file(empty_folder: Path, sandbox: Sandbox) -> None:
    with pytest.raises(ImageNotSaved, match="404"):
        save(empty_folder, "hold_1-1", url=f"http://127.0.0.1:{sandbox.port}/files/x", b64=None)

    assert list(empty_folder.iterdir()) == []


def test_base64_images_are_decoded_and_named_by_what_they_are(empty_folder: Path) -> None:
    path = save(empty_folder, "hold_1-1", url=None, b64="/9j/4AAQ")

    assert path.name == "hold_1-1.jpeg"
    with pytest.raises(ImageNotSaved, match="base64"):
        save(empty_folder, "hold_1-2", url=None, b64="not base64!")
