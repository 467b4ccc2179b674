"""A canary for each secret is planted wherever one comes in, and looked for wherever something comes out."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.upstream import (
    STREAM_HEAD,
    FakeUpstream,
    Reply,
    Seen,
    chat_chunk,
    chat_json,
    chunk,
    json_answer,
    sse,
)
from tests.ports import free_port

BODY = "canary-of-the-conversation"
"""In each request; it may be logged where ``includeDetails`` asks for bodies, and nowhere else."""

EXPORTS = tuple(
    f"/api/{what}format={form}"
    for what in ("usage?by=provider,model,providerKey&", "requests?")
    for form in ("csv", "jsonl")
)
APIKEY = "canary-of-the-router-apikey"
CONFIGURED = (
    APIKEY,
    "canary-of-a-client-key",
    "canary-of-a-provider-1",
    "canary-of-a-provider-2",
    "canary-of-the-environment",
    "canary-of-a-header",
    "canary-of-the-query",
    "canary-of-a-proxy",
    "canary-of-the-search",
    "canary-of-the-collector",
)
COMMANDS = (
    *("status --json", "doctor --json", "logs --json --lines 100000", "logs", "requests", "requests --json"),
    *("usage --json", "usage --by day,model --csv", "why last", "why last --json", "provider list"),
    *("config show", "config show --json", "config validate"),
)
SENT = ("canary-of-a-cookie", "canary-of-the-clients-own-key", "canary-of-a-proxy-header")


def config(url: str, port: int, *, details: bool) -> dict[str, Any]:
    lab = {
        "name": "lab",
        "protocol": "openai-chat",
        "api_base_url": f"{url}/v1/chat/completions",
        "api_key": ["canary-of-a-provider-1", {"key": "canary-of-a-provider-2", "label": "spare"}],
        "models": ["m1"],
        "headers": {"X-Team-Token": "canary-of-a-header"},
        "query": {"subscription-key": "canary-of-the-query"},
    }
    other = lab | {
        "name": "other",
        "protocol": "anthropic",
        "api_base_url": f"{url}/v1/messages",
        "api_key": "$CANARY_KEY",
    }
    return {
        "PORT": port,
        "APIKEY": APIKEY,
        "APIKEYS": [{"key": "canary-of-a-client-key", "name": "ann"}],
        "Providers": [lab, other],
        "Router": {"default": "lab,m1"},
        "WebSearch": {"backend": "tavily", "api_key": "canary-of-the-search"},
        "Elsewhere": {"proxy": "http://me:canary-of-a-proxy@127.0.0.1:1"},
        "Logging": {
            "level": "trace",
            "consoleOutput": True,
            "requestTracking": {"includeDetails": details},
            "network": [
                {"url": "udp://127.0.0.1:9", "headers": {"Authorization": "Bearer canary-of-the-collector"}}
            ],
        },
    }


def echoing(status: int) -> Reply:
    """A provider that quotes all that it was sent."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        quoted = {"error": {"message": f"Wrong: {seen.path} {json.dumps(seen.headers)}", "type": "x"}}
        await json_answer(quoted, status)(writer, seen)

    return reply


async def echoing_stream(writer: asyncio.StreamWriter, seen: Seen) -> None:
    """It begins well, and then quotes all that it was sent."""
    error = {"error": {"message": f"Wrong: {seen.path} {json.dumps(seen.headers)}", "code": 500}}
    writer.write(STREAM_HEAD)
    for frame in (*sse(chat_chunk({"content": "Hel"})), *sse(error)):
        writer.write(chunk(frame))
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def echoing_relay(writer: asyncio.StreamWriter, seen: Seen) -> None:
    """The same of an Anthropic provider, whose events go on as the bytes they are."""
    begun = {
        "type": "message_start",
        "message": {"id": "msg_1", "role": "assistant", "content": [], "usage": {}},
    }
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hel"}}
    quoted = f"Wrong: {seen.path} {json.dumps(seen.headers)}"
    error = {"type": "error", "error": {"type": "api_error", "message": quoted}}
    writer.write(STREAM_HEAD)
    for frame in sse(begun, block, error, named=True):
        writer.write(chunk(frame))
    writer.write(b"0\r\n\r\n")
    await writer.drain()


@asynccontextmanager
async def service(folder: Path, upstream: FakeUpstream, *, details: bool) -> AsyncIterator[str]:
    """A real router, as a process, in a home of its own."""
    port = free_port()
    home = folder / ".claude-code-router"
    home.mkdir()
    (home / "config.json").write_text(json.dumps(config(upstream.url, port, details=details)))
    env = os.environ | {"HOME": str(folder), "CANARY_KEY": "canary-of-the-environment"}
    output = (folder / "output").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ccr", "start", env=env, stdout=asyncio.subprocess.PIPE, stderr=output
    )
    assert process.stdout is not None
    said = await process.stdout.readline()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = await process.communicate()
        output.close()
        (folder / "said").write_bytes(said + rest)


async def ask(http: aiohttp.ClientSession, url: str, model: str, *, stream: bool) -> str:
    body = {
        "model": model,
        "max_tokens": 9,
        "stream": stream,
        "messages": [{"role": "user", "content": BODY}],
    }
    headers = {"x-api-key": APIKEY, "cookie": f"session={SENT[0]}", "proxy-authorization": f"Basic {SENT[2]}"}
    async with http.post(f"{url}/v1/messages", json=body, headers=headers) as answer:
        return f"{dict(answer.headers)} {await answer.text()}"


async def everything_told(http: aiohttp.ClientSession, url: str) -> AsyncIterator[tuple[str, str]]:
    """Every answer of every GET there is, with what it asked for."""
    headers = {"authorization": f"Bearer {APIKEY}"}
    async with http.get(f"{url}/api/openapi.json", headers=headers) as answer:
        document = await answer.json()
    async with http.get(f"{url}/api/requests", headers=headers) as answer:
        known = re.findall(r"req_\w+", await answer.text()) if answer.status == 200 else []
    paths = [path for path, methods in document["paths"].items() if "get" in methods]
    for path in [*paths, "/", "/health", "/ready", "/metrics", "/v1/models", "/api/openapi.json", *EXPORTS]:
        for filled in {re.sub(r"\{[^}]*\}", one, path) for one in [*known[:5], "lab", "app.log"]}:
            timeout = aiohttp.ClientTimeout(total=2)  # of a feed that has no end
            text = ""
            try:
                async with http.get(f"{url}{filled}", headers=headers, timeout=timeout) as answer:
                    async for data in answer.content.iter_any():
                        text += data.decode("utf-8", "replace")
            except TimeoutError:
                pass
            yield filled, text


async def everything_printed(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """What the commands say that tell of the service, of requests and of the configuration."""
    env = os.environ | {"HOME": str(folder), "CANARY_KEY": "canary-of-the-environment"}
    for command in COMMANDS:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ccr", *command.split()),
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        yield f"ccr {command}", said.decode()


def everything_written(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file there is, but the configuration itself."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != "config.json":
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield path.name, data.decode("utf-8", "replace")


def found(text: str, canaries: tuple[str, ...]) -> list[str]:
    return [canary for canary in canaries if canary in text]


@pytest.mark.parametrize("details", [False, True])
async def test_no_canary_comes_out(
    details: bool, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    answers: list[str] = []
    async with service(tmp_path, upstream, details=details) as url:
        for status in (200, 400, 401, 403, 404, 429, 500, 529):
            upstream.reply(json_answer(chat_json("fine")) if status == 200 else echoing(status))
            answers += [await ask(http, url, model, stream=False) for model in ("lab,m1", "other,m1")]
        upstream.reply(echoing_relay)
        answers.append(await ask(http, url, "other,m1", stream=True))
        upstream.reply(echoing_stream)
        answers.append(await ask(http, url, "lab,m1", stream=True))
        async with http.post(f"{url}/v1/messages", json={}, headers={"x-api-key": SENT[1]}) as refused:
            answers.append(await refused.text())
        answers += [f"{path} {text}" async for path, text in everything_told(http, url)]
        printed = [f"{command}\n{text}" async for command, text in everything_printed(tmp_path)]
        answers += printed
    secrets = (*CONFIGURED, *SENT)
    assert sum("Hel" in text and "Wrong: " in text for text in answers) == 2
    assert [(found(text, secrets), text[:2000]) for text in answers if found(text, secrets)] == []
    exports = [text for text in answers if text.startswith(EXPORTS)]
    assert len(exports) >= len(EXPORTS)
    assert all("other" in text for text in exports)
    assert [text for text in printed if "Usage: ccr" in text] == [], "commands that there are"
    written = dict(everything_written(tmp_path))
    assert "ccr.db" in written
    assert {name: found(text, secrets) for name, text in written.items() if found(text, secrets)} == {}
    quoted = [name for name, text in written.items() if BODY in text]
    assert all(name.endswith((".log", "output")) for name in quoted)
    assert bool(quoted) is details
    assert any(name.startswith("ccr-") and '"reqId":"req_' in text for name, text in written.items())
