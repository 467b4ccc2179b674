"""Two replicas behind nginx, as `deploy/nginx.conf` has them: one is killed amid 500 streams."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.upstream import STREAM_HEAD, FakeUpstream, Seen, chat_text, chunk, fake_upstream
from tests.ports import free_port

CONFIG = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
FOLDERS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
STREAMS = 500

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: scripts/setup-system installs it"),
    pytest.mark.timeout(120),
]


@contextmanager
def child(*argv: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended with the block."""
    started = subprocess.Popen(argv, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGKILL if argv[0] != NGINX else signal.SIGTERM)
        started.communicate(timeout=20)


async def answers(http: aiohttp.ClientSession, url: str, process: subprocess.Popen[bytes]) -> None:
    """Waits until something answers there."""
    async with asyncio.timeout(30):
        while True:
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                assert process.poll() is None, process.communicate()[1]
                await asyncio.sleep(0)


@asynccontextmanager
async def replica(folder: Path, upstream: str, http: aiohttp.ClientSession) -> AsyncIterator[tuple[int, int]]:
    """A router in a home of its own; gives its port and its process."""
    home, port = folder / ".claude-code-router", free_port()
    home.mkdir(parents=True)
    provider = {"name": "lab", "api_base_url": f"{upstream}/v1/chat/completions", "models": ["m1"]}
    (home / "config.json").write_text(
        json.dumps({"APIKEY": "k", "LOG": False, "Providers": [provider], "Router": {"default": "lab,m1"}})
    )
    argv = (sys.executable, "-m", "ccr", "start", "--port", str(port))
    with child(*argv, HOME=str(folder)) as process:
        await answers(http, f"http://127.0.0.1:{port}/ready", process)
        yield port, process.pid


@asynccontextmanager
async def nginx(folder: Path, ports: list[int], http: aiohttp.ClientSession) -> AsyncIterator[str]:
    """nginx with the example, but for its ports and folders; gives its URL."""
    port = free_port()
    text = CONFIG.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    text = text.replace("127.0.0.1:3456", f"127.0.0.1:{ports[0]}").replace(
        "127.0.0.1:3457", f"127.0.0.1:{ports[1]}"
    )
    text = re.sub(r"hash .*;", "least_conn;", text, count=1)
    own = "".join(f"{name}_temp_path {folder}/{name}; " for name in FOLDERS)
    text = text.replace("http {", f"http {{ access_log off; {own}", 1).replace(
        "worker_processes auto", "worker_processes 1"
    )
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/pid; error_log stderr crit;\n{text}")
    assert NGINX is not None
    with child(NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr") as process:
        await answers(http, f"http://127.0.0.1:{port}/ready", process)
        yield f"http://127.0.0.1:{port}"


class Streams:
    """An upstream whose streams begin at once and end when they are let."""

    def __init__(self) -> None:
        self.open = 0
        self.all_open = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, writer: asyncio.StreamWriter, _: Seen) -> None:
        first, *rest = chat_text("one", "two")
        writer.write(STREAM_HEAD + chunk(first + rest[0]))
        self.open += 1
        if self.open == STREAMS:
            self.all_open.set()
        await self.go.wait()
        writer.write(b"".join(map(chunk, rest[1:])) + b"0\r\n\r\n")
        await writer.drain()


async def answer_of(http: aiohttp.ClientSession, url: str, number: int) -> bytes:
    """What comes of an answer; each asks for something else, or they would share one."""
    body = {
        "model": "m1",
        "max_tokens": 9,
        "stream": True,
        "messages": [{"role": "user", "content": str(number)}],
    }
    got = b""
    try:
        async with http.post(f"{url}/v1/messages", json=body, headers={"x-api-key": "k"}) as response:
            async for data in response.content.iter_any():
                got += data
    except aiohttp.ClientError:
        pass
    return got


async def test_kill_9_of_one_replica_leaves_the_streams_of_the_other_and_new_requests_alone(
    tmp_path: Path,
) -> None:
    streams = Streams()
    async with AsyncExitStack() as stack:
        fake: FakeUpstream = await stack.enter_async_context(fake_upstream())
        fake.reply(streams)
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        replicas = [
            await stack.enter_async_context(replica(tmp_path / name, fake.url, http))
            for name in ("one", "two")
        ]
        url = await stack.enter_async_context(nginx(tmp_path, [port for port, _ in replicas], http))
        running = [asyncio.ensure_future(answer_of(http, url, n)) for n in range(STREAMS)]
        await asyncio.wait_for(streams.all_open.wait(), 60)
        load = await in_flight(http, [port for port, _ in replicas])
        assert sum(load) == STREAMS
        assert min(load) > STREAMS / 4
        os.kill(replicas[0][1], signal.SIGKILL)
        new = [asyncio.ensure_future(answer_of(http, url, -n)) for n in range(1, 51)]
        streams.go.set()
        got = await asyncio.gather(*running)
        assert sum(b"message_stop" in one for one in got) == load[1]
        assert all(b"message_stop" in one for one in await asyncio.gather(*new))


async def in_flight(http: aiohttp.ClientSession, ports: list[int]) -> list[int]:
    """How many streams each replica has."""
    found = []
    for port in ports:
        async with http.get(f"http://127.0.0.1:{port}/health") as response:
            found.append((await response.json())["load"]["in_flight"])
    return found
