"""The conversation as Gemini's contents.

Turns of one role are one content. The turn after function calls answers each of them, in the order of the
calls, before it says anything else; media that belong to results and system messages follow. Each message is
made of itself alone, so that a conversation that grows translates to contents that grow.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ccr.anthropic import ids, thinking
from ccr.anthropic.request import Block, blocks, messages
from ccr.exchange import Call
from ccr.protocols.gemini import models
from ccr.protocols.gemini.parts import Part, carried, part
from ccr.protocols.shared.content import plain, plain_block
from ccr.protocols.shared.names import upstream_name

Content = dict[str, Any]

NO_OUTPUT = "(no output)"
NO_RESULT = "(The result of this call is missing.)"
ATTACHED = "(attached below)"
NOT_SHOWN = "[Result of a tool call that is not shown]"
BEFORE = "(The beginning of the conversation is not shown.)"

SKIP = "skip_thought_signature_validator"
"""Google's documented stand-in for the signature of a call that another model made."""


class _Waiting(NamedTuple):
    """A call that is to be answered, the ``place``-th of its turn."""

    place: int
    name: str
    id: str


class History:
    """Reads the messages of a request; ``contents`` and ``system`` are what came of them."""

    def __init__(self, call: Call) -> None:
        self.contents: list[Content] = []
        self.system: list[Part] = []
        """System messages before all others."""
        self._call = call
        self._model = call.target.model
        self._ids = models.takes_ids(self._model, on_vertex="project" in call.target.provider.options)
        self._waiting: dict[str, _Waiting] = {}
        self._answers: dict[str, Part] = {}
        self._media: list[Part] = []
        self._said: list[Part] = []

    def read(self) -> None:
        """Reads the whole conversation."""
        for message in messages(self._call.body):
            match message.get("role"):
                case "assistant":
                    self._assistant(blocks(message.get("content")))
                case "system":
                    self._system(message.get("content"))
                case _:
                    self._user(message.get("content"))
        self._user_turn()

    # User turns.

    def _system(self, content: object) -> None:
        texts = [piece["text"] for piece in plain(content) if piece["type"] == "text"]
        if not self.contents and not self._said:
            self.system += [{"text": text} for text in texts]
        else:
            self._said += [{"text": f"<system-reminder>\n{text}\n</system-reminder>"} for text in texts]

    def _user(self, content: object) -> None:
        for block in blocks(content):
            if block.get("type") == "tool_result":
                self._result(block)
            else:
                self._said += [part(piece) for piece in self._pieces([block])]

    def _result(self, block: Block) -> None:
        client_id = str(block.get("tool_use_id"))
        pieces = self._pieces(blocks(block.get("content")))
        text = "\n".join(piece["text"] for piece in pieces if piece["type"] == "text")
        media = [part(piece) for piece in pieces if piece["type"] != "text"]
        waiting = self._waiting.get(client_id)
        if waiting is None or client_id in self._answers:
            self._said += [{"text": f"{NOT_SHOWN}\n{text}"}, *media]
            return
        failed = block.get("is_error") is True
        self._answers[client_id] = self._response(waiting, _told(text, bool(media), failed=failed), media)

    def _response(self, waiting: _Waiting, told: dict[str, str], media: list[Part]) -> Part:
        response: Part = {"name": waiting.name, "response": told}
        if waiting.id:
            response["id"] = waiting.id
        if media and models.takes_media_in_results(self._model) and all("inlineData" in m for m in media):
            response["parts"] = media
        elif media:
            lead = f"[Attached to the result of call {waiting.place}, {waiting.name}]"
            self._media += [{"text": lead}, *media]
        return {"functionResponse": response}

    def _user_turn(self) -> None:
        """Writes what the user's side said since the model's last turn."""
        responses = [
            self._answers.get(client_id) or self._response(waiting, {"error": NO_RESULT}, [])
            for client_id, waiting in self._waiting.items()
        ]
        if parts := [*responses, *self._media, *self._said]:
            self.contents.append({"role": "user", "parts": parts})
        self._waiting, self._answers, self._media, self._said = {}, {}, [], []

    def _pieces(self, content: list[Block]) -> list[Block]:
        return [carried(piece, self._call) for block in content for piece in plain_block(block)]

    # Turns of the model.

    def _assistant(self, content: list[Block]) -> None:
        if not any(block.get("type") == "tool_use" or plain_block(block) for block in content):
            return
        if self._answers or self._said:
            self._user_turn()
        parts = self._spoken(content)
        if self.contents and self.contents[-1]["role"] == "model":
            self.contents[-1]["parts"] += parts
        else:
            if not self.contents and "functionCall" in parts[0]:
                self.contents.append({"role": "user", "parts": [{"text": BEFORE}]})
            self.contents.append({"role": "model", "parts": parts})

    def _spoken(self, content: list[Block]) -> list[Part]:
        parts: list[Part] = []
        signatures = self._call_signatures(content)
        text_signature: str | None = None
        for block in content:
            if block.get("type") == "thinking":
                text_signature = self._state(block).get("text")
            elif block.get("type") == "tool_use":
                parts.append(_signed(self._tool_call(block), next(signatures)))
            else:
                for piece in self._pieces([block]):
                    parts.append(_signed(part(piece), text_signature))
                    text_signature = None
        return parts

    def _call_signatures(self, content: list[Block]) -> Any:
        """The signature of each call of a turn, in order; a stand-in for each when none is known."""
        known: dict[str, str] = {}
        for block in content:
            if block.get("type") == "thinking":
                known |= self._state(block).get("calls") or {}
        missing = None if known or not models.wants_signatures(self._model) else SKIP
        calls = sum(block.get("type") == "tool_use" for block in content)
        return iter([known.get(str(place), missing) for place in range(calls)])

    def _state(self, block: Block) -> dict[str, Any]:
        state = thinking.state_of(block.get("signature"), self._call.target.issuer)
        return state if isinstance(state, dict) else {}

    def _tool_call(self, block: Block) -> Part:
        client_id, arguments = str(block.get("id")), block.get("input")
        while client_id in self._waiting:
            client_id += "_"  # a second call of the same id has no result that could be told from the first's
        name, own = upstream_name(str(block.get("name"))), self._wire_id(client_id)
        self._waiting[client_id] = _Waiting(len(self._waiting) + 1, name, own)
        made = {"name": name, "args": arguments if isinstance(arguments, dict) else {}}
        return {"functionCall": {"id": own, **made} if own else made}

    def _wire_id(self, client_id: str) -> str:
        """The id as the model gave it, else one of our own; empty where ids are not known."""
        if not self._ids:
            return ""
        own = ids.upstream_id(client_id)
        taken = {waiting.id for waiting in self._waiting.values()}
        return own if own and own not in taken else ids.short_id(client_id)


def _told(text: str, attached: bool, *, failed: bool) -> dict[str, str]:
    """Google reads ``output`` and ``error`` of a response object as such."""
    if failed:
        return {"error": text or "the tool failed."}
    return {"output": text or (ATTACHED if attached else NO_OUTPUT)}


def _signed(made: Part, signature: str | None) -> Part:
    return {**made, "thoughtSignature": signature} if signature else made
