"""The conversation as input items.

Each message makes its items from itself and the calls before it alone, so a growing conversation grows the
input at its end, and the provider's prompt cache holds. A string and its one text block give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ccr.anthropic import ids
from ccr.anthropic.request import Block, blocks, messages
from ccr.exchange import Call
from ccr.protocols.openai_responses import content, reasoning
from ccr.protocols.shared import names
from ccr.protocols.shared.models import has_phases
from ccr.wire import json

Item = dict[str, Any]

NO_RESULT = "(no result)"


def items(call: Call) -> list[Item]:
    """The messages of a request. Every call in them has exactly one output (CONTRACT §7)."""
    conversation = _Conversation(call)
    for message in messages(call.body):
        conversation.add(message.get("role"), blocks(message.get("content")))
    conversation.answer_rest()
    return conversation.items


class _Conversation:
    def __init__(self, call: Call) -> None:
        self.items: list[Item] = []
        self._call = call
        self._phases = has_phases(call.target.model)
        self._pending: list[tuple[str, str]] = []
        """Calls without an output so far: the client's id and the provider's."""

    def add(self, role: object, said: list[Block]) -> None:
        if role == "assistant":
            self.answer_rest()
            self._assistant(said)
        elif role == "system":
            dialect = self._call.target.dialect
            self._message("user" if dialect.late_system == "user" else dialect.system_role, said)
        else:
            self._user(said)

    def answer_rest(self) -> None:
        """Calls that were never answered, as after an interruption."""
        self.items += (_output(wire_id, NO_RESULT) for _, wire_id in self._pending)
        self._pending = []

    def _user(self, said: list[Block]) -> None:
        media: dict[str, list[content.Part]] = {}
        rest = [block for block in said if not self._result(block, media)]
        self._message("user", rest, content.attached(media))

    def _message(self, role: str, said: list[Block], attached: Iterable[content.Part] = ()) -> None:
        if parts := [*attached, *content.parts(said, self._call)]:
            self.items.append({"role": role, "content": parts})

    def _result(self, block: Block, media: dict[str, list[content.Part]]) -> bool:
        """Writes the output of a pending call, its media to ``media``; False when the block is none."""
        if block.get("type") != "tool_result":
            return False
        found = next((pair for pair in self._pending if pair[0] == block.get("tool_use_id")), None)
        if found is None:
            return False
        self._pending.remove(found)
        output, attached = content.output(block, self._call)
        self.items.append(_output(found[1], output))
        if attached:
            media[found[1]] = attached
        return True

    def _assistant(self, said: list[Block]) -> None:
        turn = _Turn(phases=self._phases)
        for block in said:
            match block.get("type"):
                case "text" if isinstance(block.get("text"), str):
                    turn.text(block["text"])
                case "compaction" if block.get("content"):
                    turn.text(str(block["content"]))
                case "thinking" if item := reasoning.item_of(block, self._call.target.issuer):
                    turn.reasoning(item)
                case "tool_use":
                    turn.call(self._function_call(block))
        self.items += turn.items()

    def _function_call(self, block: Block) -> Item:
        wire_id = self._wire_id(str(block.get("id") or ""))
        self._pending.append((str(block.get("id") or ""), wire_id))
        return {
            "type": "function_call",
            "call_id": wire_id,
            "name": names.upstream_name(str(block.get("name"))),
            "arguments": json.encode(block.get("input") or {}).decode(),
        }

    def _wire_id(self, client: str) -> str:
        """The provider's own id again, unless another call of this turn has it."""
        wire_id = ids.short_id(ids.upstream_id(client) or client)
        return wire_id if all(wire_id != taken for _, taken in self._pending) else ids.short_id(client)


class _Turn:
    """An assistant's turn. Text goes before the first call: some providers want outputs right after calls."""

    def __init__(self, *, phases: bool) -> None:
        self._phases = phases
        self._before: list[Item] = []
        self._calls: list[Item] = []
        self._joins = False
        """The last block was text: the next one continues it."""

    def text(self, text: str) -> None:
        if not text:
            return
        self._before += self._loose_reasoning()
        if self._joins:
            self._before[-1]["content"] += text
        else:
            self._before.append({"role": "assistant", "content": text})
        self._joins = True

    def reasoning(self, item: Item) -> None:
        (self._calls or self._before).append(item)
        self._joins = False

    def call(self, item: Item) -> None:
        self._calls.append(item)
        self._joins = False

    def items(self) -> list[Item]:
        """All of it; reasoning that nothing follows is refused by providers, and left out."""
        turn = [*self._before, *self._calls]
        while turn and turn[-1].get("type") == "reasoning":
            turn.pop()
        if self._phases:
            self._mark(turn)
        return turn

    def _mark(self, turn: list[Item]) -> None:
        """What is said before calls is commentary."""
        for item in turn:
            if item.get("role") == "assistant":
                item["phase"] = "commentary" if self._calls else "final_answer"

    def _loose_reasoning(self) -> list[Item]:
        """Reasoning behind the calls goes with the text that it led to."""
        loose: list[Item] = []
        while self._calls and self._calls[-1]["type"] == "reasoning":
            loose.insert(0, self._calls.pop())
        return loose


def _output(call_id: str, output: str | list[Item]) -> Item:
    return {"type": "function_call_output", "call_id": call_id, "output": output}
