"""All providers at once, and two ways to them: in memory, or over HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest

from ccr.anthropic.events import Event, Opaque
from ccr.anthropic.message import replay
from ccr.anthropic.request import Body
from ccr.config import load
from ccr.exchange import Exchange, Plan, Target, session_of
from ccr.gateway import Gateway
from tests.e2e.switching.fakes import chat
from tests.e2e.switching.fakes.anthropic import Anthropic
from tests.e2e.switching.fakes.base import Fake, Reply
from tests.e2e.switching.fakes.bedrock import Bedrock
from tests.e2e.switching.fakes.gemini import Gemini
from tests.e2e.switching.fakes.responses import Responses
from tests.e2e.switching.fakes.smaller import Cohere, Ollama
from tests.e2e.switching.script import Said
from tests.e2e.upstream import Reply as HTTPReply
from tests.e2e.upstream import Seen, answer
from tests.grammar import check


class Place(NamedTuple):
    """A model at a provider. ``provider`` is the name of a preset where the provider has one."""

    provider: str
    model: str
    protocol: str
    fake: type[Fake]
    path: str = ""
    use: tuple[str, ...] = ()
    """Transformers: with some, Anthropic's events are read, not relayed."""

    @property
    def target(self) -> str:
        return f"{self.provider},{self.model}"


_CHAT = "/v1/chat/completions"
PLACES = (
    Place("anthropic", "claude-sonnet-4-5", "anthropic", Anthropic, "/v1/messages"),
    Place("another", "claude-opus-5-5", "anthropic", Anthropic, "/v1/messages", ("enhancetool",)),
    Place("openai", "gpt-4.1", "openai_chat", chat.Chat, _CHAT),
    Place("deepseek", "deepseek-chat", "openai_chat", chat.DeepSeek, _CHAT),
    Place("openrouter", "anthropic/claude-sonnet-4.5", "openai_chat", chat.OpenRouter, _CHAT),
    Place("openrouter", "google/gemini-3-pro-preview", "openai_chat", chat.OpenRouterGemini, _CHAT),
    Place("moonshot", "kimi-k2-thinking", "openai_chat", chat.Kimi, _CHAT),
    Place("mistral", "magistral-medium-latest", "openai_chat", chat.Mistral, _CHAT),
    Place("google", "gemini-3-flash-preview", "openai_chat", chat.Google, _CHAT),
    Place("responses", "gpt-5", "openai_responses", Responses, "/v1/responses"),
    Place("gemini", "gemini-2.5-pro", "gemini", Gemini, "/v1beta/models/"),
    Place("gemini", "gemini-3-pro-preview", "gemini", Gemini, "/v1beta/models/"),
    Place("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock", Bedrock),
    Place("ollama", "qwen3", "ollama", Ollama, "/api/chat"),
    Place("cohere", "command-a-reasoning-08-2025", "cohere", Cohere, "/v2/chat"),
)


def config(base: str) -> dict[str, Any]:
    """A configuration in which each provider lives under ``base`` with its name."""
    providers: dict[str, dict[str, Any]] = {}
    for place in PLACES:
        entry = {
            "name": place.provider,
            "protocol": place.protocol,
            "api_base_url": f"{base}/{place.provider}{place.path}",
            "api_key": "provider-key",
            "models": [],
            **({"transformer": {"use": list(place.use)}} if place.use else {}),
        }
        providers.setdefault(place.provider, entry)["models"].append(place.model)
    return {"Providers": list(providers.values()), "Router": {"default": PLACES[0].target}}


@dataclass
class World:
    """The providers. ``said`` is what the next model that is asked says."""

    fakes: Mapping[Place, Fake] = field(default_factory=lambda: {p: p.fake(p.model) for p in PLACES})
    said: Said = ()
    down: set[str] = field(default_factory=set)
    """Providers that have no time."""
    heard: Said = ()
    """What the last model that was asked said."""

    def reply(self, path: str, data: bytes) -> Reply:
        """The answer to a POST to ``/<provider>/…``."""
        provider = path.split("/")[1]
        if provider in self.down:
            return Reply(529, "application/json", b'{"error":{"message":"overloaded"}}')
        model = json.loads(data).get("model") or path
        place = next(p for p in PLACES if p.provider == provider and p.model in model)
        given = self.fakes[place].answer(path, data, self.said)
        self.heard = given.said
        return given

    async def http(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        """The same for ``FakeUpstream``."""
        given = self.reply(urlsplit(seen.path).path, seen.body)
        respond: HTTPReply = answer(given.status, given.data, given.content_type)
        await respond(writer, seen)


class _Response:
    """An answer as ``ccr.upstream.client.Response`` gives it."""

    def __init__(self, given: Reply, cut: int) -> None:
        self.status = given.status
        self.headers = {"content-type": given.content_type}
        self._data = given.data
        self._cut = cut

    @contextmanager
    def reading(self) -> Iterator[Callable[[], Awaitable[bytes]]]:
        rest = self._data

        async def read() -> bytes:
            nonlocal rest
            piece, rest = rest[: self._cut], rest[self._cut :]
            return piece

        yield read

    async def read(self) -> bytes:
        return self._data

    def close(self, *, whole: bool = False) -> None:
        """Nothing is open."""


class Wire:
    """The network, in memory, in the place of ``ccr.upstream.client.Client``."""

    def __init__(self) -> None:
        self.world = World()
        self.cut = 1
        """How many bytes of an answer come at once."""

    async def post(self, url: str, headers: Mapping[str, str], data: bytes, *_: object) -> _Response:  # noqa: ARG002
        given = self.world.reply(unquote(urlsplit(url).path), data)
        return _Response(given, self.cut)

    async def close(self) -> None:
        """Nothing is open."""


class InMemory:
    """The router without its server, over a network that is none."""

    def __init__(self, folder: Path, wire: Wire) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(config("http://fakes.test")))
        self.wire = wire
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ccr.gateway.Client", lambda _: wire)
            self._gateway = Gateway(load(path, {}))
        self._providers = {provider.name: provider for provider in self._gateway.settings.providers}

    async def message(self, body: dict[str, Any], *places: Place) -> dict[str, Any]:
        """The message that the client makes of the answer, whose grammar is checked."""
        raw = json.dumps(body).encode()
        parsed: Body = json.loads(raw)
        targets = tuple(Target(self._providers[place.provider], place.model) for place in places)
        exchange = Exchange(raw, parsed, {}, bool(body["stream"]), session_of(parsed, {}))
        exchange.plan = Plan(targets, "explicit")
        found = await self._gateway._upstream.send(exchange)
        events: list[Event] = []
        async for batch in found.batches:
            events += batch
        if len(events) == 1 and isinstance(events[0], Opaque) and events[0].name == "message":
            events = replay(json.loads(events[0].raw))
        return check(events)
