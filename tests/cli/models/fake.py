"""A provider on loopback that lists models and says hello in a stream, and the terminal to meet it in."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine
from tests.e2e import upstream
from tests.e2e.upstream import FakeUpstream, Seen

MODELS = ("qwen3-coder", "qwen3-mini", "qwen3-max")


@dataclass
class Fake:
    """``key``: what must be shown, "" for nothing."""

    server: FakeUpstream
    key: str = ""

    @property
    def url(self) -> str:
        return f"{self.server.url}/v1"

    @property
    def asked(self) -> list[str]:
        """Models that were asked for a word."""
        return [seen.json["model"] for seen in self.server.requests if seen.method == "POST"]

    async def reply(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        if self.key and seen.headers.get("authorization") != f"Bearer {self.key}":
            answer = upstream.json_answer({"error": {"message": "Incorrect API key provided"}}, 401)
        elif seen.method == "GET":
            answer = upstream.json_answer({"data": [{"id": model} for model in MODELS]})
        else:
            answer = upstream.stream(upstream.chat_text("hel", "lo"))
        await answer(writer, seen)


@contextmanager
def provider() -> Iterator[Fake]:
    """It, in a thread of its own."""
    ready, found = threading.Event(), []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with upstream.fake_upstream() as server:
            fake = Fake(server)
            server.reply(fake.reply)
            found.append(fake)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    try:
        assert ready.wait(20)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()


class Screen(Session):
    """A terminal of 80 columns and 24 lines."""

    def __init__(self, machine: Machine, *args: str, **env: str) -> None:
        super().__init__(machine, *args, **{"PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1", **env})
        self._child.setwinsize(24, 80)


def config(machine: Machine) -> Path:
    return machine.home / ".claude-code-router" / "config.json"


def written(machine: Machine) -> Any:
    """The file's value; it has no comments."""
    return json.loads(config(machine).read_text())
