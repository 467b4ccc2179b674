"""Calls, answers and golden files, as all tests of this protocol use them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.events import Event, Failure
from ccr.anthropic.ids import upstream_id
from ccr.config.dialect import Dialect
from ccr.config.provider import Provider
from ccr.errors import UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols.openai_responses import PROTOCOL

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "openai_responses"
BASE = "https://api.example.com/v1"


def a_call(
    body: dict[str, Any] | None = None,
    *,
    model: str = "gpt-5-mini",
    dialect: Dialect | None = None,
    session: str | None = None,
    provider: str = "example",
) -> Call:
    """A call of a provider that says no more of itself than the test does."""
    asked = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4096} | (body or {})
    at = Provider(provider, BASE, "openai_responses", dialect=dialect or Dialect())
    target = Target(at, model)
    return Call(target, asked, stream=bool(asked.get("stream")), key="sk-example", session=session)  # type: ignore[arg-type]


def encoded(body: dict[str, Any] | None = None, **about: Any) -> dict[str, Any]:
    return PROTOCOL.encode(a_call(body, **about))


def sse(*events: dict[str, Any]) -> bytes:
    """A stream as most providers send it: named events, numbered."""
    numbered = [{**event, "sequence_number": n} for n, event in enumerate(events)]
    return "".join(
        f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n" for event in numbered
    ).encode()


def decode(pieces: Iterable[bytes], call: Call | None = None) -> tuple[list[Event], UpstreamError | None]:
    """All events of an answer, and what it failed with. It is not read on once it is done or has failed."""
    decoder = PROTOCOL.decoder(call or a_call())
    events: list[Event] = []
    for piece in pieces:
        events += decoder.feed(piece)
        if decoder.done or decoder.failed:
            return events, decoder.failed
    return [*events, *decoder.end()], decoder.failed


def with_failure(events: list[Event], failed: UpstreamError | None) -> list[Event]:
    """The stream that a client sees: a failure after its beginning is an ``error`` event."""
    return [*events, Failure(failed.error())] if failed else events


def plain(message: dict[str, Any]) -> dict[str, Any]:
    """A message without what is new each time: ids, the packing of signatures."""
    content = [_plain_block(block) for block in message["content"]]
    return {**{k: v for k, v in message.items() if k != "id"}, "content": content}


def _plain_block(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] == "thinking":
        return {**block, "signature": thinking.state_of(block["signature"], a_call().target.issuer)}
    return {key: _plain_id(value) if key in ("id", "tool_use_id") else value for key, value in block.items()}


def _plain_id(own: str) -> str:
    return "new" if own.startswith("srvtoolu_") else upstream_id(own)


def golden(folder: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and content of each golden file."""
    paths = sorted((GOLDEN / folder).glob("*.json"))
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def payload_of(answer: dict[str, Any]) -> bytes:
    """A recorded answer's bytes."""
    return (answer["sse"] if "sse" in answer else json.dumps(answer["body"], ensure_ascii=False)).encode()
