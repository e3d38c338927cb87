"""A loopback image API as fast as Python has one, in a process of its own; for the benchmark.

    python benchmarks/wrapper_provider.py [--think-s 0.2]

Prints its port and runs until its standard input closes. It keeps connections open, as providers
do, and answers every POST with one image after the think time.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BODY = b'{"created": 1778688000, "data": [{"url": "https://images.example.com/1.png"}]}'
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\n"
    b"content-length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)
_LENGTH = b"content-length:"


@contextmanager
def provider(think_s: float) -> Iterator[str]:
    """The base URL of a provider that runs meanwhile."""
    command = [sys.executable, str(Path(__file__)), "--think-s", str(think_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield f"http://127.0.0.1:{port}/v1"
        process.stdin.close()


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, think_s: float
) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            start = head.index(_LENGTH) + len(_LENGTH)
            await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
            if think_s:
                await asyncio.sleep(think_s)
            writer.write(_ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _serve(think_s: float) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _converse(reader, writer, think_s), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--think-s", type=float, default=0.0)
    asyncio.run(_serve(parser.parse_args().think_s))
