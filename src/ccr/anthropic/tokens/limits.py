"""Between which numbers a request's tokens lie, without counting: most requests need no more than that."""

from __future__ import annotations

import sys
from typing import Final, NamedTuple

from ccr.anthropic import request
from ccr.anthropic.request import Block, Body
from ccr.anthropic.tokens import families, images
from ccr.anthropic.tokens.digests import THINKING, Tool
from ccr.anthropic.tokens.families import NEWER
from ccr.wire import json

UNBOUNDED: Final = sys.maxsize

BYTES_PER_TOKEN = 6.6
"""What prose, code and JSON stay below; only long runs of one character have more."""

SPACED = 1.5
"""JSON is counted with spaces after its commas and colons, of which at most every second byte is one."""

_HEAD = families.BASE + families.THINKING_ON + families.OUTPUT_SCHEMA
_TOOLS = max(family.forced_prompt for family in families.ALL) + NEWER.deferred_prompt
_CALL = max(family.pair for family in families.ALL)
_PROVIDED = max(size for _, size in families.PROVIDED_TOOLS) * NEWER.tools


class Bounds(NamedTuple):
    """``low`` is practical: true of prose, code and JSON. ``high`` is sound for every model; it is
    ``UNBOUNDED`` when there are PDFs, or documents that stand elsewhere."""

    low: int
    high: int


def bounds(body: Body) -> Bounds:
    """Bounds of what ``TokenCounter.estimate`` would say, in about a tenth of a millisecond."""
    measure = _Measure(body)
    for message in request.messages(body):
        measure.more += families.PER_MESSAGE
        measure.content(message.get("content"))
    high = measure.more + measure.text
    return Bounds(int(measure.text / BYTES_PER_TOKEN), UNBOUNDED if measure.open else int(high) + 1)


class _Measure:
    def __init__(self, body: Body) -> None:
        self.text = 0
        """UTF-8 bytes that are surely counted."""
        self.more: float = _HEAD
        """Tokens that may come on top."""
        self.open = False
        self._deferred: dict[str, int] = {}
        self.content(body.get("system"))
        self._tools(request.tools(body))
        self._written(body.get("output_format"), body.get("output_config"))

    def content(self, content: object) -> None:
        if isinstance(content, str):
            self.text += _size(content)
        elif isinstance(content, list):
            for block in content:
                if isinstance(block, dict):
                    self._block(block)
                else:
                    self.content(block)

    def _tools(self, tools: list[Tool]) -> None:
        deferred = [tool for tool in tools if tool.get("defer_loading")]
        self._deferred = {str(tool.get("name")): len(json.encode(tool)) for tool in deferred}
        if ready := [tool for tool in tools if not tool.get("defer_loading")]:
            size = len(json.encode(ready))
            provided = sum("input_schema" not in tool for tool in ready)
            self.text += size
            self.more += size * (SPACED - 1) + _TOOLS + families.PER_TOOL * len(ready) + _PROVIDED * provided

    def _written(self, *values: object) -> None:
        self.more += sum(len(json.encode(value)) * SPACED for value in values if value)

    def _block(self, block: Block) -> None:
        kind = block.get("type")
        if kind == "text" and isinstance(text := block.get("text"), str):
            self.text += _size(text)
        elif kind == "tool_result":
            self.more += _CALL
            self.content(block.get("content"))
        elif kind == "tool_use":
            self._call(block)
        elif kind in THINKING:
            self.more += sum(map(_length, (block.get("thinking"), block.get("signature"), block.get("data"))))
        else:
            self._other(kind, block)

    def _call(self, block: Block) -> None:
        value = block.get("input")
        size = len(json.encode(value)) + _length(block.get("name"))
        self.text += size
        self.more += size * (SPACED - 1) + families.PER_PARALLEL_CALL
        if isinstance(value, dict):
            self.more += families.PER_PARAMETER * len(value)

    def _other(self, kind: object, block: Block) -> None:
        if block.get("citations"):
            self.more += families.CITATIONS
        match kind:
            case "image":
                self.more += _image(block.get("source"))
            case "document":
                self._document(block)
            case "tool_addition":
                self.content([block.get("tool")])
            case _:
                loaded = self._deferred.get(str(block.get("tool_name")), 0)
                self.more += len(json.encode(block)) + loaded * SPACED

    def _document(self, block: Block) -> None:
        source = block.get("source")
        source = source if isinstance(source, dict) else {}
        self.more += families.TEXT_DOCUMENT
        self._written(block.get("title"), block.get("context"))
        if "content" in source:
            self.content(source["content"])
        elif source.get("type") == "text" and isinstance(source.get("data"), str):
            self.text += _size(source["data"])
        else:
            self.open = True


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _length(value: object) -> int:
    return _size(value) if isinstance(value, str) else 0 if value is None else len(json.encode(value))


def _image(source: object) -> int:
    data = source.get("data") if isinstance(source, dict) else None
    size = images.size_of(data) if isinstance(data, str) else None
    return images.tokens_of(size, NEWER.image_edge, NEWER.image_limit) if size else NEWER.image_limit + 3
