"""The conversation as two sides that take turns: what most languages but Anthropic's ask for.

The turn after calls answers each of them once, in their order, before it says anything else. Each message is
made of itself alone, so that a conversation that grows gives turns that grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ccr.anthropic import ids
from ccr.anthropic.request import Block, Body, blocks, messages
from ccr.protocols.shared.content import plain, plain_block
from ccr.protocols.shared.system import system_blocks

NO_RESULT = "(The result of this call is missing.)"
NO_OUTPUT = "(no output)"
ATTACHED = "(attached below)"
NOT_SHOWN = "[Result of a tool call that is not shown]"


class Result(NamedTuple):
    """A call and its answer."""

    call: Block
    """The ``tool_use`` block."""

    block: Block
    """The ``tool_result`` block, or one that says that there is none."""

    @property
    def failed(self) -> bool:
        return self.block.get("is_error") is True

    def pieces(self) -> list[Block]:
        """The answer as plain blocks."""
        return list(plain(self.block.get("content")))

    def text(self) -> str:
        """The text of the answer, never empty; of a failed call it says so."""
        pieces = self.pieces()
        said = "\n".join(piece["text"] for piece in pieces if piece["type"] == "text")
        if self.failed and "error" not in said[:80].lower():
            return f"Error: {said or 'the tool failed.'}"
        return said if said.strip() else ATTACHED if pieces else NO_OUTPUT

    def media(self) -> list[Block]:
        """Its images and documents."""
        return [piece for piece in self.pieces() if piece["type"] != "text"]


def own_ids(calls: Iterable[Block]) -> dict[str, str]:
    """By the client's id of a turn's calls: the provider's own, or the client's where two have the same."""
    own = {(client := str(call.get("id"))): ids.upstream_id(client) or client for call in calls}
    given = list(own.values())
    return {client: name if given.count(name) == 1 else client for client, name in own.items()}


@dataclass(slots=True)
class UserTurn:
    results: list[Result] = field(default_factory=list)
    said: list[Block] = field(default_factory=list)
    """Plain blocks (``shared.content``); system messages of mid-conversation stand here as reminders."""

    def with_media(self) -> list[Block]:
        """What was said, and before it the images and documents of results that cannot go inside them."""
        out: list[Block] = []
        for result in self.results:
            if media := result.media():
                lead = f"[Attached to the result of {result.call.get('name')}]"
                out += [{"type": "text", "text": lead}, *media]
        return [*out, *self.said]


@dataclass(slots=True)
class ModelTurn:
    content: list[Block]

    def calls(self) -> list[Block]:
        """Its ``tool_use`` blocks."""
        return [block for block in self.content if block.get("type") == "tool_use"]

    def text(self) -> str:
        """Its text. Text blocks in a row are one text, others are set apart."""
        text, apart = "", False
        for block in self.content:
            for piece in plain_block(block):
                if piece["type"] == "text":
                    text += f"\n\n{piece['text']}" if apart and text else piece["text"]
                    apart = False
            apart = apart or block.get("type") != "text"
        return text


class Dialogue:
    """``system`` is what stands before the conversation, as plain blocks, ``turns`` what was said."""

    def __init__(self, body: Body) -> None:
        self.system = system_blocks(body)
        self.turns: list[UserTurn | ModelTurn] = []
        self._calls: dict[str, Block] = {}
        self._answers: dict[str, Block] = {}
        self._said: list[Block] = []
        for message in messages(body):
            self._read(message.get("role"), message.get("content"))
        self._user_turn()

    def _read(self, role: object, content: object) -> None:
        if role == "assistant":
            self._model_turn(blocks(content))
        elif role != "system":
            self._user(content)
        elif not self.turns and not self._said:
            self.system += [piece for piece in plain(content) if piece["type"] == "text"]
        else:
            self._said += _reminders(content)

    def _user(self, content: object) -> None:
        for block in blocks(content):
            client_id = str(block.get("tool_use_id"))
            if block.get("type") != "tool_result":
                self._said += plain_block(block)
            elif client_id in self._calls and client_id not in self._answers:
                self._answers[client_id] = block
            else:
                self._said += [{"type": "text", "text": NOT_SHOWN}, *plain(block.get("content"))]

    def _user_turn(self) -> None:
        missing = {"content": NO_RESULT, "is_error": True}
        results = [Result(call, self._answers.get(call_id, missing)) for call_id, call in self._calls.items()]
        if results or self._said:
            self.turns.append(UserTurn(results, self._said))
        self._calls, self._answers, self._said = {}, {}, []

    def _model_turn(self, content: list[Block]) -> None:
        self._user_turn()
        self._calls = {str(b.get("id")): b for b in content if b.get("type") == "tool_use"}
        if self._calls or any(plain_block(block) for block in content):
            self.turns.append(ModelTurn(content))


def _reminders(content: object) -> Iterator[Block]:
    for piece in plain(content):
        if piece["type"] == "text":
            yield {**piece, "text": f"<system-reminder>\n{piece['text']}\n</system-reminder>"}
