"""Anthropic Messages: takes back only what it signed itself, as it was, and checks every id."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.switching.fakes.base import Fake, Json, Reading, Reply, halves, law, reply, sse
from tests.e2e.switching.script import Said, Text, Thought, Turn, unthinking, uses

USAGE = {"input_tokens": 9, "output_tokens": 9}


class Anthropic(Fake):
    ids = ("fresh",)

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._signed: dict[str, str] = {}
        """What was thought, by signature."""

    def error(self, message: str) -> Json:
        return {"type": "error", **super().error(message)}

    def grown(self, body: Json) -> list[Any]:
        return [{**message, "content": _blocks(message["content"])} for message in body["messages"]]

    def read(self, body: Json) -> list[Turn]:
        reading = Reading(tool["name"] for tool in body["tools"])
        seen: set[str] = set()
        for message in body["messages"]:
            law(message["content"], f"an empty {message['role']} message")
            for block in _blocks(message["content"]):
                self._block(message["role"], block, reading)
                if block["type"] == "tool_use":
                    law(block["id"] not in seen, f"`tool_use` ids must be unique: {block['id']}")
                    seen.add(block["id"])
        if (body.get("thinking") or {}).get("type") == "enabled":
            self._begins_with_thinking(body["messages"])
        edits = (body.get("context_management") or {}).get("edits") or []
        thinks = (body.get("thinking") or {}).get("type") in ("enabled", "adaptive")
        law(thinks or not edits, "`clear_thinking_20251015` strategy requires `thinking` to be enabled")
        return reading.end()

    def _block(self, role: str, block: Json, reading: Reading) -> None:
        match block["type"]:
            case "text":
                (reading.model if role == "assistant" else reading.user)(block["text"])
            case "tool_use":
                reading.call(block["id"], block["name"], block["input"])
            case "tool_result":
                reading.result(block["tool_use_id"], block["content"], failed=bool(block.get("is_error")))
            case "thinking" if role == "assistant":
                thought = self._signed.get(block["signature"])
                law(thought == block["thinking"], "Invalid `signature` in `thinking` block")
            case "redacted_thinking" if role == "assistant":
                law(block["data"] in self._signed, "Invalid `data` in `redacted_thinking` block")
            case kind:
                law(False, f"a {kind} block in a {role} message")

    def _begins_with_thinking(self, messages: list[Json]) -> None:
        """What is asked while calls of the model are being answered."""
        said = [_blocks(m["content"]) for m in messages if m["role"] == "assistant"]
        if said and any(block["type"] == "tool_use" for block in said[-1]):
            first = said[-1][0]["type"]
            begins = first in ("thinking", "redacted_thinking")
            law(begins, f"Expected `thinking` or `redacted_thinking`, but found `{first}`")

    # Answers.

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:
        if (body.get("thinking") or {}).get("type", "disabled") == "disabled":
            said = unthinking(said)
        message = {
            "id": f"msg_{self.seal('m')}",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [self._said(piece) for piece in said],
            "stop_reason": "tool_use" if uses(said) else "end_turn",
            "stop_sequence": None,
            "usage": USAGE,
        }
        return reply(
            stream, sse(_events(message), named=True) if stream else json.dumps(message).encode(), said
        )

    def _said(self, piece: Any) -> Json:
        match piece:
            case Thought(text) if len(self._signed) % 3 == 2:
                data = self.seal("redacted")
                self._signed[data] = text
                return {"type": "redacted_thinking", "data": data}
            case Thought(text):
                signature = self.seal("sig")
                self._signed[signature] = text
                return {"type": "thinking", "thinking": text, "signature": signature}
            case Text(text):
                return {"type": "text", "text": text}
            case _:
                return {"type": "tool_use", "id": piece.id, "name": piece.name, "input": piece.arguments}


def _blocks(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _events(message: Json) -> list[Json]:
    start = {**message, "content": [], "stop_reason": None}
    events: list[Json] = [{"type": "message_start", "message": start}]
    for index, block in enumerate(message["content"]):
        begun, deltas = _pieces(block)
        events.append({"type": "content_block_start", "index": index, "content_block": begun})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    return [*events, {"type": "message_delta", "delta": delta, "usage": USAGE}, {"type": "message_stop"}]


def _pieces(block: Json) -> tuple[Json, list[Json]]:
    match block["type"]:
        case "text":
            return {**block, "text": ""}, [{"type": "text_delta", "text": t} for t in halves(block["text"])]
        case "thinking":
            said = [{"type": "thinking_delta", "thinking": t} for t in halves(block["thinking"])]
            signed = {"type": "signature_delta", "signature": block["signature"]}
            return {**block, "thinking": "", "signature": ""}, [*said, signed]
        case "tool_use":
            pieces = halves(json.dumps(block["input"]))
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": p} for p in pieces]
        case _:
            return block, []
