"""OpenAI Responses: encrypted reasoning goes back to whoever encrypted it, before what it led to."""

from __future__ import annotations

import json

from tests.e2e.switching.fakes.base import Fake, Json, Reading, Reply, halves, keys, law, reply, sse
from tests.e2e.switching.script import Said, Text, Thought, Turn, uses


class Responses(Fake):
    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._sealed: dict[str, str] = {}
        """What was thought, by its encryption."""
        self._owed: dict[int, list[str]] = {}

    def grown(self, body: Json) -> list[Json]:
        found: list[Json] = body["input"]
        return found

    def read(self, body: Json) -> list[Turn]:
        law(body.get("store") is False, "nothing may be stored")
        reading = Reading(tool["name"] for tool in body["tools"])
        sealed: list[str] = []
        called: list[int] = []
        before = ""
        for item in body["input"]:
            kind = item.get("type") or "message"
            if kind == "reasoning":
                sealed.append(self._reasoning(item))
            elif kind == "function_call":
                called.append(self._call(item, reading))
            else:
                self._item(kind, item, reading)
            if kind == "function_call_output" or item.get("role") == "user":
                law(before != "reasoning", "reasoning without its required following item")
                self._check_owed(called, sealed)
                called, sealed = [], []
            before = kind
        return reading.end()

    def _check_owed(self, called: list[int], sealed: list[str]) -> None:
        if called:
            owed = self._owed.get(called[0], [])
            law(sealed == owed, f"the reasoning {sealed} where {owed} is to come back")

    def _reasoning(self, item: Json) -> str:
        keys(item, "type", "summary", "encrypted_content")
        encrypted: str = item["encrypted_content"]
        law(encrypted in self._sealed, f"The encrypted content {encrypted!r} could not be verified")
        said = "".join(part["text"] for part in item["summary"])
        law(said == self._sealed[encrypted], f"the summary {said!r}")
        return encrypted

    def _call(self, item: Json, reading: Reading) -> int:
        keys(item, "type", "call_id", "name", "arguments")
        return reading.call(item["call_id"], item["name"], json.loads(item["arguments"]))

    def _item(self, kind: str, item: Json, reading: Reading) -> None:
        if kind == "function_call_output":
            reading.result(item["call_id"], item["output"])
        elif kind == "message":
            keys(item, "role", "content", "type", "phase")
            content = item["content"]
            text = content if isinstance(content, str) else " ".join(part["text"] for part in content)
            (reading.model if item["role"] == "assistant" else reading.user)(text)
        else:
            law(False, f"an item of type {kind}")

    # Answers.

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:  # noqa: ARG002
        before = list(self._sealed)
        output = [self._said(piece, place) for place, piece in enumerate(said)]
        if uses(said):
            self._owed[uses(said)[0].n] = [seal for seal in self._sealed if seal not in before]
        answer = {
            "id": "resp_1",
            "object": "response",
            "status": "completed",
            "model": self.model,
            "output": output,
            "usage": {"input_tokens": 9, "output_tokens": 9, "total_tokens": 18},
        }
        if not stream:
            return reply(stream, json.dumps(answer).encode(), said)
        events: list[Json] = [{"type": "response.created", "response": {**answer, "output": []}}]
        for index, item in enumerate(output):
            events += _events(index, item)
        return reply(
            stream, sse([*events, {"type": "response.completed", "response": answer}], named=True), said
        )

    def _said(self, piece: object, place: int) -> Json:
        match piece:
            case Thought(text):
                sealed = self.seal("enc")
                self._sealed[sealed] = text
                summary = [{"type": "summary_text", "text": text}]
                return {
                    "type": "reasoning",
                    "id": f"rs_{place}",
                    "summary": summary,
                    "encrypted_content": sealed,
                }
            case Text(text):
                content = [{"type": "output_text", "text": text, "annotations": []}]
                return {"type": "message", "id": f"msg_{place}", "role": "assistant", "content": content}
            case use:
                call = {"call_id": use.id, "name": use.name, "arguments": json.dumps(use.arguments)}  # type: ignore[attr-defined]
                return {"type": "function_call", "id": f"fc_{place}", "status": "completed", **call}


def _events(index: int, item: Json) -> list[Json]:
    match item["type"]:
        case "reasoning":
            kind, text = "response.reasoning_summary_text.delta", item["summary"][0]["text"]
            empty = {**item, "summary": [], "encrypted_content": "not the last word"}
        case "message":
            kind, text = "response.output_text.delta", item["content"][0]["text"]
            empty = {**item, "content": []}
        case _:
            kind, text = "response.function_call_arguments.delta", item["arguments"]
            empty = {**item, "arguments": ""}
    deltas = [{"type": kind, "output_index": index, "delta": half} for half in halves(text)]
    return [
        {"type": "response.output_item.added", "output_index": index, "item": empty},
        *deltas,
        {"type": "response.output_item.done", "output_index": index, "item": item},
    ]
