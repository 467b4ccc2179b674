"""What the items of an answer say: messages, reasoning, calls, and what the provider did by itself.

An item may come in pieces, whole, or both. Pieces are said as they come; a whole item then adds only what
no piece had said.
"""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.writer import BlockWriter
from ccr.exchange import Call
from ccr.protocols.openai_responses import reasoning, wire
from ccr.protocols.openai_responses.search import Searches
from ccr.protocols.shared import names, tools
from ccr.protocols.shared.arguments import as_object, as_text
from ccr.wire import json

Item = dict[str, Any]
Place = tuple[int, str, int]
"""Where a piece belongs: index of the item, which text of it, index of the part."""


class Items:
    """Writes items, each known by its index in the answer."""

    def __init__(self, writer: BlockWriter, searches: Searches, call: Call) -> None:
        self.refused = False
        self.done: set[int] = set()
        self._writer = writer
        self._searches = searches
        self._issuer = call.target.issuer
        self._names = names.client_names(call.body)
        self._body = call.body
        self._phase: object = None
        self._calls: set[int] = set()
        self._said: dict[Place, list[str]] = {}
        self._view: dict[int, str] = {}
        """Of reasoning: the summary or the content, whichever came first."""

    # Pieces.

    def text(self, index: int, part: int, piece: str) -> None:
        if piece:
            self._say((index, "text", part), piece)
            self._writer.text(piece)

    def thought(self, index: int, view: str, part: int, piece: str) -> None:
        if not piece or self._view.setdefault(index, view) != view:
            return
        place = (index, view, part)
        if part and place not in self._said:
            self._writer.thinking("\n\n")
        self._say(place, piece)
        self._writer.thinking(piece)

    def arguments(self, index: int, piece: str) -> None:
        place = (index, "arguments", 0)
        if index in self._calls and (place in self._said or piece.lstrip().startswith("{")):
            self._say(place, piece)  # what is no object waits for the whole
            self._writer.arguments(index, piece)

    # Pieces again, as a whole: news of an item that came without any.

    def text_whole(self, index: int, part: int, whole: str) -> None:
        if not any(place[:2] == (index, "text") for place in self._said):
            self.text(index, part, whole)

    def thought_whole(self, index: int, view: str, part: int, whole: str) -> None:
        if index not in self._view:
            self.thought(index, view, part, whole)

    def arguments_whole(self, index: int, whole: str) -> None:
        if whole and index in self._calls:
            place = (index, "arguments", 0)
            rest = self._rest(place, whole) if place in self._said else as_object(whole)
            self._say(place, rest)
            self._writer.arguments(index, rest)

    def cite(self, annotation: Item) -> None:
        self._searches.cite(annotation)

    # Whole items.

    def begin(self, index: int, item: Item) -> None:
        """An item of which only the head is known: a call can be shown already."""
        match item.get("type"):
            case "function_call":
                self._open(index, item)
            case "message":
                self._in_phase(item.get("phase"))

    def whole(self, index: int, item: Item) -> None:
        """A finished item. It counts once."""
        if index in self.done:
            return
        self.done.add(index)
        match item.get("type"):
            case "message":
                self._message(index, item)
            case "reasoning":
                self._reasoning(index, item)
            case "function_call":
                self._call(index, item, as_text(item.get("arguments")))
            case "custom_tool_call" if self._is_offered(item.get("name")):
                self._call(index, item, _as_input(as_text(item.get("input"))))
            case "web_search_call":
                self._searches.call(item)
            case "compaction":
                self._sign(index, item)

    def _in_phase(self, phase: object) -> None:
        """Commentary and the final answer are blocks apart."""
        if phase != self._phase:
            self._writer.seal_text()
        self._phase = phase

    def _message(self, index: int, item: Item) -> None:
        self._in_phase(item.get("phase"))
        for n, part in enumerate(wire.objects(item.get("content"))):
            self.refused |= part.get("type") == "refusal"
            whole = wire.text(part.get("refusal")) or wire.text(part.get("text"))
            self._writer.text(self._rest((index, "text", n), whole))
            for annotation in wire.objects(part.get("annotations")):
                self._searches.cite(annotation)

    def _reasoning(self, index: int, item: Item) -> None:
        view = self._view.get(index) or reasoning.view_of(item)
        for n, part in enumerate(wire.objects(item.get(view))):
            if rest := self._rest((index, view, n), wire.text(part.get("text"))):
                self.thought(index, view, n, rest)
        self._sign(index, item)

    def _sign(self, index: int, item: Item) -> None:
        state = reasoning.state_of(item, self._view.get(index, "summary"))
        if state is not None or index in self._view:
            self._writer.signature(thinking.sign(self._issuer, state))

    def _open(self, index: int, item: Item) -> None:
        name = wire.text(item.get("name"))
        if name and index not in self._calls:
            self._calls.add(index)
            call_id = wire.text(item.get("call_id")) or wire.text(item.get("id"))
            self._writer.tool(index, call_id, self._names.get(name, name))

    def _call(self, index: int, item: Item, arguments: str) -> None:
        self._open(index, item)
        self.arguments_whole(index, arguments or "{}")

    def _is_offered(self, name: object) -> bool:
        return any(names.upstream_name(tool["name"]) == name for tool in tools.offered(self._body))

    def _say(self, place: Place, piece: str) -> None:
        said = self._said.get(place)
        if said is None:
            self._said[place] = [piece]
        else:
            said.append(piece)

    def _rest(self, place: Place, whole: str) -> str:
        """What of the whole has not been said; nothing when the pieces said something else."""
        said = "".join(self._said.get(place, ()))
        return whole[len(said) :] if whole.startswith(said) else ""


def _as_input(text: str) -> str:
    """The free text of a custom call as a tool's input, unless it is a JSON object already."""
    try:
        if isinstance(json.decode(text), dict):
            return text
    except json.JSONError:
        pass
    return json.encode({"input": text}).decode()
