"""``continue``: wherever a stream breaks, another target goes on, and the client has each character once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.chaos import replies
from tests.chaos.grid import Score
from tests.chaos.judge import got, is_beginning
from tests.chaos.lab import RETRY, provider, running, stage
from tests.chaos.scripts import TOOL, Script
from tests.e2e.upstream import Reply, Seen, stream

pytestmark = pytest.mark.timeout(240)

PROTOCOLS = ("anthropic", "openai-chat")
ENDS: tuple[replies.End, ...] = ("cut", "end")


@dataclass(frozen=True)
class Rest(Script):
    """The same script after ``said``, which the target is shown as the beginning of its own answer."""

    said: str = ""

    @property
    def pieces(self) -> tuple[str, ...]:
        rest = Script(self.who, self.protocol).text[len(self.said) :]
        return tuple(part for part in (rest[:3], rest[3:]) if part)


def shown(body: Any) -> str:
    """The beginning that a target is to go on with."""
    last = body["messages"][-1]
    if last["role"] != "assistant":
        return ""
    content = last["content"]
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


def going_on(script: Script, upto: int | None = None) -> Reply:
    """Says what is left to say; breaks after so many frames."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        said = shown(seen.json)
        assert script.text.startswith(said)
        frames = Rest(script.who, script.protocol, said).frames()
        await (stream(frames) if upto is None else replies.frames(frames[:upto], "cut"))(writer, seen)

    return reply


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_each_character_comes_once_wherever_it_breaks(
    protocol: str, again: bool, tmp_path: Path, scores: dict[str, Score]
) -> None:
    """``again``: who goes on breaks off, too, and the first takes it up a second time."""
    score, script = Score(), Script("one", protocol)
    cases = [(end, upto) for end in ENDS for upto in range(script.first_content() + 1, script.needed())]
    async with stage() as played:
        entries = [
            provider(played.url, who, protocol, dialect={"prefill": True}, retry=RETRY) for who in "ab"
        ]
        config = {
            "Providers": entries,
            "Router": {"default": "a,m"},
            "fallback": {"default": ["b,m"]},
            "Resilience": {"continue": True, "breaker": False},
        }
        async with running(tmp_path, config) as router, aiohttp.ClientSession() as http:
            for number, (end, upto) in enumerate(cases):
                script = Script(f"case {number}", protocol)
                torn = replies.frames(script.frames()[:upto], end)
                played.parts["a"] = first_then(torn, going_on(script))
                played.parts["b"] = going_on(script, script.first_content() + 1 if again else None)
                said = [{"role": "user", "content": script.who}]
                body = {"model": "m", "max_tokens": 99, "messages": said, "tools": [TOOL], "stream": True}
                async with http.post(f"{router.url}/v1/messages", json=body) as response:
                    answer = got(response.status, response.headers, await response.read())
                score.ran += 1
                whole = answer.error is None and answer.blocks == script.content
                score.outcomes["whole" if whole else "breaks"] += 1
                called = len(answer.blocks) > 1  # after a call nobody can go on
                if answer.wrong or not (whole or (called and is_beginning(answer.blocks, script))):
                    score.failed.append(f"{end} after {upto}: {answer.blocks} {answer.error} {answer.wrong}")
            leftovers = await router.leftovers()
    scores[f"{protocol}, continued {'twice' if again else 'once'}"] = score
    assert not score.failed, "\n".join(score.failed)
    assert not leftovers


def first_then(first: Reply, then: Reply) -> Reply:
    """The second from the second time on."""
    calls = iter([first])

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        await next(calls, then)(writer, seen)

    return reply
