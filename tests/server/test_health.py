"""Monitors are told whether requests should come here; strangers no more than that."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from ccr.config import Settings
from ccr.config.provider import Provider
from ccr.gateway import Gateway
from ccr.server.app import App
from tests.e2e.conftest import Start
from tests.e2e.router import serving

KNOWN = {"status", "service", "version"}
LAB = Provider("lab", "http://127.0.0.1:9", "openai_chat", models=("m1",))


@pytest.fixture
def lab(tmp_path: Path) -> App:
    return App(Gateway(Settings(tmp_path / "config.json", providers=(LAB,))))


async def test_both_answer_without_a_key(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start(APIKEY="sesame")
    for path in ("/health", "/ready"):
        async with http.get(url + path) as response:
            assert response.status == 200, path


async def test_strangers_are_told_no_more_than_who_answers(start: Start, http: aiohttp.ClientSession) -> None:
    async with http.get(await start() + "/health", headers={"x-forwarded-for": "203.0.113.9"}) as response:
        assert set(await response.json()) == KNOWN


async def test_this_machine_is_told_the_load_and_every_part(lab: App) -> None:
    lab.gateway.parts["redis"] = lambda: {"state": "away"}
    told = lab.health.report(near=True)
    assert told.keys() >= KNOWN | {"instance", "pid", "config", "tasks", "uptime_seconds", "load"}
    assert told["redis"] == {"state": "away"}
    assert told["load"]["in_flight"] == 0


async def test_why_requests_should_go_elsewhere(lab: App, http: aiohttp.ClientSession) -> None:
    async with serving(lab) as url:

        async def ready() -> tuple[int, str]:
            async with http.get(url + "/ready") as response:
                return response.status, (await response.json()).get("why", "")

        assert await ready() == (200, "")
        lab.load.most = 0
        assert await ready() == (503, "overloaded")
        lab.load.draining = True
        assert await ready() == (503, "draining")
        async with http.get(url + "/health") as response:
            assert (response.status, (await response.json())["status"]) == (200, "draining")


def test_without_a_provider_nothing_can_be_served(tmp_path: Path) -> None:
    app = App(Gateway(Settings(tmp_path / "config.json")))
    assert app.health.unready() == "no provider is configured"
