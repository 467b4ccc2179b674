"""What was thought in earlier turns, by whom: each provider gets back what it signed, and nothing else.

A client may drop the thinking of an assistant turn; some providers then refuse the turn's tool calls. And a
thinking block that Anthropic signed says nothing of which Anthropic that was, while it goes back only to
whoever signed it. Bounded by bytes; the oldest conversations go first.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from ccr.anthropic.conversations import Messages
from ccr.anthropic.request import Block, Body, Message, text_of

LARGEST = 64 << 20
"""Bytes of thinking that are kept, over all conversations."""


class Turn(NamedTuple):
    """What an answer thought, the ids of the calls it made, and its usage as Anthropic words it."""

    thinking: tuple[Block, ...] = ()
    tools: tuple[str, ...] = ()
    usage: Mapping[str, Any] = MappingProxyType({})
    places: tuple[int, ...] = ()
    """Where in the answer each block of thinking stood; they begin it where that is not said."""


@dataclass(slots=True)
class _Conversation:
    thinking: dict[str, Turn] = field(default_factory=dict)
    """By tool id: what its turn thought."""

    signers: dict[str, str] = field(default_factory=dict)
    """By digest of a signature: the issuer."""

    size: int = 0


def conversation_of(session: str | None, body: Body) -> str:
    """A conversation is a session and its first message: subagents of one session are others."""
    said = body.get("messages")
    if type(said) is not Messages or not said.known:
        return f"{session or ''}\0{_first(said)}"
    first = said.made.get("first")
    if first is None:
        first = said.made["first"] = _first(said)
    return f"{session or ''}\0{first}"


def _first(said: object) -> str:
    """What tells apart what a conversation began with."""
    listed = said if isinstance(said, list) else ()
    return _digest(text_of(next((m.get("content") for m in listed if isinstance(m, dict)), None)))


class Turns:
    """The memory of one process."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._conversations: OrderedDict[str, _Conversation] = OrderedDict()
        self._size = 0
        self._largest = largest

    def keep(self, conversation: str, issuer: str, turn: Turn, *, native: bool) -> None:
        """Remembers an answer. ``native``: its signatures are Anthropic's own."""
        if not turn.thinking or (not native and not turn.tools):
            return
        found = self._conversations.setdefault(conversation, _Conversation())
        self._conversations.move_to_end(conversation)
        added = sum(_size(b) for b in turn.thinking)
        if native:
            found.signers |= {_digest(mark): issuer for b in turn.thinking if (mark := _mark(b))}
            added = 100 * len(turn.thinking)
        else:
            found.thinking |= dict.fromkeys(turn.tools, turn)
        found.size += added
        self._size += added
        while self._size > self._largest and len(self._conversations) > 1:
            self._size -= self._conversations.popitem(last=False)[1].size

    def restored(self, conversation: str, body: Body) -> Body:
        """The body with thinking put back where the client dropped it; the same object when it did not."""
        found = self._conversations.get(conversation)
        if found is None or not found.thinking:
            return body
        return _edited(body, lambda message: _with_thinking(message, found.thinking))

    def genuine(self, conversation: str, body: Body, issuer: str) -> Body:
        """The body without Anthropic-signed thinking that another issuer signed; what nobody knows stays."""
        found = self._conversations.get(conversation)
        if found is None or set(found.signers.values()) <= {issuer}:
            return body
        foreign = {signature for signature, signer in found.signers.items() if signer != issuer}
        return _edited(body, lambda message: _without(message, foreign))


def _edited(body: Body, edit: Any) -> Body:
    before = body.get("messages") or []
    after = [edit(m) if isinstance(m, dict) and m.get("role") == "assistant" else m for m in before]
    if all(a is b for a, b in zip(after, before, strict=True)):
        return body
    edited: Body = {**body, "messages": after}
    return edited


def _with_thinking(message: Message, thinking: Mapping[str, Turn]) -> Message:
    content = message.get("content")
    if not isinstance(content, list) or any(_thought(b) for b in content):
        return message
    for block in content:
        if isinstance(block, dict) and block.get("type") == "tool_use":
            turn = thinking.get(str(block.get("id")))
            if turn is not None:
                return {**message, "content": _interleaved(content, turn)}
    return message


def _interleaved(content: list[Block], turn: Turn) -> list[Block]:
    """The blocks of an answer with its thinking between them, as it was."""
    whole = list(content)
    for place, block in zip(turn.places or range(len(turn.thinking)), turn.thinking, strict=True):
        whole.insert(place, block)
    return whole


def _without(message: Message, foreign: set[str]) -> Message:
    content = message.get("content")
    if not isinstance(content, list):
        return message
    kept = [b for b in content if not (_thought(b) and _digest(_mark(b)) in foreign)]
    if len(kept) == len(content):
        return message
    return {**message, "content": kept or [{"type": "text", "text": "(no content)"}]}


def _thought(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") in ("thinking", "redacted_thinking")


def _mark(block: Block) -> str:
    """What identifies a thinking block: its signature, or the data of a redacted one."""
    return str(block.get("signature") or block.get("data") or "")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _size(block: Block) -> int:
    return sum(len(v) for v in block.values() if isinstance(v, str)) + 100


def turn_of(message: Message) -> Turn:
    """The turn that a whole message makes."""
    blocks = [b for b in message.get("content") or [] if isinstance(b, dict)]
    thinking = tuple(b for b in blocks if _thought(b))
    tools = tuple(str(b.get("id")) for b in blocks if b.get("type") == "tool_use")
    return Turn(thinking, tools, message.get("usage") or {})
