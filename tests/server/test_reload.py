"""A new configuration is taken whole or refused whole, and no stream notices."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ccr.config import ConfigError, Settings, load
from ccr.config.ledger import Ledger
from ccr.config.state import Redis
from ccr.gateway import Gateway
from ccr.server.app import App
from ccr.server.reload import Reloader, changed, check, files_of
from tests.e2e.router import serving
from tests.e2e.upstream import FakeUpstream, chat_text, stream

STREAM = {"model": "m1", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "hi"}]}


class Lab:
    """A router over a file that can be written anew."""

    def __init__(self, folder: Path, upstream: FakeUpstream) -> None:
        self.path = folder / "config.json"
        self._url = upstream.url
        self.write()
        self.app = App(Gateway(self.read()))
        self.app.allow_reload(self.read)

    def write(self, *models: str, **more: Any) -> None:
        entry = {"name": "lab", "api_base_url": self._url + "/v1/chat/completions", "models": ["m1", *models]}
        self.path.write_text(json.dumps({"Providers": [entry], "Router": {"default": "lab,m1"}, **more}))

    def read(self) -> Settings:
        return load(self.path, {})


@pytest.fixture
async def lab(tmp_path: Path, upstream: FakeUpstream) -> AsyncIterator[Lab]:
    made = Lab(tmp_path, upstream)
    yield made
    await made.app.gateway.close()


async def test_a_stream_goes_on_over_the_gateway_it_began_with(
    lab: Lab, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    ends = asyncio.Event()
    begun = asyncio.Event()
    begun.set()
    upstream.reply(stream(chat_text("one", "two"), gates=[begun, begun, ends]), stream(chat_text("three")))
    async with serving(lab.app) as url, http.post(url + "/v1/messages", json=STREAM) as response:
        got = b""
        while b"one" not in got:
            got += await response.content.readany()
        before = lab.app.gateway
        lab.write("m2")
        assert (await lab.app.reload()).taken
        assert lab.app.gateway is not before
        async with http.post(url + "/v1/messages", json={**STREAM, "model": "lab,m2"}) as other:
            assert b"three" in await other.read()
        ends.set()
        assert b"message_stop" in await response.read()


async def test_what_was_learned_goes_on(lab: Lab) -> None:
    before = lab.app.gateway
    before.router.balancer.keep("key", "lab,m1", 60)
    before.router._windows.learned.update({"lab,m1": 1000, "gone,m": 2000})
    await lab.app.reload()
    after = lab.app.gateway
    assert after.memory is before.memory
    assert after.counter is before.counter
    assert "key" in after.router.balancer._held
    assert after.router._windows.learned == {"lab,m1": 1000}


async def test_a_bad_file_is_refused_whole_and_told(lab: Lab) -> None:
    before = lab.app.gateway
    lab.path.write_text('{"Providers": [}')
    outcome = await lab.app.reload()
    assert not outcome.taken
    assert lab.app.gateway is before
    state = lab.app.parts["reload"]()
    assert (state["state"], state["why"]) == ("refused", outcome.why)
    lab.write()
    assert (await lab.app.reload()).taken
    assert lab.app.parts["reload"]()["state"] == "ok"


async def test_a_plugin_that_raises_refuses_it_as_well(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text("raise RuntimeError('broken')")
    before = lab.app.gateway
    lab.write(transformers=[{"path": "plugin.py"}])
    assert "broken" in (await lab.app.reload()).why
    assert lab.app.gateway is before


async def test_a_file_that_is_gone_takes_neither_providers_nor_keys_away(lab: Lab) -> None:
    before = lab.app.gateway
    lab.path.unlink()
    assert "the file is gone" in (await lab.app.reload()).why
    assert lab.app.gateway is before
    lab.write()
    assert (await lab.app.reload()).taken


async def test_whatever_goes_wrong_the_old_one_stays(lab: Lab) -> None:
    def broken() -> Settings:
        raise KeyError("surprise")

    assert "surprise" in (await Reloader(lab.app, broken).reload()).why


async def test_what_is_read_while_the_service_ends_is_not_taken(lab: Lab) -> None:
    """Nor does a reader that never comes to its end keep the service from ending."""
    before, begun, ends = lab.app.gateway, asyncio.Event(), threading.Event()
    loop, readers = asyncio.get_running_loop(), []

    def slow() -> Settings:
        readers.append(threading.current_thread())
        loop.call_soon_threadsafe(begun.set)
        ends.wait()
        return lab.read()

    reloader = Reloader(lab.app, slow)
    reloader.ask()
    await begun.wait()
    reloader.close()
    reloader.ask()
    ends.set()
    await asyncio.gather(*reloader._running, return_exceptions=True)
    assert lab.app.gateway is before
    assert [reader.daemon for reader in readers] == [True]


def test_a_change_that_is_noticed_after_the_end_is_nobody_s_business(tmp_path: Path) -> None:
    async def reloader() -> tuple[Reloader, asyncio.AbstractEventLoop]:
        app = App(Gateway(Settings(tmp_path / "config.json")))
        return Reloader(app, lambda: Settings(tmp_path / "config.json")), asyncio.get_running_loop()

    late, closed = asyncio.run(reloader())
    late._changed(closed)


async def test_without_a_source_the_configuration_stays(lab: Lab) -> None:
    app = App(lab.app.gateway)
    app.ask_reload()
    assert "keeps the configuration" in (await app.reload()).why


async def test_new_bounds_count_at_once(lab: Lab) -> None:
    lab.write(MAX_IN_FLIGHT=7, MAX_BODIES_MB=2)
    await lab.app.reload()
    assert (lab.app.load.most, lab.app.load.most_bytes) == (7, 2 << 20)


async def test_what_counts_from_the_next_start_is_said(lab: Lab) -> None:
    lab.write(PORT=4567, WORKERS=3)
    assert (await lab.app.reload()).restart == ("PORT", "WORKERS")
    assert lab.app.parts["reload"]()["restart_for"] == ["PORT", "WORKERS"]
    lab.write()
    assert not (await lab.app.reload()).restart


def test_a_key_cannot_be_taken_away_from_what_others_can_reach() -> None:
    open_to_all = Settings(Path("c.json"), host="0.0.0.0", apikey="k")  # noqa: S104
    with pytest.raises(ConfigError, match="anybody could use your keys"):
        check(Settings(Path("c.json")), open_to_all)
    check(replace(open_to_all, apikey="other"), open_to_all)
    check(Settings(Path("c.json")), Settings(Path("c.json"), apikey="k"))


def test_what_a_process_has_once_counts_from_the_next_start() -> None:
    """Its ledger, its shared state and its logs are opened at the start."""
    before = Settings(Path("c.json"))
    now = replace(
        before, ledger=Ledger(retentionDays=1), database_url="postgresql://x/y", redis=Redis("redis://x")
    )
    assert set(changed(now, before)) == {"Ledger", "Database", "Redis"}


def test_nothing_has_changed_in_what_is_the_same() -> None:
    assert not list(changed(Settings(Path("c.json")), Settings(Path("c.json"))))


def test_files_that_matter_are_known(tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text("")
    (tmp_path / "config.json").write_text(json.dumps({"transformers": [{"path": "plugin.py"}]}))
    names = {path.name for path in files_of(load(tmp_path / "config.json", {}))}
    assert names == {"config.json", ".env", "plugin.py"}
