"""Chat Completions, as several providers speak it; each wants its own reasoning back in its own way."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.e2e.switching.fakes.base import ANY_64, Fake, Json, Reading, Reply, halves, keys, law, reply, sse
from tests.e2e.switching.script import Said, Text, Thought, Turn, Use, thoughts, uses

USAGE = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}


class Chat(Fake):
    """OpenAI's own: shows no reasoning, takes none."""

    id_form = ANY_64
    fields: tuple[str, ...] = ()
    """What an assistant message may have beyond the common."""

    def read(self, body: Json) -> list[Turn]:
        law(body["messages"], "no messages")
        reading = Reading((tool["function"]["name"] for tool in body["tools"]), self.id_form)
        for message in body["messages"]:
            self._message(message, reading)
        return reading.end()

    def _message(self, message: Json, reading: Reading) -> None:
        content = message.get("content")
        text = (
            content if isinstance(content, str) else " ".join(part.get("text", "") for part in content or [])
        )
        match message["role"]:
            case "system" if not reading.turns and text == "system-0":
                keys(message, "role", "content")
            case "system" | "user":
                keys(message, "role", "content")
                reading.user(text)
            case "tool":
                keys(message, "role", "content", "tool_call_id")
                law(text, "a tool message without content")
                reading.result(message["tool_call_id"], text)
            case "assistant":
                keys(message, "role", "content", "tool_calls", *self.fields)
                self._assistant(message, text, reading)
            case role:
                law(False, f"the role {role}")

    def _assistant(self, message: Json, text: str, reading: Reading) -> None:
        law(text or message.get("tool_calls"), "an assistant message with neither content nor calls")
        law(message.get("tool_calls") != [], "an empty list of calls")
        if text:
            reading.model(text)
        called = [
            reading.call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"]))
            for call in message.get("tool_calls") or []
        ]
        self.reasoning(message, called)

    def reasoning(self, message: Json, called: list[int]) -> None:
        """Checks what a message carries of earlier thinking; ``called`` are the numbers of its calls."""

    # Answers.

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:  # noqa: ARG002
        deltas = self.deltas(said)
        finish = "tool_calls" if uses(said) else "stop"
        if not stream:
            choice = {"index": 0, "message": _whole(deltas), "finish_reason": finish}
            data = json.dumps({"id": "c-1", "model": self.model, "choices": [choice], "usage": USAGE})
            return reply(stream, data.encode(), said)
        chunks = [_chunk(delta) for delta in [{"role": "assistant", "content": ""}, *deltas]]
        ending = [_chunk({}, finish), {"choices": [], "usage": USAGE}]
        return reply(stream, sse([*chunks, *ending], done=True), said)

    def deltas(self, said: Said) -> list[Json]:
        deltas: list[Json] = []
        index = 0
        for piece in said:
            match piece:
                case Thought(text):
                    deltas += self.think(text)
                case Text(text):
                    deltas += [{"content": half} for half in halves(text)]
                case Use():
                    deltas += self.call(piece, index)
                    index += 1
        return deltas

    def think(self, text: str) -> list[Json]:  # noqa: ARG002 - most show it
        return []

    def call(self, use: Use, index: int) -> list[Json]:
        first, rest = halves(json.dumps(use.arguments))
        begun = {"index": index, "id": use.id, "type": "function", **self.beside(use, index)}
        return [
            {"tool_calls": [{**begun, "function": {"name": use.name, "arguments": ""}}]},
            {"tool_calls": [{"index": index, "function": {"arguments": first}}]},
            {"tool_calls": [{"index": index, "id": "", "function": {"arguments": rest}}]},
        ]

    def beside(self, use: Use, index: int) -> Json:  # noqa: ARG002
        return {}


class DeepSeek(Chat):
    """Wants ``reasoning_content`` on each assistant message with calls, its own as it was."""

    fields = ("reasoning_content",)

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._thought: dict[int, str] = {}
        """By the number of the first call: what was thought before."""

    def reasoning(self, message: Json, called: list[int]) -> None:
        if called:
            found = message.get("reasoning_content")
            law(isinstance(found, str), "`reasoning_content` must be passed back")
            own = self._thought.get(called[0])
            law(own is None or own == found, f"reasoning_content {found!r} where {own!r} was thought")

    def think(self, text: str) -> list[Json]:
        return [{"reasoning_content": half, "content": None} for half in halves(text)]

    def deltas(self, said: Said) -> list[Json]:
        if uses(said):
            self._thought[uses(said)[0].n] = "".join(thoughts(said))
        return super().deltas(said)


class Kimi(DeepSeek):
    """Takes its own odd ids, and wants them back as they were."""

    ids = ("dots", "zero")
    id_form = re.compile(r"[a-zA-Z0-9_.:-]{1,64}")

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._own: dict[int, str] = {}

    def reasoning(self, message: Json, called: list[int]) -> None:
        super().reasoning(message, called)
        for n, call in zip(called, message.get("tool_calls") or [], strict=True):
            law(
                self._own.get(n, call["id"]) == call["id"],
                f"the id {call['id']}, which was {self._own.get(n)}",
            )

    def beside(self, use: Use, index: int) -> Json:
        self._own[use.n] = use.id
        return super().beside(use, index)


class Mistral(Chat):
    """Ids of nine letters and digits, and thinking as a part of the content."""

    ids = ("nine",)
    id_form = re.compile(r"[a-zA-Z0-9]{9}")

    def think(self, text: str) -> list[Json]:
        return [{"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]}]


class Google(Chat):
    """Gemini 3 at Google's compatible endpoint: the first call of each step carries a signature."""

    ids = ("fresh", "none")
    id_form = re.compile(r".{1,64}")

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._signed: dict[str, int] = {}

    def _assistant(self, message: Json, text: str, reading: Reading) -> None:
        calls = message.get("tool_calls") or []
        bare = [{k: v for k, v in call.items() if k != "extra_content"} for call in calls]
        super()._assistant({**message, **({"tool_calls": bare} if calls else {})}, text, reading)
        for call in calls:
            signature = call.get("extra_content", {}).get("google", {}).get("thought_signature")
            n = json.loads(call["function"]["arguments"])["n"]
            if signature is not None:
                law(self._signed.get(signature) == n, f"thought_signature {signature!r} of call {n}")
            law(signature or n not in self._signed.values(), f"call {n} has lost its thought_signature")

    def beside(self, use: Use, index: int) -> Json:
        if index:
            return {}
        signature = self.seal("google")
        self._signed[signature] = use.n
        return {"extra_content": {"google": {"thought_signature": signature}}}


class OpenRouter(Chat):
    """Wants ``reasoning_details`` back as they were, and no other's."""

    ids = ("fresh", "zero")
    fields = ("reasoning", "reasoning_details")

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._signed: dict[str, str] = {}
        """What was thought under each signature; for encrypted details the id of the call."""
        self._owed: dict[int, list[str]] = {}

    def reasoning(self, message: Json, called: list[int]) -> None:
        marks = []
        for detail in message.get("reasoning_details") or []:
            mark = detail.get("signature") or detail.get("data")
            law(mark in self._signed, f"Invalid signature {mark!r} in reasoning_details")
            if detail["type"] == "reasoning.text":
                law(detail["text"] == self._signed[mark], f"{detail['text']!r} was not signed by {mark}")
            else:
                ids = [call["id"] for call in message.get("tool_calls") or []]
                law(detail["id"] in ids, f"the detail of the call {detail['id']}, and no such call")
            marks.append(mark)
        owed = self._owed.get(called[0], []) if called else []
        law(marks == owed or not called, f"the details {marks} where {owed} are to come back")

    def deltas(self, said: Said) -> list[Json]:
        before = list(self._signed)
        deltas = super().deltas(said)
        if uses(said):
            self._owed[uses(said)[0].n] = [mark for mark in self._signed if mark not in before]
        return deltas

    def think(self, text: str) -> list[Json]:
        signature = self.seal("sig")
        self._signed[signature] = text
        kind = {"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0}
        said = [{"reasoning": half, "reasoning_details": [{**kind, "text": half}]} for half in halves(text)]
        return [*said, {"content": "", "reasoning_details": [{**kind, "signature": signature}]}]


class OpenRouterGemini(OpenRouter):
    """Plain thinking, and an encrypted detail that names the first call."""

    def think(self, text: str) -> list[Json]:
        return [{"reasoning": text}]

    def call(self, use: Use, index: int) -> list[Json]:
        begun, *rest = super().call(use, index)
        if index == 0:
            data = self.seal("data")
            self._signed[data] = use.id
            detail = {"type": "reasoning.encrypted", "data": data, "id": use.id, "index": 0}
            begun["reasoning_details"] = [{**detail, "format": "google-gemini-v1"}]
        return [begun, *rest]


def _chunk(delta: Json, finish: str | None = None) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c-1", "object": "chat.completion.chunk", "choices": [choice]}


def _whole(deltas: list[Json]) -> Json:
    """The message that deltas make."""
    message: Json = {"role": "assistant", "content": None}
    for delta in deltas:
        for key, value in delta.items():
            if key == "tool_calls":
                _join_call(message.setdefault(key, []), value[0])
            elif key == "reasoning_details":
                _join_detail(message.setdefault(key, []), value[0])
            elif value:
                message[key] = _joined(message.get(key), value)
    return message


def _joined(before: Any, value: Any) -> Any:
    if before is None:
        return value
    if isinstance(before, list) or isinstance(value, list):
        return [*_as_parts(before), *_as_parts(value)]
    return before + value


def _as_parts(content: Any) -> list[Json]:
    return content if isinstance(content, list) else [{"type": "text", "text": content}]


def _join_call(calls: list[Json], piece: Json) -> None:
    if piece["index"] == len(calls):
        calls.append({**piece, "function": dict(piece["function"])})
    else:
        calls[piece["index"]]["function"]["arguments"] += piece["function"]["arguments"]


def _join_detail(details: list[Json], piece: Json) -> None:
    goes_on = details and details[-1]["type"] == piece["type"] == "reasoning.text"
    if goes_on and "signature" not in details[-1]:
        details[-1]["text"] += piece.get("text", "")
        details[-1] |= {k: v for k, v in piece.items() if k == "signature"}
    else:
        details.append(dict(piece))
