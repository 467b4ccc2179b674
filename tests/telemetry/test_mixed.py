"""Ten thousand mixed requests at once: what is counted is what the providers say that they sent."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ccr.config import Settings, load
from ccr.errors import RouterError
from ccr.exchange import Exchange, Plan
from ccr.gateway import Gateway
from ccr.services import Services
from ccr.telemetry.account import Books
from ccr.telemetry.ending import LEFT
from ccr.telemetry.meter import Meter, Refusal
from ccr.telemetry.prices import Prices
from ccr.telemetry.record import Record
from ccr.upstream.failover import Watcher
from tests.e2e.upstream import STREAM_HEAD, Seen, answer, chunk, fake_upstream, sse

REQUESTS = 10_000
AT_ONCE = 64
WAYS = ("anthropic", "openai_chat", "gemini")
ENDS = ("whole", "whole", "whole", "json", "left", "broken", "refused", "helped")
"""How a request goes: to its end; the client leaves midway; the provider breaks off, refuses, or refuses and
another helps out."""

KINDS = ("input", "output", "cache_read", "cache_write_5m")


class Sent(Counter[str]):
    """What the providers said that their calls took."""

    def say(self, *amounts: int) -> None:
        self.update(dict(zip(KINDS, amounts, strict=True)))


class Rows:
    """A sink that keeps all."""

    def __init__(self) -> None:
        self.rows: list[Record] = []

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:  # noqa: ARG002
        self.rows += records

    def close(self) -> None:
        """Nothing is held back."""


Trace = Callable[[Plan], dict[str, Any]]
Kind = Callable[[Exchange], str]


class Metered(Services):
    """Services with a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def watcher(self, settings: Settings, prices: Prices, trace: Trace, kind: Kind) -> Watcher:
        return self._meter.watch(Books(settings, prices, trace, kind))


def frames(way: str, n: int, sent: Sent) -> tuple[list[bytes], list[bytes]]:
    """A stream until some text has come, and the rest of it. What the first says of usage is counted."""
    made = (n, n % 97, n % 31, n % 7)
    if way == "anthropic":
        usage = {
            "input_tokens": made[0],
            "cache_read_input_tokens": made[2],
            "cache_creation_input_tokens": made[3],
            "output_tokens": 1,
        }
        message = {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": "x",
            "content": [],
            "usage": usage,
        }
        block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}
        end = {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": made[1]},
        }
        begun = sse({"type": "message_start", "message": message}, block, delta, named=True)
        rest = sse({"type": "content_block_stop", "index": 0}, end, {"type": "message_stop"}, named=True)
        sent.say(made[0], 1, made[2], made[3])
        return begun, rest
    if way == "openai_chat":
        choice = {"index": 0, "delta": {"role": "assistant", "content": "Hi"}, "finish_reason": None}
        counts: dict[str, Any] = {
            "prompt_tokens": made[0] + made[2],
            "completion_tokens": made[1],
            "prompt_tokens_details": {"cached_tokens": made[2]},
        }
        stop = {"index": 0, "delta": {}, "finish_reason": "stop"}
        head = {"object": "chat.completion.chunk"}
        rest = sse(head | {"choices": [stop]}, head | {"choices": [], "usage": counts}, done=True)
        return sse(head | {"choices": [choice]}), rest
    parts = {"content": {"role": "model", "parts": [{"text": "Hi"}]}}
    first = {
        "promptTokenCount": made[0] + made[2],
        "cachedContentTokenCount": made[2],
        "candidatesTokenCount": 1,
    }
    last = first | {"candidatesTokenCount": made[1]}
    sent.say(made[0], 1, made[2], 0)
    ended = {"candidates": [parts | {"finishReason": "STOP"}], "usageMetadata": last}
    return sse({"candidates": [parts], "usageMetadata": first}), sse(ended)


def finished(way: str, n: int, sent: Sent) -> None:
    """The rest of a stream goes out: its last word on its usage counts in place of the first."""
    output = n % 97
    if way == "openai_chat":
        sent.say(n, output, n % 31, 0)
    else:
        sent["output"] += output - 1


def whole_answer(way: str, n: int, sent: Sent) -> dict[str, Any]:
    """The same as one JSON answer."""
    output, read, written = n % 97, n % 31, n % 7
    if way == "anthropic":
        sent.say(n, output, read, written)
        usage = {
            "input_tokens": n,
            "output_tokens": output,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
        }
        content = [{"type": "text", "text": "Hi"}]
        about = {"id": "m", "type": "message", "role": "assistant", "model": "x", "stop_reason": "end_turn"}
        return about | {"content": content, "usage": usage}
    sent.say(n, output, read, 0)
    if way == "openai_chat":
        usage = {"prompt_tokens": n + read, "completion_tokens": output, "cached_tokens": read}
        message = {"role": "assistant", "content": "Hi"}
        return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}
    said = {"role": "model", "parts": [{"text": "Hi"}]}
    counts = {"promptTokenCount": n + read, "cachedContentTokenCount": read, "candidatesTokenCount": output}
    return {"candidates": [{"content": said, "finishReason": "STOP"}], "usageMetadata": counts}


def wanted(body: dict[str, Any]) -> tuple[str, int]:
    """How the request in a provider's hands is to go, and its number: its last text says so."""
    text = json.dumps(body)
    end, _, rest = text[text.index("go ") + 3 :].partition(" ")
    return end, int(rest.partition("!")[0])


class Provider:
    """Answers as the request says, and counts what it says of that."""

    def __init__(self) -> None:
        self.sent = Sent()
        self.calls = 0

    async def __call__(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        self.calls += 1
        way = next(way for way in WAYS if seen.path.startswith(f"/{way}"))
        end, n = wanted(seen.json)
        if end == "refused" or (end == "helped" and "help" not in seen.path):
            await answer(529, b'{"error": {"message": "busy"}}')(writer, seen)
        elif end == "json":
            await answer(200, json.dumps(whole_answer(way, n, self.sent)).encode())(writer, seen)
        else:
            await self._stream(writer, seen, frames(way, n, self.sent), (way, end, n))

    async def _stream(
        self,
        writer: asyncio.StreamWriter,
        seen: Seen,
        parts: tuple[list[bytes], list[bytes]],
        asked: tuple[str, str, int],
    ) -> None:
        begun, rest = parts
        way, end, n = asked
        writer.write(STREAM_HEAD + chunk(b"".join(begun)))
        await writer.drain()
        if end == "left":
            await seen.closed.wait()
        elif end == "broken":
            writer.write(b"0\r\n\r\n")
        else:
            finished(way, n, self.sent)
            writer.write(chunk(b"".join(rest)) + b"0\r\n\r\n")
        await writer.drain()


def configured(folder: Path, url: str) -> Settings:
    bases = {"anthropic": "v1/messages", "openai_chat": "v1/chat/completions", "gemini": "v1beta/models/"}
    entries = [
        {
            "name": f"{way}{role}",
            "protocol": way,
            "api_key": "k",
            "models": ["m"],
            "api_base_url": f"{url}/{path}",
        }
        for way, ending in bases.items()
        for role in ("", "-help")
        for path in [f"{way}{role}/{ending}"]
    ]
    raw = {
        "Providers": entries,
        "Prices": {"*": {"input": 1, "output": 2, "cache_read": 0.5}},
        "Resilience": {"breaker": False, "retry": False, "gate": {"hold_ms": 0}},
        "Router": {"default": "anthropic,m"},
        "fallback": {"default": ["openai_chat-help,m"]},
    }
    path = folder / "config.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return load(path, {})


def request(way: str, end: str, n: int) -> Exchange:
    """A client's request that says how it is to go."""
    model = "claude-sonnet-5" if end == "helped" else f"{way},m"
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": 100,
        "stream": end != "json",
        "messages": [{"role": "user", "content": f"go {end} {n}!"}],
    }
    return Exchange(json.dumps(body).encode(), body, {}, stream=end != "json", session=f"s{n % 100}")  # type: ignore[arg-type]


async def ask(gateway: Gateway, exchange: Exchange, end: str) -> None:
    """A client that reads all of it, or leaves after the beginning."""
    with suppress(RouterError):
        batches: AsyncIterator[Any] = (await gateway.answer(exchange)).batches
        async for _ in batches:
            if end == "left":
                await batches.aclose()  # type: ignore[attr-defined]
                return


@pytest.mark.timeout(300)
async def test_totals_are_what_the_providers_say_that_they_sent(tmp_path: Path) -> None:
    chance, rows = random.Random(6), Rows()  # noqa: S311
    asked = [(chance.choice(WAYS), chance.choice(ENDS), n) for n in range(1, REQUESTS + 1)]
    provider, meter = Provider(), Meter([rows])
    room = asyncio.Semaphore(AT_ONCE)

    async def one(way: str, end: str, n: int) -> None:
        async with room:
            await ask(gateway, request(way, end, n), end)

    async with fake_upstream() as upstream:
        upstream.reply(provider)
        gateway = Gateway(configured(tmp_path, upstream.url), services=Metered(meter))
        await asyncio.gather(*(one(*each) for each in asked))
        meter.flush()
        await gateway.close()

    counted = Counter({kind: sum(getattr(row, kind) or 0 for row in rows.rows) for kind in KINDS})
    assert counted == provider.sent
    assert len(rows.rows) == REQUESTS
    assert sum(row.attempts for row in rows.rows) == provider.calls
    ends = Counter(end for _, end, _ in asked)
    assert sum(row.error == LEFT for row in rows.rows) == ends["left"]
    assert sum(row.error == "Broken" for row in rows.rows) == ends["broken"]
    assert sum(row.status == 529 for row in rows.rows) == ends["refused"]
    assert sum(row.attempts == 2 and not row.error for row in rows.rows) == ends["helped"]
    cost = sum(row.cost for row in rows.rows if row.cost is not None)
    assert cost == pytest.approx(_price(counted), rel=1e-9)


def _price(counted: Counter[str]) -> float:
    """Writes cost as much as input where their price is not said."""
    plain = counted["input"] + counted["cache_write_5m"]
    return (plain + 2 * counted["output"] + 0.5 * counted["cache_read"]) / 1e6
