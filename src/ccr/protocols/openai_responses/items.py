"""What the items of an answer say: messages, reasoning, calls, and what the provider did by itself.

An item may come in pieces, whole, or both. Pieces are said as they come; a whole item then adds only what
no piece had said.
"""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.writer import BlockWriter
from ccr.exchange import Call
from ccr.protocols.openai_responses import reasoning
from ccr.protocols.openai_responses.search import Searches
from ccr.protocols.shared import names, tools
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
        if index in self._calls:
            self._say((index, "arguments", 0), piece)
            self._writer.arguments(index, piece)

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
                self._call(index, item, _text(item.get("arguments")))
            case "custom_tool_call" if self._is_offered(item.get("name")):
                self._call(index, item, _as_object(_text(item.get("input"))))
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
        for n, part in enumerate(_objects(item.get("content"))):
            self.refused |= part.get("type") == "refusal"
            whole = part.get("refusal") or part.get("text") or ""
            self._writer.text(self._rest((index, "text", n), whole))
            for annotation in _objects(part.get("annotations")):
                self._searches.cite(annotation)

    def _reasoning(self, index: int, item: Item) -> None:
        view = self._view.get(index) or reasoning.view_of(item)
        for n, part in enumerate(_objects(item.get(view))):
            if rest := self._rest((index, view, n), part.get("text") or ""):
                self.thought(index, view, n, rest)
        self._sign(index, item)

    def _sign(self, index: int, item: Item) -> None:
        state = reasoning.state_of(item, self._view.get(index, "summary"))
        if state is not None or index in self._view:
            self._writer.signature(thinking.sign(self._issuer, state))

    def _open(self, index: int, item: Item) -> None:
        if index not in self._calls and item.get("name"):
            self._calls.add(index)
            name = self._names.get(item["name"], item["name"])
            self._writer.tool(index, item.get("call_id") or item.get("id"), name)

    def _call(self, index: int, item: Item, arguments: str) -> None:
        self._open(index, item)
        self._writer.arguments(index, self._rest((index, "arguments", 0), arguments or "{}"))

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


def _objects(value: object) -> list[Item]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """Arguments as JSON text: some providers send the object itself."""
    if isinstance(value, str):
        return value
    return json.encode(value).decode() if value else ""


def _as_object(text: str) -> str:
    """The free text of a custom call as a tool's input, unless it is a JSON object already."""
    try:
        if isinstance(json.decode(text), dict):
            return text
    except json.JSONError:
        pass
    return json.encode({"input": text}).decode()
