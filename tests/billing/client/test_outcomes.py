"""The outcome table read without a wire: every row, and what the words say."""

from __future__ import annotations

import json

import pytest

from billing.client.outcome.answers import Answer, read_answer
from billing.client.outcome.table import (
    Outcome,
    Reply,
    after_doubt,
    classify,
    may_go_again,
)
from billing.ledger.settlements import Verb


def answered(status: int, *, delivered: int = 0, is_error: bool = False) -> Reply:
    return Reply(status=status, answer=Answer(delivered=delivered, is_error=is_error))


def broken(*names: str, status: int | None = None) -> Reply:
    return Reply(status=status, error=names, is_broken=True)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422, 429, 451])
def test_a_refusal_is_void(status: int) -> None:
    assert classify(answered(status)) == ("void", 0, f"refused: HTTP {status}")


@pytest.mark.parametrize("status", [300, 302, 307, 405, 408, 409, 418, 500, 502, 503, 504, 529])
def test_every_other_error_status_is_in_doubt(status: int) -> None:
    assert classify(answered(status)) == ("doubt", 0, f"unclear: HTTP {status}")


@pytest.mark.parametrize(
    "name",
    [
        "ConnectError",
        "ConnectTimeout",
        "InvalidURL",
        "PoolTimeout",
        "ProxyError",
        "UnsupportedProtocol",
    ],
)
def test_what_was_never_sent_is_void(name: str) -> None:
    assert classify(broken("APIConnectionError", name)) == ("void", 0, f"never sent: {name}")


@pytest.mark.parametrize(
    "name",
    ["ReadTimeout", "WriteTimeout", "ReadError", "WriteError", "RemoteProtocolError", "CloseError"],
)
def test_what_broke_off_is_in_doubt(name: str) -> None:
    assert classify(broken("APIConnectionError", name)) == ("doubt", 0, f"broke off: {name}")


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "CancelledError", "ValueError"])
def test_an_exception_that_says_nothing_about_the_wire_is_in_doubt(name: str) -> None:
    assert classify(broken(name)) == ("doubt", 0, f"broke off: {name}")


def test_a_refused_connection_after_a_cut_one_is_in_doubt() -> None:
    outcome = classify(broken("APIConnectionError", "ConnectError", "ReadError"))
    assert outcome.verb == "doubt"


def test_a_refusal_whose_body_broke_off_is_in_doubt() -> None:
    outcome = classify(broken("APIConnectionError", "ReadError", status=400))
    assert outcome == ("doubt", 0, "broke off: ReadError after HTTP 400")


@pytest.mark.parametrize("delivered", [1, 4, 9])
def test_images_that_arrived_are_captured_as_many_as_they_are(delivered: int) -> None:
    outcome = classify(answered(200, delivered=delivered))
    assert outcome == ("capture", delivered, f"{delivered} delivered")


@pytest.mark.parametrize(
    ("reply", "verb", "reason"),
    [
        (answered(200), "doubt", "no image under HTTP 200"),
        (answered(200, is_error=True), "doubt", "error object under HTTP 200"),
        (answered(200, is_error=True, delivered=2), "capture", "2 delivered"),
        (answered(202, delivered=2), "doubt", "accepted for later: HTTP 202"),
        (answered(204), "doubt", "no image under HTTP 204"),
        (answered(500, delivered=2), "doubt", "unclear: HTTP 500"),
        (Reply(), "doubt", "unclear: HTTP None"),
    ],
)
def test_success_without_images_is_in_doubt(reply: Reply, verb: Verb, reason: str) -> None:
    outcome = classify(reply)
    assert (outcome.verb, outcome.reason) == (verb, reason)


@pytest.mark.parametrize(("status", "is_void"), [(499, False), (500, True), (599, True)])
def test_a_5xx_is_void_only_where_the_provider_never_bills_it(status: int, is_void: bool) -> None:
    assert classify(answered(status)).verb == "doubt"
    found = classify(answered(status), bills_5xx=False)
    reason = f"failed unbilled: HTTP {status}" if is_void else f"unclear: HTTP {status}"
    assert found == ("void" if is_void else "doubt", 0, reason)
    # Half an answer says nothing: the work may have been done.
    cut = broken("ReadError", status=status)
    assert classify(cut, bills_5xx=False).verb == "doubt"


@pytest.mark.parametrize(
    ("status", "is_success"), [(199, False), (200, True), (299, True), (300, False)]
)
def test_images_count_under_a_2xx_only(status: int, is_success: bool) -> None:
    found = classify(answered(status, delivered=1))
    assert found.verb == ("capture" if is_success else "doubt")


def test_what_broke_off_on_our_side_before_the_first_byte_was_never_sent() -> None:
    unsent = Reply(is_broken=True, is_unsent=True, error=("ReadError",))
    assert classify(unsent) == ("void", 0, "never sent: ReadError")
    assert classify(Reply(is_broken=True)) == ("doubt", 0, "broke off: no answer")
    assert classify(broken("Odd", "ReadTimeout")).reason == "broke off: ReadTimeout"
    assert classify(Reply(error=("ConnectError",), status=200)).verb == "doubt"


DOUBT = Outcome("doubt", 0, "the first attempt")


@pytest.mark.parametrize(
    ("reply", "answers_for_both"),
    [
        (answered(200, delivered=2), True),
        *((answered(status), True) for status in (400, 413, 422, 451)),
        *((answered(status), False) for status in (401, 402, 403, 404, 429, 500, 200)),
        (broken("ReadError", status=400), False),
        (broken("ConnectError"), False),
    ],
)
def test_only_images_and_refusals_of_the_request_answer_for_an_attempt_in_doubt(
    reply: Reply, answers_for_both: bool
) -> None:
    outcome = classify(reply)
    assert after_doubt(outcome, reply, doubt=DOUBT) == (outcome if answers_for_both else DOUBT)


#: The reply; whether it may go again to any provider, and to one that honours keys.
AGAIN = [
    (answered(200, delivered=1), False, False),
    (answered(400), False, False),
    (answered(429), True, True),
    (answered(408), False, True),
    (answered(409), False, True),
    (answered(410), False, False),
    (answered(499), False, False),
    (answered(500), False, True),
    (answered(200), False, False),
    (broken("ConnectError"), True, True),
    (broken("ConnectTimeout"), True, True),
    (broken("PoolTimeout"), True, True),
    (broken("InvalidURL"), False, False),
    (broken("ReadTimeout"), False, True),
    (broken("ConnectError", "ReadError"), False, True),
    (broken("KeyboardInterrupt"), False, False),
]


@pytest.mark.parametrize(("reply", "anywhere", "under_a_key"), AGAIN)
def test_nothing_goes_again_that_might_be_paid_twice(
    reply: Reply, anywhere: bool, under_a_key: bool
) -> None:
    outcome = classify(reply)
    assert may_go_again(outcome, reply, asked=None) is anywhere
    assert may_go_again(outcome, reply, asked=None, honours_keys=True) is under_a_key
    # What the provider asks for decides only where there is no chance of paying twice.
    for asked in ("true", "false"):
        says = asked == "true" and not reply.is_broken and outcome.verb != "capture"
        free = outcome.verb == "void"
        if not reply.is_broken:
            assert may_go_again(outcome, reply, asked=asked) is (says and free)
            assert may_go_again(outcome, reply, asked=asked, honours_keys=True) is says
        else:
            assert may_go_again(outcome, reply, asked=asked) is anywhere


def test_an_unbilled_5xx_may_go_again() -> None:
    failed = answered(503)
    outcome = classify(failed, bills_5xx=False)
    assert may_go_again(outcome, failed, asked=None)
    assert not may_go_again(outcome, failed, asked="false")
    assert may_go_again(outcome, failed, asked="maybe")


def test_the_reason_names_the_code_of_the_error() -> None:
    reply = Reply(status=429, answer=Answer(error_code="rate_limit_exceeded"))
    assert classify(reply).reason == "refused: HTTP 429 (rate_limit_exceeded)"


def body(**fields: object) -> bytes:
    return json.dumps(
        {"created": 1778688000, "data": [{"url": "https://x.test/1"}], **fields}
    ).encode()


@pytest.mark.parametrize(
    ("data", "delivered"),
    [
        ([{"url": "https://x.test/1"}, {"b64_json": "aGk="}], 2),
        ([{"url": None, "b64_json": None}, {"url": ""}, {"url": "  "}, {}], 0),
        ([{"url": 7}, "https://x.test/1", None, {"url": "https://x.test/2"}], 1),
        ([{"url": "https://x.test/1", "b64_json": "aGk="}], 1),
        ({"url": "https://x.test/1"}, 0),
        ("https://x.test/1", 0),
        (None, 0),
    ],
)
def test_an_item_counts_when_it_has_a_url_or_base64(data: object, delivered: int) -> None:
    assert read_answer(body(data=data)).delivered == delivered


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b"null", b"7", b'{"data": [', b"\xff\xfe", b"[" * 100_000, b"9" * 5000],
)
def test_a_body_that_is_no_json_object_says_nothing_and_raises_nothing(content: bytes) -> None:
    assert read_answer(content) == Answer()


def test_usage_is_flattened_and_what_is_no_count_is_left_out() -> None:
    usage = {
        "input_tokens": 50,
        "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
        "cost": 0.1,
        "negative": -1,
        "endless": 10**30,
        "flag": True,
    }
    assert read_answer(body(usage=usage)).usage == {
        "input_tokens": 50,
        "input_tokens_details.text_tokens": 10,
        "input_tokens_details.image_tokens": 40,
    }


@pytest.mark.parametrize("created", [-1, 10**30, 1.5, "1778688000", True, None])
def test_a_created_that_is_no_time_is_left_out(created: object) -> None:
    assert read_answer(body(created=created)).created is None


def test_only_addresses_are_kept_never_images_themselves() -> None:
    urls = ["https://x.test/1", "data:image/png;base64,aGk=", "https://x.test/" + "x" * 5000]
    answer = read_answer(body(data=[{"url": url} for url in urls]))
    assert (answer.delivered, answer.urls) == (3, ("https://x.test/1",))


@pytest.mark.parametrize("error", ["overloaded", {"message": "overloaded"}, {"code": None}])
def test_an_error_without_a_code_is_an_error_all_the_same(error: object) -> None:
    assert read_answer(body(data=None, error=error)) == Answer(created=1778688000, is_error=True)


def test_an_error_code_that_no_database_stores_is_cleaned() -> None:
    answer = read_answer(b'{"error": {"code": "bad\\u0000\\ud800" }}')
    assert (answer.error_code, answer.is_error) == ("bad?", True)
