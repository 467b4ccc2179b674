"""A request by its content: what has the same key costs the same.

Claude Code sends a user message as a block list while it is the last one and as a string afterwards, and
moves its cache marks along: both forms have one key, and ``cache_control`` is in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from ccr.anthropic import request
from ccr.anthropic.request import Block, Body, Message
from ccr.wire import json

Tool = dict[str, Any]

BILLING = "x-anthropic-billing-header"
"""Claude Code's first system block, which Anthropic strips before it counts."""

SERVER_TOOLS = ("web_", "code_execution", "tool_search", "advisor", "mcp_")
"""How the types of tools begin that the provider runs: their work is in the usage, not in the request."""


THINKING = ("thinking", "redacted_thinking")


@dataclass(frozen=True, slots=True)
class Digest:
    """One request, read once. All keys hold for this process only."""

    body: Body
    messages: list[Message]
    tools: list[Tool]
    """Those that every turn pays for: without the deferred ones."""
    deferred: dict[str, Tool]
    """Tools that count where a ``tool_reference`` loads them, by name."""
    toolset: int
    """The key of the tools and of how they and the output are asked for."""
    head: int
    """The key of all that stands before the messages."""
    keys: list[int]
    """The key of each message."""
    prefixes: list[int]
    """The key of the request up to and including each message."""
    steady: bool
    """Nothing is in play that makes usage say more or less than what stands in the request."""


def digest(body: Body) -> Digest:
    """Read a request. Odd parts are keyed by their JSON."""
    tools, messages = request.tools(body), request.messages(body)
    deferred = {str(tool.get("name")): tool for tool in tools if tool.get("defer_loading")}
    ready = [tool for tool in tools if not tool.get("defer_loading")] if deferred else tools
    toolset = _toolset(body, ready, bool(deferred))
    read = _Reader(deferred)
    head = hash((toolset, read.content(system_blocks(body))))
    keys = [read.content(message.get("content")) for message in messages]
    prefixes = list(accumulate(keys, lambda before, key: hash((before, key)), initial=head))[1:]
    steady = not (read.compacted or _unsteady(body, tools))
    return Digest(body, messages, ready, deferred, toolset, head, keys, prefixes, steady)


def system_blocks(body: Body) -> list[Block]:
    """The system prompt without the billing line."""
    found = request.blocks(body.get("system"))
    return [block for block in found if not str(block.get("text", "")).startswith(BILLING)]


def definition(tool: Tool) -> Tool:
    """A tool as far as it is counted."""
    return {key: tool[key] for key in ("name", "description", "input_schema") if key in tool}


def plain(block: Block) -> bytes:
    """A block as JSON, without its cache mark."""
    if "cache_control" in block:
        block = {key: value for key, value in block.items() if key != "cache_control"}
    return json.encode(block)


def output_schema(body: Body) -> object:
    """The format that the answer must have, in either place where it is said."""
    config = body.get("output_config")
    return body.get("output_format") or (config.get("format") if isinstance(config, dict) else None)


def thinking_enabled(body: Body) -> bool:
    """Thinking by a budget; adaptive thinking has no prompt of its own."""
    thinking = body.get("thinking")
    return isinstance(thinking, dict) and thinking.get("type") == "enabled"


def thinking_edits(body: Body) -> tuple[list[dict[str, Any]], bool]:
    """The edits of old thinking that the server is asked for, and whether it is asked for others."""
    management = body.get("context_management")
    listed = management.get("edits") if isinstance(management, dict) else None
    edits = [edit for edit in listed if isinstance(edit, dict)] if isinstance(listed, list) else []
    thinking = [edit for edit in edits if str(edit.get("type")).startswith("clear_thinking")]
    return thinking, len(thinking) < len(edits)


class _Reader:
    """Makes keys of content. Each block of every request comes by here: few calls, in order of frequency."""

    def __init__(self, deferred: dict[str, Tool]) -> None:
        self._deferred = deferred
        self.compacted = False

    def content(self, content: object) -> int:
        if isinstance(content, str):
            return hash((content,) if content else ())
        if not isinstance(content, list):
            return hash(())
        try:
            return hash(tuple([self._block(block) for block in content]))
        except TypeError:  # a list where a string belongs
            return hash(json.encode(content))

    def _block(self, block: object) -> object:
        """A text is its own key: it is hashed, not kept."""
        if not isinstance(block, dict):
            return block if isinstance(block, str) else None
        kind = block.get("type")
        if kind == "tool_result":
            inner = block.get("content")
            return kind, hash((inner,)) if isinstance(inner, str) and inner else self.content(inner)
        if kind == "tool_use":
            return kind, block.get("name"), json.encode(block.get("input"))
        if kind == "text" and isinstance(text := block.get("text"), str):
            return text
        if kind in THINKING:
            return kind, block.get("thinking"), block.get("signature"), block.get("data")
        return self._other(kind, block)

    def _other(self, kind: object, block: Block) -> object:
        if kind == "tool_addition":
            return kind, self.content([block.get("tool")])
        if kind == "tool_reference":
            return kind, json.encode(self._deferred.get(str(block.get("tool_name")), block))
        self.compacted = self.compacted or kind == "compaction"
        source = block.get("source")
        if isinstance(source, dict) and isinstance(data := source.get("data"), str):
            return source.get("type"), data, plain({**block, "source": None})
        return plain(block)


def _toolset(body: Body, tools: list[Tool], deferred: bool) -> int:
    options = [body.get("tool_choice"), output_schema(body), thinking_enabled(body), deferred]
    kinds = [tool.get("type") for tool in tools]
    return hash(json.encode([options, kinds, [definition(tool) for tool in tools]]))


def _unsteady(body: Body, tools: list[Tool]) -> bool:
    runs = any(str(tool.get("type")).startswith(SERVER_TOOLS) for tool in tools)
    return bool(runs or body.get("mcp_servers") or body.get("container") or thinking_edits(body)[1])
