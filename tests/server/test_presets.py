"""Presets are built once, anew when something changes, and closed when nobody needs them any more."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from ccr.config import Settings
from ccr.errors import BadRequest, NoRoute
from ccr.gateway import Gateway
from ccr.server.presets import Presets
from ccr.services import Services
from tests.routing.scripts import Clock

LAB = {"name": "lab", "api_base_url": "https://lab.example/v1", "api_key": "k", "models": ["m1"]}


def test_the_logs_learn_the_secrets_of_each_configuration_that_is_used(tmp_path: Path) -> None:
    """A preset has keys of its own, and a body that holds one of them may be logged."""
    told: list[Settings] = []
    base, preset = Settings(tmp_path / "config.json"), Settings(tmp_path / "manifest.json")
    services = Services(base, told.append)
    Gateway(preset, services=Gateway(base, services=services).services)
    assert told == [base, preset]


class Closing(Gateway):
    """A gateway of which one can tell whether it has been closed."""

    closed = False

    async def close(self) -> None:
        self.closed = True
        await super().close()


class Inner:
    """An application that says what it is and, where it has a gate, waits there."""

    def __init__(self, settings: Settings) -> None:
        self.gateway: Closing = Closing(settings)
        self.gate: asyncio.Event | None = None
        self.served: list[str] = []

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        if self.gate is not None:
            await self.gate.wait()
        self.served.append(scope["path"])


class Bench:
    """Presets over a folder, with a clock of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = Settings(folder / "config.json", raw={"Providers": [LAB]})
        self.made: list[Inner] = []
        self.clock = Clock()
        self.presets = Presets(lambda: self.base, self._make)

    def _make(self, settings: Settings) -> Inner:
        self.made.append(Inner(settings))
        return self.made[-1]

    def install(self, name: str, **manifest: Any) -> None:
        path = self.folder / "presets" / name / "manifest.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(manifest))

    def tick(self) -> None:
        """A second passes for whoever watches files."""
        for running in self.presets._running.values():
            running.manifest._next = 0

    async def ask(self, path: str) -> None:
        async def receive() -> Message:
            raise AssertionError

        async def send(_: Message) -> None:
            raise AssertionError

        await self.presets({"type": "http", "method": "POST", "path": path}, receive, send)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_it_is_built_by_the_first_request_and_only_then(bench: Bench) -> None:
    bench.install("p", Router={"default": "lab,m1"})
    assert not bench.made
    await asyncio.gather(*(bench.ask("/preset/p/v1/messages") for _ in range(3)))
    (inner,) = bench.made
    assert inner.served == ["/v1/messages"] * 3
    assert inner.gateway.settings.router == {"default": "lab,m1"}
    await bench.presets.close()
    assert inner.gateway.closed


async def test_a_changed_manifest_is_another_gateway_and_the_old_one_serves_to_its_end(bench: Bench) -> None:
    bench.install("p", Router={"default": "lab,m1"})
    await bench.ask("/preset/p/")
    old = bench.made[0]
    old.gate = asyncio.Event()
    waiting = asyncio.ensure_future(bench.ask("/preset/p/v1/models"))
    await asyncio.sleep(0)
    bench.install("p", Router={"default": "lab,another"})
    bench.tick()
    await bench.ask("/preset/p/")
    assert [inner.gateway.settings.router["default"] for inner in bench.made] == ["lab,m1", "lab,another"]
    assert not old.gateway.closed
    old.gate.set()
    await waiting
    await asyncio.gather(*bench.presets._closing)
    assert old.gateway.closed
    assert old.served == ["/", "/v1/models"]
    await bench.presets.close()


async def test_a_change_of_what_it_is_laid_over_counts_too(bench: Bench) -> None:
    bench.install("p", Router={"default": "lab,m1"})
    await bench.ask("/preset/p/")
    bench.base = Settings(bench.base.path, raw={"Providers": [{**LAB, "models": ["m1", "m2"]}]})
    await bench.ask("/preset/p/")
    assert bench.made[-1].gateway.settings.providers[0].models == ("m1", "m2")
    assert len(bench.made) == 2
    await bench.presets.close()


async def test_a_change_that_breaks_it_leaves_what_it_was(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.install("p", Router={"default": "lab,m1"})
    await bench.ask("/preset/p/")
    bench.install("p", Router={"default": "nobody,m1"})
    bench.tick()
    await bench.ask("/preset/p/")
    await bench.ask("/preset/p/")
    assert bench.made[0].served == ["/"] * 3
    assert 'there is no provider "nobody"' in caplog.text
    await bench.presets.close()


async def test_one_that_is_removed_is_gone(bench: Bench) -> None:
    bench.install("p", Router={"default": "lab,m1"})
    await bench.ask("/preset/p/")
    (bench.folder / "presets" / "p" / "manifest.json").unlink()
    bench.tick()
    with pytest.raises(NoRoute, match=r"There is no preset 'p'\. None is installed\."):
        await bench.ask("/preset/p/")
    await bench.presets.close()


async def test_an_unknown_one_is_told_with_those_there_are(bench: Bench) -> None:
    bench.install("one")
    bench.install("two")
    with pytest.raises(NoRoute, match=r"There is no preset 'three'\. There are: one, two\."):
        await bench.ask("/preset/three/v1/messages")


async def test_one_that_cannot_be_used_is_told_with_its_mistakes(bench: Bench) -> None:
    bench.install("p", Router={"default": "nobody,m1"})
    with pytest.raises(NoRoute, match=r"preset 'p' cannot be used\.(.|\n)*there is no provider \"nobody\""):
        await bench.ask("/preset/p/v1/messages")


@pytest.mark.parametrize("path", ["/preset/../v1/messages", "/preset/a\\b/v1/messages", "/preset/"])
async def test_names_that_lead_elsewhere_are_refused(bench: Bench, path: str) -> None:
    with pytest.raises(BadRequest, match="cannot be the name of a preset"):
        await bench.ask(path)


@pytest.mark.parametrize("path", ["health", "api/config", "ui/", "v1", "preset/p/v1/messages"])
async def test_there_is_nothing_else_below_a_preset(bench: Bench, path: str) -> None:
    bench.install("p", Router={"default": "lab,m1"})
    with pytest.raises(NoRoute, match="There is nothing at"):
        await bench.ask(f"/preset/p/{path}")
    assert bench.made[0].served == []
    await bench.presets.close()
