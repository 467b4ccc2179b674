"""Ollama's and Cohere's own languages."""

from __future__ import annotations

import json
import re

from tests.e2e.switching.fakes.base import Fake, Json, Reading, Reply, halves, keys, law, reply, sse
from tests.e2e.switching.script import Said, Text, Thought, Turn, Use, thoughts, uses

ANYTHING = re.compile(r".+")


class Ollama(Fake):
    ids = ("fresh", "zero", "none")

    def read(self, body: Json) -> list[Turn]:
        reading = Reading((tool["function"]["name"] for tool in body["tools"]), ANYTHING)
        for message in body["messages"]:
            self._message(message, reading)
        return reading.end()

    def _message(self, message: Json, reading: Reading) -> None:
        text = message["content"]
        match message["role"]:
            case "system" if not reading.turns and text == "system-0":
                pass
            case "user" | "system":
                reading.user(text)
            case "tool":
                keys(message, "role", "content", "tool_name", "tool_call_id")
                reading.result(message["tool_call_id"], text)
            case _:
                keys(message, "role", "content", "thinking", "tool_calls")
                if text:
                    reading.model(text)
                for call in message.get("tool_calls") or []:
                    reading.call(call["id"], call["function"]["name"], call["function"]["arguments"])

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:  # noqa: ARG002
        ending = {"done": True, "done_reason": "stop", "prompt_eval_count": 9, "eval_count": 9}
        if stream:
            lines = [{"message": _ollama((piece,)), "done": False} for piece in said]
            last = {"message": _ollama(()), **ending}
            data = "".join(json.dumps(line) + "\n" for line in [*lines, last])
            return Reply(200, "application/x-ndjson", data.encode(), said)
        # A whole answer has one text before all calls.
        return reply(stream, json.dumps({"message": _ollama(said), **ending}).encode(), said)

    def error(self, message: str) -> Json:
        return {"error": message}


def _ollama(said: Said) -> Json:
    message: Json = {"role": "assistant", "content": _text(said)}
    if thought := "".join(thoughts(said)):
        message["thinking"] = thought
    if calls := uses(said):
        message["tool_calls"] = [
            {
                **({"id": use.id} if use.id else {}),
                "function": {"name": use.name, "arguments": use.arguments},
            }
            for use in calls
        ]
    return message


class Cohere(Fake):
    ids = ("fresh", "zero", "same", "dots")

    def read(self, body: Json) -> list[Turn]:
        reading = Reading(tool["function"]["name"] for tool in body["tools"])
        for message in body["messages"]:
            self._message(message, reading)
        return reading.end()

    def _message(self, message: Json, reading: Reading) -> None:
        match message["role"]:
            case "system":
                law(not reading.turns and message["content"] == "system-0", "a system message in the middle")
            case "user":
                keys(message, "role", "content")
                reading.user(_content(message["content"]))
            case "tool":
                keys(message, "role", "content", "tool_call_id")
                reading.result(message["tool_call_id"], _content(message["content"]))
            case _:
                keys(message, "role", "content", "tool_calls", "tool_plan")
                self._assistant(message, reading)

    def _assistant(self, message: Json, reading: Reading) -> None:
        calls = message.get("tool_calls") or []
        text = _content(message.get("content") or "")
        law(text or calls, "an assistant message with neither content nor calls")
        if text:
            reading.model(text)
        for call in calls:
            reading.call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"]))

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:  # noqa: ARG002
        reason = "TOOL_CALL" if uses(said) else "COMPLETE"
        usage = {"tokens": {"input_tokens": 9, "output_tokens": 9}}
        if not stream:
            answer = {"message": _cohere(said), "finish_reason": reason, "usage": usage}
            return reply(stream, json.dumps(answer).encode(), said)
        events: list[Json] = [{"type": "message-start", "delta": {"message": {"role": "assistant"}}}]
        for index, piece in enumerate(said):
            events += _cohere_events(index, piece)
        ending = {"type": "message-end", "delta": {"finish_reason": reason, "usage": usage}}
        return reply(stream, sse([*events, ending], named=True), said)


def _content(content: str | list[Json]) -> str:
    if isinstance(content, str):
        return content
    law(all(part["type"] in ("text", "thinking") for part in content), "a part of an unknown type")
    return " ".join(part["text"] for part in content if part["type"] == "text")


def _cohere(said: Said) -> Json:
    thought = [{"type": "thinking", "thinking": text} for text in thoughts(said)]
    text = [{"type": "text", "text": _text(said)}] if _text(said) else []
    calls = [
        {
            "id": use.id,
            "type": "function",
            "function": {"name": use.name, "arguments": json.dumps(use.arguments)},
        }
        for use in uses(said)
    ]
    return {"role": "assistant", "content": [*thought, *text], **({"tool_calls": calls} if calls else {})}


def _cohere_events(index: int, piece: object) -> list[Json]:
    match piece:
        case Thought(text):
            return [{"type": "tool-plan-delta", "delta": {"message": {"tool_plan": text}}}]
        case Text(text):
            return [
                {"type": "content-delta", "index": index, "delta": {"message": {"content": {"text": half}}}}
                for half in halves(text)
            ]
        case Use():
            first, rest = halves(json.dumps(piece.arguments))
            head = {"id": piece.id, "type": "function", "function": {"name": piece.name, "arguments": first}}
            deltas = [
                ("tool-call-start", head),
                ("tool-call-delta", {"function": {"arguments": rest}}),
                ("tool-call-end", {}),
            ]
            return [
                {"type": kind, "index": index, "delta": {"message": {"tool_calls": calls}}}
                for kind, calls in deltas
            ]
    return []


def _text(said: Said) -> str:
    return " ".join(piece.text for piece in said if isinstance(piece, Text))
