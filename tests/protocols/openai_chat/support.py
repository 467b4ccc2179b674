"""Calls, answers and golden files, as all tests of this protocol use them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from ccr.anthropic import thinking
from ccr.anthropic.events import Event
from ccr.anthropic.ids import upstream_id
from ccr.config.dialect import Dialect
from ccr.config.provider import Provider
from ccr.errors import UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols.openai_chat import PROTOCOL
from tests.grammar import check

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "openai_chat"
BASE = "https://api.example.com/v1"


def a_call(body: dict[str, Any] | None = None, *, model: str = "some-model", **about: Any) -> Call:
    """A call of a provider of which no more is known than the test says: ``session`` and dialect flags."""
    session = about.pop("session", None)
    provider = Provider(about.pop("provider", "example"), BASE, "openai_chat", dialect=Dialect(**about))
    asked = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4096} | (body or {})
    stream = bool(asked.get("stream"))
    return Call(Target(provider, model), asked, stream, key="sk-example", session=session)  # type: ignore[arg-type]


def encoded(body: dict[str, Any] | None = None, **about: Any) -> dict[str, Any]:
    """The request in the provider's words."""
    return PROTOCOL.encode(a_call(body, **about))


def messages(*said: dict[str, Any], **about: Any) -> list[dict[str, Any]]:
    """What the messages of a conversation become."""
    found: list[dict[str, Any]] = encoded({"messages": list(said)}, **about)["messages"]
    return found


def chunk(finish: str | None = None, usage: Any = None, **delta: Any) -> dict[str, Any]:
    """A chunk of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "choices": [choice], "usage": usage}


def sse(*chunks: dict[str, Any], done: bool = True) -> bytes:
    """A stream of chunks, with its ``[DONE]``."""
    lines = [f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in chunks]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


def fragment(
    index: int | None = 0, id: str | None = None, name: str | None = None, arguments: Any = None
) -> dict[str, Any]:
    """A fragment of a tool call, in a delta's ``tool_calls``."""
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    given = {key: value for key, value in (("index", index), ("id", id)) if value is not None}
    return {**given, "function": function}


def decode(pieces: Iterable[bytes], call: Call | None = None) -> tuple[list[Event], UpstreamError | None]:
    """All events of an answer, and what it failed with. It is not read on once it is done or has failed."""
    decoder = PROTOCOL.decoder(call or a_call())
    events: list[Event] = []
    for piece in pieces:
        events += decoder.feed(piece)
        if decoder.done or decoder.failed:
            return events, decoder.failed
    return [*events, *decoder.end()], decoder.failed


def answered(*chunks: dict[str, Any], call: Call | None = None) -> dict[str, Any]:
    """The message that a stream makes, whose grammar is checked."""
    events, failed = decode([sse(*chunks)], call)
    assert failed is None, failed
    return check(events)


def failure(*chunks: dict[str, Any], done: bool = True, call: Call | None = None) -> UpstreamError:
    """What a stream fails with."""
    _, failed = decode([sse(*chunks, done=done)], call)
    assert failed is not None
    return failed


def blocks(message: dict[str, Any]) -> list[tuple[str, Any]]:
    """Kind and content of each block."""
    told = {"text": "text", "thinking": "thinking", "tool_use": "input"}
    return [(block["type"], block.get(told.get(block["type"], "content"))) for block in message["content"]]


def golden(folder: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and content of each golden file."""
    paths = sorted((GOLDEN / folder).glob("*.json"))
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def payload_of(answer: dict[str, Any]) -> bytes:
    """A recorded answer's bytes."""
    return (answer["sse"] if "sse" in answer else json.dumps(answer["body"], ensure_ascii=False)).encode()


def plain(events: Iterable[Event], call: Call | None = None) -> list[dict[str, Any]]:
    """Events as JSON, without what is new each time: message ids, wrapped ids, the packing of signatures."""
    issuer = (call or a_call()).target.issuer
    return [_plain(json.loads(msgspec.json.encode(event)), issuer) for event in events]


def _plain(value: Any, issuer: str) -> Any:
    if isinstance(value, list):
        return [_plain(item, issuer) for item in value]
    if isinstance(value, dict):
        return {key: _plain_member(key, item, issuer) for key, item in value.items()}
    return value


def _plain_member(key: str, value: Any, issuer: str) -> Any:
    if key == "signature" and thinking.is_ours(value):
        return {"state": _plain_state(thinking.state_of(value, issuer))}
    if key in ("id", "tool_use_id") and isinstance(value, str):
        return "new" if re.fullmatch(r"(msg|srvtoolu)_[0-9a-f]{24}", value) else upstream_id(value)
    return _plain(value, issuer)


def _plain_state(state: Any) -> Any:
    """Signatures of calls stand under ids that are new each time."""
    if isinstance(state, dict) and "calls" in state:
        return {**state, "calls": {upstream_id(key): signature for key, signature in state["calls"].items()}}
    return state
