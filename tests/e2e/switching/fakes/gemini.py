"""generateContent: from Gemini 3 on, the first call of a step is refused without its signature."""

from __future__ import annotations

import json
import re

from tests.e2e.switching.fakes.base import Fake, Json, Reading, Reply, halves, keys, law, reply, sse
from tests.e2e.switching.script import Said, Text, Thought, Turn, Use

SKIP = "skip_thought_signature_validator"


class Gemini(Fake):
    """``strict``: signatures are demanded, and calls have ids."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self.strict = "gemini-3" in model
        self._signed: dict[str, str] = {}
        """What each signature was given for: ``call 7``, or the text."""

    def streams(self, path: str, body: Json) -> bool:  # noqa: ARG002
        return ":streamGenerateContent" in path

    def grown(self, body: Json) -> list[Json]:
        found: list[Json] = body["contents"]
        return found

    def read(self, body: Json) -> list[Turn]:
        names = [fn["name"] for tool in body["tools"] for fn in tool["functionDeclarations"]]
        reading = Reading(names, re.compile(r".+"))
        before = ""
        for content in body["contents"]:
            law(content["role"] != before, "two contents of one role")
            before = content["role"]
            law(content["parts"], "no parts")
            if content["role"] == "model":
                self._model(content["parts"], reading)
            else:
                self._user(content["parts"], reading)
        return reading.end()

    def _model(self, parts: list[Json], reading: Reading) -> None:
        calls = 0
        for part in parts:
            keys(part, "text", "functionCall", "thoughtSignature")
            signature = part.get("thoughtSignature")
            if "functionCall" in part:
                made = part["functionCall"]
                n = reading.call(made.get("id") or f"place {calls}", made["name"], made["args"])
                own = next((s for s, what in self._signed.items() if what == f"call {n}"), None)
                law(
                    signature in (None, SKIP) or signature == own,
                    f"Thought signature {signature!r} of call {n}",
                )
                law(signature or not (self.strict and calls == 0), "missing a thought_signature")
                law(own is None or signature == own, f"call {n} has lost its signature")
                calls += 1
            else:
                reading.model(part["text"])
                law(
                    not signature or self._signed.get(signature) == part["text"],
                    "Thought signature of a text",
                )

    def _user(self, parts: list[Json], reading: Reading) -> None:
        answers = 0
        for part in parts:
            if "functionResponse" in part:
                given = part["functionResponse"]
                failed = "error" in given["response"]
                text = " ".join(given["response"].values())
                reading.result(given.get("id") or f"place {answers}", text, failed=failed)
                answers += 1
            else:
                reading.user(part["text"])

    # Answers.

    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:  # noqa: ARG002
        parts = self._parts(said)
        usage = {"promptTokenCount": 9, "candidatesTokenCount": 9, "totalTokenCount": 18}
        if not stream:
            return reply(
                stream, json.dumps({**_candidate(parts, "STOP"), "usageMetadata": usage}).encode(), said
            )
        chunks = [_candidate([part]) for part in parts]
        return reply(stream, sse([*chunks, {**_candidate([], "STOP"), "usageMetadata": usage}]), said)

    def _parts(self, said: Said) -> list[Json]:
        parts: list[Json] = []
        calls = 0
        for piece in said:
            match piece:
                case Thought(text):
                    parts += [{"text": half, "thought": True} for half in halves(text)]
                case Text(text):
                    parts.append({"text": text, "thoughtSignature": self._sign(text)})
                case Use():
                    own_id = {"id": piece.id} if self.strict and piece.id else {}
                    made: Json = {
                        "functionCall": {**own_id, "name": piece.name, "args": piece.arguments},
                    }
                    if calls == 0:
                        made["thoughtSignature"] = self._sign(f"call {piece.n}")
                    calls += 1
                    parts.append(made)
        return parts

    def _sign(self, what: str) -> str:
        signature = self.seal("gem")
        self._signed[signature] = what
        return signature

    def error(self, message: str) -> Json:
        return {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}


def _candidate(parts: list[Json], reason: str | None = None) -> Json:
    content = {"role": "model", "parts": parts}
    return {"candidates": [{"index": 0, "content": content, **({"finishReason": reason} if reason else {})}]}
