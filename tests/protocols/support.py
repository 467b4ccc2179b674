"""Calls, answers and golden files, as the tests of the smaller protocols use them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.anthropic.events import Event, understood
from ccr.anthropic.ids import upstream_id
from ccr.config.dialect import Dialect
from ccr.config.provider import Provider
from ccr.errors import UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols import protocol_of
from tests.grammar import check

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
HELLO = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4096}


def a_call(
    protocol: str,
    body: dict[str, Any] | None = None,
    *,
    base: str = "https://api.example.com",
    model: str = "some-model",
    key: str = "sk-example",
    headers: dict[str, str] | None = None,
    **about: Any,
) -> Call:
    """A call of a provider that says no more of itself than the test does."""
    dialect = Dialect(**about.pop("dialect", {}))
    target = Target(Provider("example", base, protocol, dialect=dialect, **about), model)
    asked = HELLO | (body or {})
    return Call(target, asked, bool(asked.get("stream")), key=key, headers=headers or {})  # type: ignore[arg-type]


def decode(pieces: Iterable[bytes], call: Call) -> tuple[list[Event], UpstreamError | None]:
    """All events of an answer, and what it failed with. It is not read on once it is done or has failed."""
    decoder = protocol_of(call.target).decoder(call)
    events: list[Event] = []
    for piece in pieces:
        events += decoder.feed(piece)
        if decoder.done or decoder.failed:
            return events, decoder.failed
    return [*events, *decoder.end()], decoder.failed


def message_of(payload: bytes, call: Call) -> dict[str, Any]:
    """The message that a whole answer makes; it breaks no law of the grammar."""
    events, failed = decode([payload], call)
    if failed is not None:
        raise failed
    return plain(check([understood(event) for event in events]), call)


def plain(message: dict[str, Any], call: Call) -> dict[str, Any]:
    """A message without what is new each time: ids of ours, the packing of signatures."""
    content = [_plain_block(block, call) for block in message["content"]]
    return {**{k: v for k, v in message.items() if k != "id"}, "content": content}


def _plain_block(block: dict[str, Any], call: Call) -> dict[str, Any]:
    if block["type"] == "thinking" and thinking.is_ours(block["signature"]):
        return {**block, "signature": thinking.state_of(block["signature"], call.target.issuer)}
    return {**block, "id": upstream_id(block["id"])} if block["type"] == "tool_use" else block


def golden(protocol: str, folder: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and content of each golden file."""
    files = sorted((GOLDEN / protocol / folder).glob("*.json"))
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in files]


def payload_of(answer: dict[str, Any]) -> bytes:
    """A recorded answer's bytes, as the recordings hold them."""
    if "eventstream_b64" in answer:
        return base64.b64decode(answer["eventstream_b64"])
    text = answer.get("sse") or answer.get("ndjson")
    return (text if text is not None else json.dumps(answer["body"], ensure_ascii=False)).encode()


def cut_bytes(payload: bytes) -> list[bytes]:
    return [payload[i : i + 1] for i in range(len(payload))]


@st.composite
def cut(draw: st.DrawFn, payload: bytes) -> list[bytes]:
    """A payload in random pieces."""
    cuts = sorted(draw(st.lists(st.integers(0, len(payload)), max_size=20)))
    return [payload[a:b] for a, b in pairwise([0, *cuts, len(payload)])]


# Conversations as clients send them.

PNG = "iVBORw0KGgo="
PDF = "JVBERi0xLjQK"
_TEXTS = st.sampled_from(["Hello", "a\nb", "ünïcode ✓", " ", ""])
_PLAIN = st.one_of(
    _TEXTS.map(lambda text: {"type": "text", "text": text}),
    st.just({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}),
    st.just({"type": "image", "source": {"type": "url", "url": "https://a.example/x.png"}}),
    st.just({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}}),
    st.just({"type": "document", "title": "t", "source": {"type": "text", "data": "words"}}),
)
_THINKING = st.sampled_from(["", "ErUBCkYIBxgCIkDz", "ccr1.000000000000."]).map(
    lambda signature: {"type": "thinking", "thinking": "Hm.", "signature": signature}
)


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Messages with calls, results (some missing, some unknown), media, and system messages in between."""
    out: list[dict[str, Any]] = [{"role": "user", "content": "Begin."}]
    waiting: list[str] = []
    for turn in range(draw(st.integers(1, 5))):
        said = draw(st.lists(_PLAIN, max_size=2))
        results = [
            _result(call, draw(_TEXTS), draw(st.booleans())) for call in waiting if draw(st.booleans())
        ]
        content: Any = [*results, *said] if draw(st.booleans()) else [*said, *results]
        out.append({"role": "user", "content": content or draw(_TEXTS)})
        if draw(st.booleans()):
            out.append({"role": "system", "content": draw(_TEXTS)})
        names = draw(st.lists(st.sampled_from(["Read", "mcp__a__b", "Weird name!"]), max_size=2))
        calls = [_call(f"toolu_{turn}_{n}", name) for n, name in enumerate(names)]
        waiting = [call["id"] for call in calls]
        before = draw(st.lists(_THINKING, max_size=1)) + draw(st.lists(_PLAIN.filter(_is_text), max_size=1))
        out.append({"role": "assistant", "content": [*before, *calls]})
    return out


def _is_text(block: dict[str, Any]) -> bool:
    return bool(block["type"] == "text")


def _call(call_id: str, name: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": {"a": 1}}


def _result(call_id: str, text: str, failed: bool) -> dict[str, Any]:
    content: Any = [{"type": "text", "text": text}, {"type": "image", "source": {"type": "url", "url": "x"}}]
    given = content if failed else text
    return {"type": "tool_result", "tool_use_id": call_id, "content": given, "is_error": failed}
