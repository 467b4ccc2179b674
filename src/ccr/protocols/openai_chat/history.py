"""The conversation as Chat Completions messages.

Each message is made of itself alone, so that a conversation that grows translates to messages that grow: the
provider's prompt cache holds. Calls are answered directly after their message, once each, whatever comes.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

from ccr.anthropic import ids
from ccr.anthropic.conversations import Messages
from ccr.anthropic.request import Block, blocks
from ccr.exchange import Call
from ccr.protocols.openai_chat.parts import Parts, cache_mark, takes_marks
from ccr.protocols.openai_chat.replay import give_signatures_back, reasoning_fields
from ccr.protocols.openai_chat.results import output, text_in
from ccr.protocols.shared.content import plain_block
from ccr.protocols.shared.names import upstream_name
from ccr.protocols.shared.system import system_blocks, system_text
from ccr.wire import json

Message = dict[str, Any]

NO_RESULT = "(The result of this call is missing.)"
UNKNOWN_CALL = "[Result of a tool call that is not shown]"


class _Read(NamedTuple):
    """How far a conversation was read, and what had come of it by then. Nobody changes any of it."""

    end: int
    system: object
    messages: list[Message]
    waiting: dict[str, str]
    held: list[Message]
    notes: list[str]


class History:
    """Reads the messages of a request; ``messages`` is what came of them."""

    def __init__(self, call: Call) -> None:
        self.messages: list[Message] = []
        self._call = call
        self._dialect = call.target.dialect
        self._parts = Parts(call)
        self._kimi = "kimi" in call.target.model.lower()
        self._waiting: dict[str, str] = {}
        """Calls that have no answer yet: the provider's id by the client's."""
        self._held: list[Message] = []
        """What was said before all calls were answered: it comes after the answers."""

    def read(self) -> None:
        """Reads the whole request; of a conversation that goes on only what was not read before."""
        said = self._call.body.get("messages")
        if type(said) is Messages and not takes_marks(self._call):
            self._go_on(said)
        else:
            self._system_prompt()
            self._read(said if isinstance(said, list) else [])
        self._answer_rest()
        self._parts.limit_marks()
        self._mark_prefix()

    def _read(self, said: list[Any]) -> None:
        for message in said:
            if not isinstance(message, dict):
                continue
            match message.get("role"):
                case "assistant":
                    self._assistant(message.get("content"))
                case "system":
                    self.system(message.get("content"))
                case _:
                    self._user(message.get("content"))

    def _go_on(self, said: Messages) -> None:
        key, system = ("chat", self._call.target.shown), self._call.body.get("system")
        before: _Read | None = said.made.get(key)
        if before is None or before.end > said.known or before.system is not system:
            self._system_prompt()
            read = 0
        else:
            read = before.end
            self.messages, self._held = [*before.messages], [*before.held]
            self._waiting = dict(before.waiting)
            self._call.notes += [note for note in before.notes if note not in self._call.notes]
        if read < said.known:
            self._read(said[read : said.known])
            said.made[key] = self._so_far(said.known, system)
        self._read(said[said.known :])

    def _so_far(self, end: int, system: object) -> _Read:
        self.messages, self._held = _fixed(self.messages), _fixed(self._held)
        return _Read(end, system, [*self.messages], dict(self._waiting), [*self._held], [*self._call.notes])

    def system(self, content: object) -> None:
        """A system message in the middle of the conversation, or at its end."""
        said = self._parts.content([piece for block in blocks(content) for piece in plain_block(block)])
        if said is None:
            return
        role = self._dialect.late_system
        if role == "user" and isinstance(said, str):
            said = f"<system-reminder>\n{said}\n</system-reminder>"
        self._say({"role": self._dialect.system_role if role == "system" else role, "content": said})

    def _system_prompt(self) -> None:
        body = self._call.body
        said = self._parts.content(system_blocks(body)) if takes_marks(self._call) else system_text(body)
        if said:
            self.messages.append({"role": self._dialect.system_role, "content": said})

    def _user(self, content: object) -> None:
        if isinstance(content, str):
            if content:
                self._say({"role": "user", "content": content})
            return
        rest: list[Block] = []
        media: list[Block] = []
        for block in blocks(content):
            if block.get("type") == "tool_result":
                media += self._result(block, rest)
            else:
                rest += plain_block(block)
        if not self._waiting and self._held:
            self._release()
        if said := self._parts.content(media + rest):
            self._say({"role": "user", "content": said})

    def _result(self, block: Block, rest: list[Block]) -> list[Block]:
        """Writes the answer of a call. Gives the media in it, which go into the user's message."""
        wire_id = self._waiting.pop(str(block.get("tool_use_id")), None)
        said, media = output(block, self._parts, images_inside=self._dialect.images_in_tools)
        if wire_id is None:
            rest.append({"type": "text", "text": f"{UNKNOWN_CALL}\n{text_in(said)}"})
            return media
        self.messages.append({"role": "tool", "tool_call_id": wire_id, "content": said})
        lead = f"[Attached to the result of tool call {wire_id}]"
        return [{"type": "text", "text": lead}, *media] if media else []

    def _assistant(self, content: object) -> None:
        self._answer_rest()
        said = blocks(content)
        uses = [block for block in said if block.get("type") == "tool_use"]
        text, mark = assistant_text(said)
        if not text and not uses:
            return
        message: Message = {"role": "assistant", "content": self._parts.marked(text, mark) if text else None}
        thoughts = [block for block in said if block.get("type") == "thinking"]
        message |= reasoning_fields(thoughts, self._call, calling=bool(uses))
        if uses:
            message["tool_calls"] = [self._tool_call(use) for use in uses]
        if thoughts:
            give_signatures_back(message, thoughts, uses, self._call)
        self.messages.append(message)

    def _tool_call(self, block: Block) -> Message:
        client_id = str(block.get("id"))
        if client_id in self._waiting:
            client_id += f"#{len(self._waiting)}"
        wire_id = self._waiting[client_id] = self._wire_id(client_id)
        given = block.get("input")
        arguments = json.encode(given if isinstance(given, dict) else {}).decode()
        function = {"name": upstream_name(str(block.get("name"))), "arguments": arguments}
        return {"id": wire_id, "type": "function", "function": function}

    def _wire_id(self, client_id: str) -> str:
        """The id as the provider takes it: its own where it can be, unique among the calls of the turn."""
        if self._dialect.tool_ids == "nine":
            return nine(client_id)
        own = ids.upstream_id(client_id) if client_id.startswith("ccr_") else client_id
        # Kimi wants its own `functions.name:0` back, which other providers refuse.
        wire_id = own if own and self._kimi and len(own) <= 64 else ids.short_id(own or client_id)
        return ids.short_id(client_id) if wire_id in self._waiting.values() else wire_id

    def _say(self, message: Message) -> None:
        (self._held if self._waiting else self.messages).append(message)

    def _answer_rest(self) -> None:
        for wire_id in self._waiting.values():
            self.messages.append({"role": "tool", "tool_call_id": wire_id, "content": NO_RESULT})
        self._waiting = {}
        self._release()

    def _release(self) -> None:
        self.messages += self._held
        self._held = []

    def _mark_prefix(self) -> None:
        last = self.messages[-1] if self.messages else {}
        if self._dialect.prefix and last.get("role") == "assistant":
            self.messages[-1] = {**last, "prefix": True}


def _fixed(made: list[Message]) -> list[Message]:
    return [message if type(message) is json.Fixed else json.Fixed(message) for message in made]


def assistant_text(said: list[Block]) -> tuple[str, dict[str, Any] | None]:
    """An assistant's text and its cache mark. Text blocks in a row are one text, others are set apart."""
    text, mark, apart = "", None, False
    for block in said:
        for piece in plain_block(block):
            if piece["type"] == "text":
                text += f"\n\n{piece['text']}" if apart and text else piece["text"]
                mark, apart = cache_mark(piece) or mark, False
        apart = apart or block.get("type") != "text"
    return text, mark


def nine(id: str) -> str:
    """An id of nine letters and digits, the same for the same id."""
    if re.fullmatch("[a-zA-Z0-9]{9}", id):
        return id
    return hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:9]
