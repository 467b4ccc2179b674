"""A router of the user's own decides for real requests, and its failures cost none of them."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, chat_json, json_answer

BODY: dict[str, Any] = {"model": "claude", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}
TWO = {"models": ["m1", "m2"]}
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js (node) on the PATH")


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return name


async def routed(http: aiohttp.ClientSession, url: str, **body: Any) -> tuple[str, str]:
    """The rule and the model."""
    async with http.post(url + "/v1/messages", json=BODY | body) as response:
        assert response.status == 200, await response.text()
        return response.headers["x-ccr-route"], response.headers["x-ccr-model"]


async def test_python_decides_before_all_other_rules(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    text = "def route(request, config):\n    return 'lab,m2' if request.headers['user-agent'] else None"
    url = await start(provider=TWO, CUSTOM_ROUTER_PATH=write(tmp_path, "r.py", text))
    assert await routed(http, url, model="lab,m1") == ("custom", "m2")


@needs_node
async def test_javascript_decides_and_its_changes_are_sent(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    text = """module.exports = async (req, config) => {
      if (req.body.model === "free") return null;
      req.body.max_tokens = 7;
      if (req.body.model === "edit") { req.body.model = "lab,m2"; return }
      return config.Providers[0].name + ",m2";
    }"""
    url = await start(provider=TWO, CUSTOM_ROUTER_PATH=write(tmp_path, "r.js", text))
    assert await routed(http, url, model="claude") == ("custom", "m2")
    assert await routed(http, url, model="edit") == ("explicit", "m2")
    assert await routed(http, url, model="free") == ("default", "m1")
    assert [seen.json["max_tokens"] for seen in upstream.requests] == [7, 7, 50]


@needs_node
async def test_node_ends_with_the_service(
    upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    from tests.e2e.router import router

    upstream.reply(json_answer(chat_json("ok")))
    write(tmp_path, "r.js", f"require('fs').writeFileSync({str(tmp_path / 'pid')!r}, String(process.pid));")
    with (tmp_path / "r.js").open("a") as file:
        file.write("module.exports = () => null")
    provider = {"name": "lab", "api_base_url": upstream.url + "/v1/chat/completions", "api_key": "k", **TWO}
    async with router(tmp_path, {"Providers": [provider], "CUSTOM_ROUTER_PATH": "r.js"}) as url:
        assert not (tmp_path / "pid").exists(), "nothing is started before the first request"
        assert await routed(http, url) == ("default", "m1")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize(
    "text",
    [
        "def route(",
        "def route(request, config):\n    1 / 0",
        "def route(request, config):\n    return 'nobody,m9'",
        "import asyncio\nasync def route(request, config):\n    await asyncio.Event().wait()",
    ],
)
async def test_whatever_fails_in_it_the_request_is_served(
    text: str, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    path = write(tmp_path, "r.py", text)
    url = await start(CUSTOM_ROUTER_PATH=path, CUSTOM_ROUTER_TIMEOUT_MS=30)
    assert await routed(http, url) == ("default", "m1")


@needs_node
async def test_a_client_that_leaves_while_it_is_asked_disturbs_nobody(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    text = """let release;
      module.exports = (req) => req.body.model === "wait"
        ? new Promise((done) => { release = done }) : (release?.("lab,m1"), "lab,m2")"""
    url = await start(provider=TWO, CUSTOM_ROUTER_PATH=write(tmp_path, "r.js", text))
    assert await routed(http, url) == ("custom", "m2")
    leaving = asyncio.ensure_future(routed(http, url, model="wait"))
    done, _ = await asyncio.wait([leaving], timeout=0.05)
    assert not done
    leaving.cancel()
    assert await routed(http, url) == ("custom", "m2")
    assert await routed(http, url) == ("custom", "m2")
