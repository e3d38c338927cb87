"""Answers of a provider made to hurt: the money stays in doubt, the call ends, nothing crashes."""

from __future__ import annotations

from contextlib import suppress

import openai
import pytest
from openai import OpenAI

from billing import Ledger, bill
from billing.testing import ScriptedProvider, reply
from pricing import PriceBook, quote_lines

_JSON = {"content-type": "application/json"}
HOSTILE = {
    "deep nesting": b"[" * 100_000,
    "deep nesting that ends": b'{"data":' * 5_000 + b"1" + b"}" * 5_000,
    "an integer of 100,000 digits": b'{"created": ' + b"9" * 100_000 + b', "data": []}',
    "no Unicode": b'{"data": [{"url": "\xff\xfe"}]}',
    "half a surrogate pair for a code": b'{"error": {"code": "\\ud800", "message": "\\u0000"}}',
    "a list of everything": b'{"data": [null, 1, "x", [], {}, {"url": 5}, {"b64_json": {}}]}',
    "data that is no list": b'{"data": {"url": "https://x.test/1"}}',
}


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_leaves_the_money_in_doubt(acme: Ledger, body: bytes) -> None:
    with (
        ScriptedProvider([reply(200, body=body, headers=_JSON)]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-test", timeout=30) as sdk,
    ):
        client = bill(sdk, acme, account="acme")
        with suppress(openai.APIError):  # where there is something to hand back, it is
            client.images.generate(model="gpt-image-2", prompt="a kite", size="1024x1024")
    (view,) = acme.holds()
    assert view.state == "in_doubt"
    assert acme.verify().ok


def test_a_line_of_requests_that_is_nested_without_end_is_one_bad_line(book: PriceBook) -> None:
    good = '{"size": "1024x1024"}\n'
    bad = ["[" * 100_000, '{"a":' * 100_000, '{"n": ' + "9" * 100_000 + "}", '{"size": NaN}']
    lines = [good, *(f"{line}\n" for line in bad), good]

    answer = quote_lines(
        lines, lambda fields, endpoint: book.quote(fields, endpoint=endpoint), model=book.model
    )

    assert (answer.lines, answer.refused) == (6, 4)
    assert all(len(error.message) < 1_000 for error in answer.errors)
