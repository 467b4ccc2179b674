"""`ccr prices`: what is known, and taking more."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccr.cli import program
from tests.e2e.upstream import FakeUpstream, Reply, answer, fake_upstream, json_answer

CONFIG = {
    "Providers": [
        {"name": "openai", "api_key": "k", "models": ["gpt-5", "gpt-5.4", "who-knows"]},
        {"name": "here", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m"]},
    ],
}
LISTED = {"openai": {"models": {"who-knows": {"cost": {"input": 1, "output": 2}}}}}

Out = pytest.CaptureFixture[str]


@pytest.fixture
def folder(own_home: Path) -> Path:
    """The folder of a configuration."""
    found = own_home / ".claude-code-router"
    found.mkdir()
    (found / "config.json").write_text(json.dumps(CONFIG))
    return found


class Server:
    """A fake in a thread of its own: the command has an event loop of its own."""

    def __init__(self) -> None:
        self.fake: FakeUpstream | None = None
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait(10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with fake_upstream() as self.fake:
            self._ready.set()
            await self._over.wait()

    def says(self, reply: Reply) -> str:
        """Its address, now that it answers so."""
        assert self.fake is not None
        self.fake.reply(reply)
        return f"{self.fake.url}/api.json"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def told(capsys: Out) -> dict[str, Any]:
    assert program.run(["prices", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["prices"]
    return {f"{row['provider']},{row['model']}": row for row in rows}


def test_what_is_known_is_told_and_what_is_not_is_a_question(
    folder: Path,  # noqa: ARG001
    capsys: Out,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert program.run(["prices"]) == 0
    said = capsys.readouterr()
    lines = {line.split()[0]: line.split() for line in said.out.splitlines() if line.strip()}
    assert lines["openai,gpt-5"][1:4] == ["1.25", "10", "0.125"]
    assert lines["openai,gpt-5.4"][1:4] == ["*", "2.5", "15"]
    assert lines["openai,who-knows"][1:] == ["?", "?"]
    assert lines["here,m"][1:4] == ["0", "0", "local"]
    assert "1 of 4 prices are not known" in said.err


def test_programs_get_everything(folder: Path, capsys: Out) -> None:  # noqa: ARG001
    rows = told(capsys)
    assert rows["openai,gpt-5.4"]["price"]["long"]["above"] == 272_000
    assert rows["openai,gpt-5"]["taken"] == "2026-11-21"
    assert rows["openai,who-knows"]["price"] is None


def test_a_list_is_taken_and_counts_from_then_on(folder: Path, server: Server, capsys: Out) -> None:
    url = server.says(json_answer(LISTED))
    assert program.run(["prices", "update", "--from", url]) == 0
    assert "1 prices of 1 providers" in capsys.readouterr().out
    assert (folder / "prices.json").exists()
    row = told(capsys)["openai,who-knows"]
    assert (row["price"], row["by"]) == ({"input": 1.0, "output": 2.0}, "prices.json")


def test_what_is_no_list_is_said_and_changes_nothing(folder: Path, server: Server, capsys: Out) -> None:
    for reply, why in (
        (answer(404, b"no"), "status 404"),
        (answer(200, b"<html>"), "no JSON"),
        (json_answer({"a": 1}), "no list of prices"),
    ):
        assert program.run(["prices", "update", "--from", server.says(reply)]) == 1
        assert why in capsys.readouterr().err
    assert not (folder / "prices.json").exists()


def test_an_address_that_is_none_or_nobodys_is_said(folder: Path, capsys: Out) -> None:  # noqa: ARG001
    assert program.run(["prices", "update", "--from", "models.dev"]) == 1
    assert "https://" in capsys.readouterr().err
    assert program.run(["prices", "update", "--from", "http://127.0.0.1:1/x"]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
