"""Content as Chat Completions has it: a string, or parts of text, images and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.anthropic.request import Block
from ccr.exchange import Call
from ccr.protocols.shared.content import data_url, name_of, note

Part = dict[str, Any]

_MARKS = 4
"""More cache marks are a 400 of Anthropic's."""


def takes_marks(call: Call) -> bool:
    """Cache marks are for Claude models: other models' providers refuse or ignore them."""
    return call.target.dialect.cache_control and "claude" in call.target.model.lower()


def cache_mark(block: Mapping[str, Any]) -> dict[str, Any] | None:
    """The block's cache mark, without keys that only Anthropic's own endpoint knows."""
    control = block.get("cache_control")
    if not isinstance(control, dict):
        return None
    return {key: control[key] for key in ("type", "ttl") if key in control}


class Parts:
    """Makes content of plain blocks (``shared.content``) for one request, and remembers the cache marks."""

    def __init__(self, call: Call) -> None:
        self._dialect = call.target.dialect
        self._notes = call.notes
        self._marks = takes_marks(call)
        self._marked: list[Part] = []

    def content(self, blocks: list[Block]) -> str | list[Part] | None:
        """Text alone is one string, the same whether it came as a string or as blocks; None for nothing."""
        blocks = [self.carried(block) for block in blocks]
        if not blocks:
            return None
        if self._as_string(blocks):
            return "\n\n".join(block["text"] for block in blocks)
        return [self._part(block) for block in blocks]

    def carried(self, block: Block) -> Block:
        """The block, or a note in its place when the provider does not take its kind."""
        if block["type"] == "image" and not self._dialect.images:
            return self._missing("An image was here", "does not take images")
        if block["type"] == "document":
            return self._document(block)
        return block

    def marked(self, text: str, mark: dict[str, Any] | None) -> str | list[Part]:
        """A text, with a cache mark when there is one and the provider takes it."""
        if mark is None or not self._marks:
            return text
        return [self._with_mark({"type": "text", "text": text}, mark)]

    def limit_marks(self) -> None:
        """Keeps the first mark, which stands in the system prompt, and the newest up to the limit."""
        for part in self._marked[1 : 1 - _MARKS] if len(self._marked) > _MARKS else ():
            del part["cache_control"]

    def _as_string(self, blocks: list[Block]) -> bool:
        if any(block["type"] != "text" for block in blocks):
            return False
        # Claude's prefixes are cached block by block: they must stay the blocks they were.
        return not self._marks or (len(blocks) == 1 and "cache_control" not in blocks[0])

    def _document(self, block: Block) -> Block:
        source, why = block["source"], "does not take PDF files"
        if self._dialect.files and (source["type"] == "base64" or self._dialect.file_urls):
            return block
        if source["type"] == "url":
            return self._missing(f"A PDF document is at {source.get('url')}", "cannot open it")
        return self._missing(f"A PDF document ({name_of(block)}) was here", why)

    def _missing(self, what: str, why: str) -> Block:
        if (said := f"the model {why}") not in self._notes:
            self._notes.append(said)
        return note(what, why)

    def _part(self, block: Block) -> Part:
        mark = cache_mark(block) if self._marks else None
        part = _part_of(block)
        return part if mark is None else self._with_mark(part, mark)

    def _with_mark(self, part: Part, mark: dict[str, Any]) -> Part:
        part["cache_control"] = mark
        self._marked.append(part)
        return part


def _part_of(block: Block) -> Part:
    match block["type"]:
        case "image":
            return {"type": "image_url", "image_url": {"url": data_url(block["source"], "image/png")}}
        case "document":
            file = {"filename": name_of(block), "file_data": data_url(block["source"], "application/pdf")}
            return {"type": "file", "file": file}
        case _:
            return {"type": "text", "text": block["text"]}
