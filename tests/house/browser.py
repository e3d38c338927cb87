"""A real Chromium without a window, told what to do over its own pipe; nothing else is installed.

The DevTools protocol is JSON, each message ended by a NUL: we write to the browser's descriptor 3
and read from its descriptor 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
INSTALL: Final = "apt-get install chromium"
#: Where it is set, a machine without a browser fails instead of leaving tests out.
REQUIRED: Final = "IMAGE_BILLING_TESTS_NEED_BROWSER"

_TIMEOUT_S: Final = 30.0
#: As root there is no sandbox to be had, and inside a container /dev/shm is small.
_OPTIONS: Final = (
    *("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"),
    *("--no-first-run", "--disable-extensions", "--disable-background-networking"),
    *("--remote-debugging-pipe", "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars"),
)

#: The protocol asks for these numbers, and a shell may know no number above 9.
_AS_3_AND_4: Final = """
import os, sys
for end, number in zip(sys.argv[1:3], (3, 4)):
    os.dup2(int(end), number)
os.execv(sys.argv[3], sys.argv[3:])
"""

Message = dict[str, Any]


def program() -> str | None:
    """The browser of this machine."""
    found = (shutil.which(name) for name in PROGRAMS)
    return next((path for path in found if path is not None), None)


class Browser:
    """One page of a running browser, and what it had to say."""

    def __init__(self, to: int, answers: int) -> None:
        self._to, self._answers = to, answers
        self._unread = b""
        self._serial = 0
        self._session: str | None = None
        self.events: list[Message] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def show(self, path: Path, *, width: int = 1280, scheme: str = "light") -> None:
        """Open a file, in a window so wide; what was heard of the page before is forgotten."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=features)
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in {event["method"] for event in self.events}:
            self.events.append(self._next(time.monotonic() + _TIMEOUT_S))

    def evaluate(self, expression: str) -> object:
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        value: object = answer["result"].get("value")
        return value

    def complaints(self) -> list[Message]:
        """Whatever went to the console, or was thrown."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [event for event in self._heard() if event["method"] in kinds]

    def requests(self) -> list[str]:
        """The addresses that were asked for, that of the page itself among them."""
        sent = [event for event in self._heard() if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def picture(self) -> bytes:
        """The whole page as PNG."""
        found = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(found["data"])

    def paper(self) -> bytes:
        """The page printed, as PDF."""
        found = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(found["data"])

    def ask(self, method: str, **parameters: object) -> Message:
        """Send a command of the protocol and wait for its answer."""
        self._serial += 1
        message: Message = {"id": self._serial, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + _TIMEOUT_S
        while True:
            heard = self._next(deadline)
            if heard.get("id") == self._serial:
                assert "error" not in heard, heard
                result: Message = heard["result"]
                return result
            self.events.append(heard)

    def _heard(self) -> list[Message]:
        self.evaluate("0")  # whatever was said before this is answered has arrived
        return self.events

    def _next(self, deadline: float) -> Message:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], deadline - time.monotonic())
            assert ready, "the browser does not answer"
            read = os.read(self._answers, 1 << 20)
            assert read, "the browser is gone"
            self._unread += read
        message, _, self._unread = self._unread.partition(b"\0")
        found: Message = json.loads(message)
        return found


@contextmanager
def running(path: str) -> Iterator[Browser]:
    """Start a browser with a profile of its own; it is gone at the end."""
    commands, to = _pipe()
    answers, said = _pipe()
    profile = tempfile.mkdtemp(prefix="ib-browser-")
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", _AS_3_AND_4, str(commands), str(said)),
            *(path, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"),
        ],
        pass_fds=(commands, said),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(commands)
    os.close(said)
    try:
        browser = Browser(to, answers)
        yield browser
        browser._session = None
        with suppress(AssertionError, OSError):
            browser.ask("Browser.close")
    finally:
        os.close(to)
        os.close(answers)
        _ended(process)
        shutil.rmtree(profile, ignore_errors=True)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are not 3 or 4, so that one can become the other's number."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
