"""``cleancache``: for providers that speak Anthropic's language but refuse its cache marks."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Block, Body, blocks, messages, tools
from ccr.transformers.contract import Transformer


class CleanCache(Transformer):
    """Takes off every ``cache_control``: of the request, its tools, and its blocks at any depth."""

    name = "cleancache"

    def request(self, body: Body) -> Body:
        _unmark(body)
        for tool in tools(body):
            _unmark(tool)
        _unmark_blocks(body.get("system"))
        for message in messages(body):
            _unmark(message)
            _unmark_blocks(message.get("content"))
        return body


def _unmark_blocks(content: object) -> None:
    for block in blocks(content):
        _unmark_block(block)


def _unmark_block(block: Block) -> None:
    """Not in a call's ``input``: a key of that name there is the tool's own."""
    _unmark(block)
    if block.get("type") == "tool_result":
        _unmark_blocks(block.get("content"))
    source = block.get("source")
    if isinstance(source, dict):
        _unmark_blocks(source.get("content"))


def _unmark(value: Any) -> None:
    value.pop("cache_control", None)
