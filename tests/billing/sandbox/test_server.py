"""Starting and stopping: the port, the thread, Ctrl-C, the missing extra."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading

import pytest

from billing import sandbox as package
from billing.sandbox import CannotListen, Sandbox

# A shell that starts the suite in the background hands on an ignored Ctrl-C.
SERVE = """
import signal
from billing.sandbox import serve
signal.signal(signal.SIGINT, signal.default_int_handler)
serve(announce=lambda url: print(url, flush=True))
print("ended")
"""
WITHOUT = """
import sys
sys.modules[{module!r}] = None
import billing.errors
try:
    import billing.sandbox
except billing.errors.MissingExtra as error:
    print(error.message)
"""


def test_start_returns_when_connections_are_accepted_and_stop_closes_the_port() -> None:
    sandbox = Sandbox().start()
    address = ("127.0.0.1", sandbox.port)
    with socket.create_connection(address):
        pass

    sandbox.stop()
    sandbox.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    assert "image-billing-sandbox" not in {thread.name for thread in threading.enumerate()}


def test_the_base_url_names_loopback_and_the_port() -> None:
    with Sandbox() as sandbox:
        assert sandbox.base_url == f"http://127.0.0.1:{sandbox.port}/v1"
        assert sandbox.port > 0


def test_a_sandbox_can_be_started_again() -> None:
    sandbox = Sandbox()
    with sandbox:
        pass
    with sandbox, socket.create_connection(("127.0.0.1", sandbox.port)):
        pass


def test_a_port_that_is_taken_is_refused_with_a_way_out() -> None:
    with Sandbox() as first, pytest.raises(CannotListen) as refusal:
        Sandbox(first.port).start()

    assert (refusal.value.code, refusal.value.param) == ("cannot_listen", "port")
    assert "or 0 for a free one" in refusal.value.message


def test_a_number_that_is_no_port_is_refused() -> None:
    with pytest.raises(CannotListen):
        Sandbox(70_000).start()


def test_serve_announces_its_base_url_and_ends_quietly_on_ctrl_c() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        announced = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)

    assert announced.startswith("http://127.0.0.1:")
    assert (rest, errors, process.returncode) == ("ended\n", "", 0)


@pytest.mark.parametrize("module", ["aiohttp", "PIL"])
def test_a_missing_extra_names_the_line_that_installs_it(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(module=module)], capture_output=True, text=True
    )

    assert "pip install 'image-billing[sandbox]'" in done.stdout
    assert done.stderr == ""


def test_the_public_names_are_sorted_and_exist() -> None:
    assert list(package.__all__) == sorted(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)
