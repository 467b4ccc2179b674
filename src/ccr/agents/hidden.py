"""What clients never saw: calls of agents' tools, put back so that the model finds what it did.

An answer that ends in calls for the client comes back with their results, but without the agents' calls
before and beside them. It is known by the ids of the client's calls. Bounded; what is gone is called again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccr.anthropic.request import Block, Body, Message, blocks

MOST = 1_000
"""Answers that are remembered, over all conversations."""


@dataclass(frozen=True, slots=True)
class Past:
    """An answer as it truly was."""

    before: Sequence[Message]
    """The rounds before its last: calls and results in turn."""

    last: Sequence[Block]
    """The content of the last round, calls of agents' tools and all."""

    results: Sequence[Block]
    """``tool_result`` blocks of the last round's own calls: they go before the client's results."""


class Hidden:
    """The memory of one process."""

    def __init__(self, most: int = MOST) -> None:
        self._past: OrderedDict[tuple[str, str], Past] = OrderedDict()
        self._most = most

    def keep(self, conversation: str, ids: Iterable[str], past: Past) -> None:
        """Remembers an answer by the ids of the client's calls in it."""
        for tool_id in ids:
            self._past[conversation, tool_id] = past
        while len(self._past) > self._most:
            self._past.popitem(last=False)

    def restored(self, conversation: str, body: Body) -> Body:
        """The body with what was hidden in it; the same object where there was nothing."""
        if not self._past:
            return body
        told: list[Message] = []
        pending: Sequence[Block] = ()
        changed = False
        for message in body.get("messages") or []:
            if not isinstance(message, dict):
                told.append(message)
                continue
            if pending and message.get("role") == "user":
                message = {**message, "content": [*pending, *blocks(message.get("content"))]}
                pending = ()
            past = self._past_of(conversation, message)
            if past is None:
                told.append(message)
                continue
            changed = True
            told += [*past.before, {**message, "content": list(past.last)}]
            pending = past.results
        return {**body, "messages": told} if changed else body

    def _past_of(self, conversation: str, message: Message) -> Past | None:
        if message.get("role") != "assistant":
            return None
        ids = (str(b.get("id")) for b in blocks(message.get("content")) if b.get("type") == "tool_use")
        return next((past for i in ids if (past := self._past.get((conversation, i)))), None)
