"""`/api/speed/{session}`: how fast a session is answered."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.e2e.upstream import chat_text, fake_upstream, stream
from tests.server.admin.admin import admin, config, written

ASK = {"model": "lab,m", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}


async def test_the_speed_of_the_last_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with fake_upstream() as upstream:
        upstream.reply(stream(chat_text("Hel", "lo")))
        text = written(config(f"{upstream.url}/v1/chat/completions"))
        async with admin(tmp_path, text) as service:
            headers = {"x-claude-code-session-id": "s-1"}
            url = f"{service.url}/v1/messages"
            async with service.http.post(url, json=ASK, headers=headers) as answer:
                assert answer.status == 200
                await answer.read()
            status, told = await service.ask("GET", "/api/speed/s-1")
            assert (status, told["sessionId"], told["outputTokens"]) == (200, "s-1", 3)
            assert told["tokensPerSecond"] > 0
            assert (tmp_path / "claude-code-router" / "session-s-1.json").exists()
            assert (await service.ask("GET", "/api/speed/s-2"))[0] == 404
