"""`kill -9` of a router under load: its ledger opens clean and holds all but the last batch."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from ccr.telemetry.meter import PAUSE
from tests.e2e.upstream import FakeUpstream, chat_json, json_answer
from tests.ports import free_port

CLIENTS, LASTS = 8, 3.0
GRACE = 1.5
"""Seconds beside the interval itself: a loaded machine lets the writing threads wait."""


async def ask_again_and_again(http: aiohttp.ClientSession, url: str, ended: dict[str, float]) -> None:
    """Requests one after the other until nobody is there any more; notes when each was answered."""
    body = {"model": "m1", "max_tokens": 9, "messages": [{"role": "user", "content": "Go on."}]}
    try:
        while True:
            async with http.post(f"{url}/v1/messages", json=body) as answer:
                await answer.read()
                ended[answer.headers["x-ccr-request-id"]] = time.monotonic()
    except aiohttp.ClientError:
        return


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
async def test_a_killed_router_loses_its_last_batch_at_most(
    upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("fine")))
    port, home = free_port(), tmp_path / ".claude-code-router"
    home.mkdir()
    lab = {"name": "lab", "api_base_url": f"{upstream.url}/v1/chat/completions", "models": ["m1"]}
    config = {"PORT": port, "Providers": [lab], "Router": {"default": "lab,m1"}}
    (home / "config.json").write_text(json.dumps(config))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ccr", "start"),
        env=os.environ | {"HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    ended: dict[str, float] = {}
    clients = [ask_again_and_again(http, f"http://127.0.0.1:{port}", ended) for _ in range(CLIENTS)]
    killed = asyncio.get_running_loop().call_later(LASTS, process.kill)
    await asyncio.gather(*clients)
    last = killed.when()
    await process.wait()
    with closing(sqlite3.connect(home / "ccr.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {row[0] for row in connection.execute("SELECT id FROM ccr_requests")}
    due = {request for request, at in ended.items() if at <= last - PAUSE - GRACE}
    assert due
    assert due - kept == set()
    assert len(kept - set(ended)) <= CLIENTS, "those whose answers were on their way, and no others"
