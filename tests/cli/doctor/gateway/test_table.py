"""The contract, asked of our own router, which keeps it, and of gateways that do not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from ccr.cli.doctor.findings import Finding
from ccr.cli.doctor.gateway.table import examine
from ccr.demo.host import start_demo
from tests.e2e.router import router

KEY = "the-key-of-the-router"


async def examined(url: str, key: str = "") -> dict[str, Finding]:
    found = await asyncio.to_thread(examine, url, key, "")
    return {finding.name: finding for finding in found}


async def test_our_own_router_keeps_it(tmp_path: Path) -> None:
    with start_demo(pace=0.001) as demo:
        provider = {"name": "demo", "api_base_url": demo.url, "models": ["demo-1"]}
        config = {"APIKEY": KEY, "Providers": [provider], "Router": {"default": "demo,demo-1"}}
        async with router(tmp_path, config) as url:
            found = await examined(f"{url}/v1", KEY)
    bad = [finding for finding in found.values() if finding.state in ("failure", "skipped")]
    assert not bad
    assert len(found) >= 19


async def test_a_gateway_that_answers_pages_fails_in_all_that_counts() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>hello</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        found = await examined(f"http://127.0.0.1:{port}")
    finally:
        await runner.cleanup()
    for name in ("stream", "tool call", "without a stream", "error: no messages", "count_tokens"):
        assert found[name].state == "failure", name
    assert found["list of models"].state == "warning"


async def test_where_nobody_listens_one_word_is_enough() -> None:
    found = await examined("http://127.0.0.1:9")
    assert [(one.state, "running" in one.cure) for one in found.values()] == [("failure", True)]
