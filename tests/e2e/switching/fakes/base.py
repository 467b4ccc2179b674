"""What the fakes share: they read a request as the real provider would, refuse what it would, and answer."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.e2e.switching.script import Answered, Model, Said, Turn, Use, answered, user_turn, words

Json = dict[str, Any]

ANY_64 = re.compile(r"[a-zA-Z0-9_-]{1,64}")


FRONT = ("system", "instructions", "systemInstruction", "tools", "toolConfig")
"""What stands before the conversation, and is never to change in it."""


class Refused(Exception):
    """What the provider says with its 400."""


def law(kept: object, words: str) -> None:
    if not kept:
        raise Refused(words)


def keys(value: Json, *known: str) -> None:
    """Providers that check their input refuse what they do not know, above all another's thinking."""
    unknown = sorted(set(value) - set(known))
    law(not unknown, f"unknown fields {unknown}")


class Reading:
    """A conversation as it is read, message by message; checks that calls and results belong together."""

    def __init__(self, tools: Iterable[str], ids: re.Pattern[str] = ANY_64) -> None:
        self.turns: list[Turn] = []
        self.last_call = 0
        """The number of the call that was read last."""
        self._tools = list(tools)
        self._ids = ids
        self._pending: dict[str, int] = {}
        self._results: list[Answered] = []
        self._text: list[str] = []
        self._calls: list[tuple[int, int]] = []
        self._side = "user"

    def user(self, text: str) -> None:
        law(text.strip(), "empty text")
        self._turn("user")
        law(not self._pending, f"the calls {list(self._pending)} are not answered first")
        self._text.append(text)

    def result(self, call_id: str, text: object, *, failed: bool = False) -> None:
        self._turn("user")
        law(not self._text, "a result behind text")
        law(call_id in self._pending, f"a result for {call_id!r}; open are {list(self._pending)}")
        self._results.append(answered(self._pending.pop(call_id), text, failed=failed))

    def model(self, text: str) -> None:
        law(text.strip(), "empty text")
        self._turn("model")
        self._text.append(text)

    def call(self, call_id: str, name: str, arguments: Any) -> int:
        """A call. Gives its number."""
        self._turn("model")
        law(self._ids.fullmatch(call_id), f"the id {call_id!r}")
        law(call_id not in self._pending, f"the id {call_id!r} twice in one turn")
        law(name in self._tools, f"a call of {name!r}, which is not offered")
        law(isinstance(arguments, dict) and isinstance(arguments.get("n"), int), f"arguments {arguments!r}")
        tool, n = self._tools.index(name), int(arguments["n"])
        law(arguments == Use(n, tool, "").arguments, f"the arguments {arguments}")
        self._pending[call_id] = n
        self._calls.append((tool, n))
        self.last_call = n
        return n

    def end(self) -> list[Turn]:
        law(self._side == "user", "the last turn is the model's")
        self._flush()
        law(not self._pending, f"the calls {list(self._pending)} are not answered")
        return self.turns

    def _turn(self, side: str) -> None:
        if side != self._side:
            self._flush()
            self._side = side

    def _flush(self) -> None:
        text = words(" ".join(self._text))
        if self._side == "user":
            law(self.turns or text, "the model begins")
            law(not self._pending, f"the calls {list(self._pending)} are not answered")
            self.turns.append(user_turn(self._results, text))
        else:
            law(text or self._calls, "an empty turn of the model")
            self.turns.append(Model(text, tuple(self._calls)))
        self._results, self._text, self._calls = [], [], []


class Reply(NamedTuple):
    status: int
    content_type: str
    data: bytes
    said: Said = ()
    """What the model said in it."""


class Fake(ABC):
    """One model at one provider. ``requests`` holds what of each request grows with the conversation."""

    ids: tuple[str, ...] = ("fresh", "zero", "same", "none", "dots", "long")
    """How it words the ids of its calls."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.turns: list[Turn] = []
        """The conversation as the last request told it."""
        self.requests: list[list[Any]] = []
        self.refused: list[str] = []
        self._issued = 0

    def answer(self, path: str, raw: bytes, said: Said) -> Reply:
        body = json.loads(raw)
        try:
            self.turns = self.read(body)
        except Refused as reason:
            self.refused.append(str(reason))
            return Reply(400, "application/json", json.dumps(self.error(str(reason))).encode())
        front = {key: body.get(key) for key in FRONT}
        self.requests.append([front, *self.grown(body)])
        return self.render(said, stream=self.streams(path, body), body=body)

    @abstractmethod
    def read(self, body: Json) -> list[Turn]:
        """The conversation in a request. Raises ``Refused``."""

    @abstractmethod
    def render(self, said: Said, *, stream: bool, body: Json) -> Reply:
        """An answer in the provider's words."""

    def grown(self, body: Json) -> list[Any]:
        found: list[Any] = body["messages"]
        return found

    def streams(self, path: str, body: Json) -> bool:  # noqa: ARG002 - some tell it by the path
        return bool(body.get("stream"))

    def error(self, message: str) -> Json:
        return {"error": {"message": message, "type": "invalid_request_error"}}

    def seal(self, kind: str) -> str:
        """A signature or an encrypted text of its own."""
        self._issued += 1
        return f"{kind}/{type(self).__name__}+{self.model}+{self._issued}=="


def halves(text: str) -> tuple[str, str]:
    """A text in two pieces, as a stream brings it."""
    return text[: len(text) // 2], text[len(text) // 2 :]


def sse(events: Iterable[Json], *, named: bool = False, done: bool = False) -> bytes:
    lines = [
        (f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
        for event in events
    ]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


def reply(stream: bool, data: bytes, said: Said) -> Reply:
    return Reply(200, "text/event-stream" if stream else "application/json", data, said)
