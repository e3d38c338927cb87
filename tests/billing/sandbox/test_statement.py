"""The statement: one synced line of the canonical CSV for every request that was billed."""

from __future__ import annotations

import csv
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from openai import BadRequestError, OpenAI

from billing.sandbox import Sandbox
from billing.statement.errors import StatementError
from pricing import PriceBook

HEADER = "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status"


def generate(client: OpenAI, **changes: object) -> None:
    body = {"model": "gpt-image-2", "prompt": "a pear", "size": "1024x1024", **changes}
    client.post("/images/generations", cast_to=object, body=body)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_line_holds_the_canonical_columns(tmp_path: Path) -> None:
    noon_in_berlin = datetime(2026, 10, 1, 12, 0, 0, 5000, timezone(timedelta(hours=2)))
    path = tmp_path / "statement.csv"
    with (
        Sandbox(statement=path, account="acme", clock=lambda: noon_in_berlin) as sandbox,
        OpenAI(base_url=sandbox.base_url, api_key="sk-test", max_retries=0) as client,
    ):
        raw = client.images.with_raw_response.generate(
            model="gpt-image-2", prompt="a pear", size="1024x1024", quality="high", n=4
        )

    request_id = raw.headers["x-request-id"]
    assert path.read_text(encoding="utf-8") == (
        f"{HEADER}\n{request_id},2026-10-01T10:00:00.005+00:00,acme,gpt-image-2,generations,"
        "1024x1024,high,4,0.84288,USD,charged\n"
    )
    assert '"created":1790848800' in raw.text.replace(" ", "")


def test_the_line_is_on_disk_when_the_answer_arrives(client: OpenAI, sandbox: Sandbox) -> None:
    assert sandbox.statement is not None
    for number in (1, 2, 3):
        generate(client)
        assert len(rows(sandbox.statement)) == number


def test_the_amount_is_the_unit_price_of_the_book_times_n(client: OpenAI, sandbox: Sandbox) -> None:
    generate(client, size="3840x2160", quality="medium", n=7)

    unit = PriceBook.load("openai-gpt-image-2").quote(
        {"model": "gpt-image-2", "size": "3840x2160", "quality": "medium"}
    )
    (line,) = sandbox.billed
    assert (line.amount, line.currency) == (unit.unit_price * 7, unit.currency)
    assert sandbox.statement is not None
    assert Decimal(rows(sandbox.statement)[0]["amount"]) == line.amount


def test_the_user_of_a_request_is_the_account_of_its_line(client: OpenAI, sandbox: Sandbox) -> None:
    generate(client, user='team "b", Köln\nand more')
    generate(client)

    assert sandbox.statement is not None
    assert [row["account"] for row in rows(sandbox.statement)] == ['team "b", Köln\nand more', ""]


def test_half_a_surrogate_pair_is_escaped_on_the_statement(sandbox: Sandbox) -> None:
    body = rb'{"model": "gpt-image-2", "prompt": "\ud83c", "size": "1024x1024", "user": "\ud83c"}'
    request = urllib.request.Request(
        sandbox.base_url + "/images/generations",
        data=body,
        headers={"Content-Type": "application/json", "Authorization": "Bearer sk-test"},
    )
    with urllib.request.urlopen(request) as answer:
        status = answer.status

    assert status == 200
    assert sandbox.statement is not None
    assert [row["account"] for row in rows(sandbox.statement)] == ["\\ud83c"]


def test_a_refused_request_is_not_on_the_statement(client: OpenAI, sandbox: Sandbox) -> None:
    with pytest.raises(BadRequestError):
        generate(client, n=9)

    assert sandbox.statement is not None
    assert sandbox.statement.read_text() == HEADER + "\n"


def test_parallel_requests_make_whole_lines(client: OpenAI, sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: generate(client, n=n % 8 + 1), range(24)))

    assert sandbox.statement is not None
    lines = rows(sandbox.statement)
    assert sorted(int(line["n"]) for line in lines) == sorted([1, 2, 3, 4, 5, 6, 7, 8] * 3)
    assert len({line["request_id"] for line in lines}) == 24


def test_a_restart_appends_and_heals_a_line_that_a_crash_cut(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(f"{HEADER}\nreq_cut,2026-")
    with (
        Sandbox(statement=path) as sandbox,
        OpenAI(base_url=sandbox.base_url, api_key="sk-test") as client,
    ):
        generate(client)
    with Sandbox(statement=path) as again:
        assert again.billed == ()

    header, cut, line = path.read_text().splitlines()
    assert (header, cut) == (HEADER, "req_cut,2026-")
    assert line.endswith(",USD,charged")


def test_a_file_with_another_header_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "holiday.csv"
    path.write_text("day,place\n")

    with pytest.raises(StatementError, match="line 1: the header is 'day,place'"):
        Sandbox(statement=path).start()

    assert path.read_text() == "day,place\n"


@pytest.mark.parametrize("name", ["no/such/folder.csv", "."])
def test_a_statement_that_cannot_be_written_is_refused_at_the_start(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(StatementError, match="1 problem"):
        Sandbox(statement=tmp_path / name).start()


def test_without_a_file_what_was_billed_is_still_known() -> None:
    with (
        Sandbox() as sandbox,
        OpenAI(base_url=sandbox.base_url, api_key="sk-test") as client,
    ):
        generate(client, n=2)

    assert sandbox.statement is None
    assert [(line.n, line.created_at.tzinfo) for line in sandbox.billed] == [(2, UTC)]
