"""The conversation as Converse's messages: user and assistant take turns, and the user begins."""

from __future__ import annotations

import re
from typing import Any

from ccr.anthropic import ids, thinking
from ccr.anthropic.request import Block, blocks
from ccr.exchange import Call
from ccr.protocols.bedrock import models
from ccr.protocols.bedrock.parts import Part, Parts
from ccr.protocols.shared.content import plain_block
from ccr.protocols.shared.dialogue import ATTACHED, NO_OUTPUT, Dialogue, ModelTurn, Result, UserTurn
from ccr.protocols.shared.names import upstream_name

Message = dict[str, Any]

BEFORE = "(The beginning of the conversation is not shown.)"

_ID = re.compile(r"[a-zA-Z0-9_.:-]{1,64}")


class History:
    """Reads the messages of a request; ``messages`` and ``system`` are what came of them."""

    def __init__(self, call: Call) -> None:
        self.messages: list[Message] = []
        self.system: list[Part] = []
        self.called: dict[str, None] = {}
        """The names of the tools that were called, in order."""
        self._call = call
        self._parts = Parts(call)
        self._media_inside = models.takes_media_in_results(call)
        self._status = models.takes_status(call)
        self._odd_ids = models.takes_odd_ids(call)
        self._wire_ids: dict[str, str] = {}

    def read(self) -> None:
        """Reads the whole request."""
        dialogue = Dialogue(self._call.body)
        self._parts.write(dialogue.system, self.system)
        for turn in dialogue.turns:
            if isinstance(turn, ModelTurn):
                self._model_turn(turn)
            else:
                self._user_turn(turn)
        self._end()

    def _user_turn(self, turn: UserTurn) -> None:
        out: list[Part] = []
        for result in turn.results:
            out.append({"toolResult": self._result(result)})
            self._parts.mark(_marked(result.block), out)
        self._parts.write(turn.said if self._media_inside else turn.with_media(), out)
        if out:
            self._say("user", out)

    def _result(self, result: Result) -> dict[str, Any]:
        pieces = result.pieces()
        if not self._media_inside:
            pieces = [piece for piece in pieces if piece["type"] == "text"]
        content = [part for piece in pieces if (part := self._parts.part(piece))]
        if result.failed and not self._status:
            content.insert(0, {"text": "Error:"})
        status = {"status": "error"} if result.failed and self._status else {}
        told = content or [{"text": ATTACHED if result.media() else NO_OUTPUT}]
        return {"toolUseId": self._wire_ids[str(result.call.get("id"))], "content": told, **status}

    def _model_turn(self, turn: ModelTurn) -> None:
        self._wire_ids = {}
        out: list[Part] = []
        for block in turn.content:
            match block.get("type"):
                case "thinking":
                    out += self._thought(block)
                case "tool_use":
                    out.append({"toolUse": self._tool_use(block)})
                    self._parts.mark(block, out)
                case _:
                    self._parts.write([p for p in plain_block(block) if p["type"] == "text"], out)
        if any("reasoningContent" not in part for part in out):
            self._say("assistant", out)

    def _say(self, role: str, content: list[Part]) -> None:
        if not self.messages and role == "assistant":
            self.messages.append({"role": "user", "content": [{"text": BEFORE}]})
        if self.messages and self.messages[-1]["role"] == role:
            self.messages[-1]["content"] += content
        else:
            self.messages.append({"role": role, "content": content})

    def _thought(self, block: Block) -> list[Part]:
        """Thinking that this very model signed, as it came."""
        match thinking.state_of(block.get("signature"), self._call.target.issuer):
            case {"redacted": str(data)}:
                return [{"reasoningContent": {"redactedContent": data}}]
            case {"signature": str(signature)}:
                text = str(block.get("thinking") or "")
                return [{"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}}]
            case _:
                return []

    def _tool_use(self, block: Block) -> dict[str, Any]:
        client_id, name = str(block.get("id")), upstream_name(str(block.get("name")))
        self.called[name] = None
        own = ids.upstream_id(client_id)
        wire_id = own if self._odd_ids and _ID.fullmatch(own) else ids.short_id(own or client_id)
        if wire_id in self._wire_ids.values():
            wire_id = ids.short_id(client_id)
        self._wire_ids[client_id] = wire_id
        given = block.get("input")
        return {"toolUseId": wire_id, "name": name, "input": given if isinstance(given, dict) else {}}

    def _end(self) -> None:
        """No blank behind a beginning that the model is to continue; a mark for the whole request."""
        if not self.messages:
            return
        last = self.messages[-1]
        if last["role"] == "assistant" and "text" in last["content"][-1]:
            last["content"][-1] = {"text": last["content"][-1]["text"].rstrip()}
        self._parts.mark(dict(self._call.body), last["content"])


def _marked(result: Block) -> Block:
    """The result, or the last block in it with a cache mark: inside a result there are no cache points."""
    if "cache_control" in result:
        return result
    return next((b for b in reversed(blocks(result.get("content"))) if "cache_control" in b), {})
