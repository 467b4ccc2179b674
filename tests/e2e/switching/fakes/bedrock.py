"""Converse, with a Claude behind it that takes back only what it signed."""

from __future__ import annotations

import json
import struct
import zlib

from tests.e2e.switching.fakes.base import Fake, Json, Reading, Reply, halves, keys, law
from tests.e2e.switching.script import Said, Text, Thought, Turn, unthinking, uses


class Bedrock(Fake):
    ids = ("fresh", "zero")

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._signed: dict[str, str] = {}
        self._owed: dict[int, list[str]] = {}

    def streams(self, path: str, body: Json) -> bool:  # noqa: ARG002
        return path.endswith("/converse-stream")

    def error(self, message: str) -> Json:
        return {"message": message}

    def read(self, body: Json) -> list[Turn]:
        reading = Reading(tool["toolSpec"]["name"] for tool in body["toolConfig"]["tools"])
        before = ""
        for message in body["messages"]:
            law(message["role"] != before, "roles must alternate")
            before = message["role"]
            law(message["content"], "empty content")
            self._message(message, reading)
        if _thinking(body) == "enabled":
            self._begins_with_thinking(body["messages"])
        return reading.end()

    def _message(self, message: Json, reading: Reading) -> None:
        model = message["role"] == "assistant"
        marks, called = [], []
        for part in message["content"]:
            match part:
                case {"text": str(text)}:
                    (reading.model if model else reading.user)(text)
                case {"toolUse": dict(use)} if model:
                    keys(use, "toolUseId", "name", "input")
                    called.append(reading.call(use["toolUseId"], use["name"], use["input"]))
                case {"toolResult": dict(result)} if not model:
                    text = " ".join(piece["text"] for piece in result["content"])
                    reading.result(result["toolUseId"], text, failed=result.get("status") == "error")
                case {"reasoningContent": {"reasoningText": dict(thought)}} if model:
                    own = self._signed.get(thought["signature"])
                    law(own == thought["text"], "Invalid `signature` in `thinking` block")
                    marks.append(thought["signature"])
                case _:
                    law(False, f"a part with {list(part)}")
        if called:
            owed = self._owed.get(called[0], [])
            law(marks == owed, f"the thinking {marks} where {owed} is to come back")

    def _begins_with_thinking(self, messages: list[Json]) -> None:
        if any("toolResult" in part for part in messages[-1]["content"]):
            begins = "reasoningContent" in messages[-2]["content"][0]
            law(begins, "Expected `thinking` or `redacted_thinking`, but found `tool_use`")

    # Answers.

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:
        if not _thinking(body):
            said = unthinking(said)
        before = list(self._signed)
        content = [self._part(piece) for piece in said]
        if uses(said):
            self._owed[uses(said)[0].n] = [mark for mark in self._signed if mark not in before]
        reason = "tool_use" if uses(said) else "end_turn"
        usage = {"inputTokens": 9, "outputTokens": 9, "totalTokens": 18}
        if not stream:
            message = {"role": "assistant", "content": content}
            answer = {"output": {"message": message}, "stopReason": reason, "usage": usage}
            return Reply(200, "application/json", json.dumps(answer).encode(), said)
        events: list[tuple[str, Json]] = [("messageStart", {"role": "assistant"})]
        for index, part in enumerate(content):
            events += [(name, {"contentBlockIndex": index, **event}) for name, event in _events(part)]
        events += [("messageStop", {"stopReason": reason}), ("metadata", {"usage": usage})]
        data = b"".join(_frame(name, json.dumps(event).encode()) for name, event in events)
        return Reply(200, "application/vnd.amazon.eventstream", data, said)

    def _part(self, piece: object) -> Json:
        match piece:
            case Thought(text):
                signature = self.seal("sig")
                self._signed[signature] = text
                return {"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}}
            case Text(text):
                return {"text": text}
            case use:
                made = {"toolUseId": use.id, "name": use.name, "input": use.arguments}  # type: ignore[attr-defined]
                return {"toolUse": made}


def _thinking(body: Json) -> str:
    fields = body.get("additionalModelRequestFields") or {}
    return str((fields.get("thinking") or {}).get("type") or "")


def _events(part: Json) -> list[tuple[str, Json]]:
    begin: list[tuple[str, Json]] = []
    match part:
        case {"text": text}:
            deltas: list[Json] = [{"text": half} for half in halves(text)]
        case {"toolUse": use}:
            head = {"toolUseId": use["toolUseId"], "name": use["name"]}
            begin = [("contentBlockStart", {"start": {"toolUse": head}})]
            deltas = [{"toolUse": {"input": half}} for half in halves(json.dumps(use["input"]))]
        case _:
            thought = part["reasoningContent"]["reasoningText"]
            pieces = [{"text": half} for half in halves(thought["text"])]
            deltas = [{"reasoningContent": piece} for piece in [*pieces, {"signature": thought["signature"]}]]
    return [*begin, *(("contentBlockDelta", {"delta": delta}) for delta in deltas), ("contentBlockStop", {})]


def _frame(name: str, payload: bytes) -> bytes:
    headers = _header(":event-type", name) + _header(":message-type", "event")
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return body + struct.pack(">I", zlib.crc32(body))


def _header(name: str, value: str) -> bytes:
    return bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
