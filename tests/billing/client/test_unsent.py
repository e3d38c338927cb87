"""What fails before the first byte leaves is void, whatever the exception is called."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from threading import Thread
from typing import Any, NoReturn

import openai
import pytest
from openai import OpenAI

from billing import HoldView, Ledger
from billing.client import bill
from billing.client.outcome.table import Reply, classify
from billing.client.sdk.stand_ins import watched
from billing.client.transport.handover import CallAbandoned, Handover
from billing.testing import ScriptedProvider, images

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}


def vault_down() -> str:
    raise TimeoutError("the vault is down")


def closed(client: OpenAI) -> OpenAI:
    client.close()
    return client


def refuse(_request: object) -> None:
    raise PermissionError("not during the night")


def hooked(client: OpenAI) -> OpenAI:
    http = openai.DefaultHttpxClient(event_hooks={"request": [refuse]})
    return client.with_options(http_client=http)


def without_key(client: OpenAI) -> OpenAI:
    client.api_key = None  # type: ignore[assignment]  # what users do
    return client


BROKEN: dict[str, Callable[[OpenAI], OpenAI]] = {
    "a line break in the key": lambda client: client.with_options(api_key="sk-secret\n"),
    "a space after the key": lambda client: client.with_options(api_key="sk-secret "),
    "an accent in the key": lambda client: client.with_options(api_key="sk-sécret"),
    "a key that cannot be fetched": lambda client: client.with_options(api_key=vault_down),
    "a line break in a header": lambda client: client.with_options(default_headers={"X-A": "b\n"}),
    "a closed client": closed,
    "a hook that raises": hooked,
}
if not openai.__version__.startswith("1."):  # the first major sends such a request
    BROKEN["no key at all"] = without_key


def failed(ledger: Ledger, client: OpenAI) -> tuple[BaseException, HoldView]:
    """What a call raised, and its hold."""
    with pytest.raises(BaseException) as raised:
        bill(client, ledger, account="acme").images.generate(**FIELDS)
    receipt = raised.value.billing  # type: ignore[attr-defined]
    view = ledger.hold_by_id(receipt.hold.id)
    assert receipt.state == view.state
    return raised.value, view


@pytest.mark.parametrize("how", BROKEN)
def test_what_fails_before_the_first_byte_is_void_and_raised_as_the_bare_sdk_does(
    how: str, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        error, view = failed(acme, BROKEN[how](sdk(provider.base_url)))
        with pytest.raises(type(error)) as bare:
            BROKEN[how](sdk(provider.base_url).with_options(max_retries=0)).images.generate(
                **FIELDS
            )
        assert provider.posts == 0
    assert view.state == "voided"
    assert acme.balance("acme").available == 100
    assert str(error) == str(bare.value)
    assert type(error.__cause__) is type(bare.value.__cause__)
    assert "secret" not in repr(view)


@pytest.mark.parametrize("answer", [b"407 Proxy Authentication Required", b"503 Busy"])
def test_a_proxy_that_opens_no_tunnel_has_sent_the_provider_nothing(
    acme: Ledger, answer: bytes
) -> None:
    asked: list[bytes] = []

    def refuse_one(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            asked.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 %s\r\ncontent-length: 0\r\n\r\n" % answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        refusing = Thread(target=refuse_one, args=(listener,))
        refusing.start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with OpenAI(
            base_url="https://provider.test/v1",
            api_key="sk-secret",
            http_client=openai.DefaultHttpxClient(proxy=proxy),
        ) as client:
            error, view = failed(acme, client)
        refusing.join()
    assert asked[0].startswith(b"CONNECT provider.test:443")
    assert isinstance(error, openai.APIConnectionError)
    assert type(error.__cause__).__name__ == "ProxyError"
    assert view.state == "voided"
    assert acme.balance("acme").available == 100


def test_the_users_client_is_left_as_it_was(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client = sdk(provider.base_url)
        before = dict(vars(client))
        bill(client, acme, account="acme").images.generate(**FIELDS)
        assert vars(client) == before


class _Shrinking(io.BytesIO):
    """A file that is shorter than it was when the request was built."""

    def read(self, size: int | None = -1, /) -> bytes:
        return b""


def test_a_request_that_breaks_a_rule_after_its_headers_is_in_doubt(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme")
        with pytest.raises(Exception, match=r"Too little data|Connection error") as raised:
            client.images.edit(**FIELDS, image=_Shrinking(b"picture"))
    receipt = raised.value.billing  # type: ignore[attr-defined]
    (evidence,) = acme.hold_by_id(receipt.hold.id).evidence
    assert "LocalProtocolError" in evidence.error
    assert receipt.state == "in_doubt"


class _SendsByItself(OpenAI):
    def post(self, *_args: object, **_options: object) -> NoReturn:
        raise ValueError("after it was sent by other means")


def test_a_client_that_sends_by_other_means_proves_nothing(acme: Ledger) -> None:
    with _SendsByItself(api_key="sk-secret", base_url="http://127.0.0.1:1/v1") as client:
        _error, view = failed(acme, client)
    assert view.state == "in_doubt"


def test_a_patched_client_and_one_with_its_own_identity_prove_nothing(
    sdk: Callable[[str], OpenAI],
) -> None:
    patched, identified = sdk("http://127.0.0.1:1/v1"), sdk("http://127.0.0.1:1/v1")
    vars(patched)["request"] = patched.request
    vars(identified)["workload_identity"] = object()
    for client in (patched, identified):
        handover = Handover()
        assert watched(client, handover) is client
        assert not handover.never_happened(("ValueError",))


def test_what_failed_in_a_hook_after_the_answer_was_sent(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    http = openai.DefaultHttpxClient(event_hooks={"response": [refuse]})
    with ScriptedProvider([images(4)]) as provider, http:
        _error, view = failed(acme, sdk(provider.base_url).with_options(http_client=http))
        assert provider.posts == 1
    assert view.state == "in_doubt"


def test_what_was_still_connecting_is_unsent() -> None:
    handover, request = Handover(), _Request()
    handover.happens(request)
    request.extensions["trace"]("connection.connect_tcp.started", {})
    assert handover.never_happened(("CancelledError",))
    request.extensions["trace"]("http11.send_request_headers.started", {})
    assert not handover.never_happened(("CancelledError",))


def test_a_call_that_was_abandoned_is_not_handed_over_any_more() -> None:
    handover, request = Handover(), _Request()
    handover.happens(request)
    handover.abandon()
    with pytest.raises(CallAbandoned):
        request.extensions["trace"]("http11.send_request_headers.started", {})
    with pytest.raises(CallAbandoned):
        handover.happens(request)


class _Request:
    def __init__(self) -> None:
        self.seen: list[str] = []
        self.extensions: dict[str, Any] = {"trace": lambda event, _info: self.seen.append(event)}


@pytest.mark.parametrize(
    ("events", "never_happened"),
    [
        (["http11.send_request_headers.failed"], True),
        (["connection.connect_tcp.started", "http11.send_request_headers.started"], False),
        (["http2.send_request_headers.failed", "http2.response_closed.complete"], True),
        (["http11.send_request_headers.complete", "http11.send_request_body.failed"], False),
        (["http11.send_request_headers.complete", "http11.send_request_headers.failed"], False),
        ([], False),
    ],
)
def test_headers_are_unwritten_only_when_the_http_library_says_so(
    events: list[str], never_happened: bool
) -> None:
    handover, request = Handover(), _Request()
    handover.happens(request)
    for event in events:
        request.extensions["trace"](event, {})
    assert handover.never_happened(("APIConnectionError", "LocalProtocolError")) is never_happened
    assert not handover.never_happened(("APIConnectionError", "WriteError"))
    assert request.seen == events


def test_what_is_known_to_be_unsent_is_void_whatever_the_exception_is_called() -> None:
    reply = Reply(error=("ReadTimeout",), is_broken=True, is_unsent=True)
    assert classify(reply) == ("void", 0, "never sent: ReadTimeout")
