"""Which tools a request offers to a provider that is not Anthropic, and in which order.

Claude Code loads tools while a conversation goes on and inserts them in the middle of ``tools``. Tools
stand at the front of every prompt, so those loaded later are appended, in the order of the
``tool_reference`` blocks that loaded them: what was sent before stays a prefix of what is sent now.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import methodcaller
from typing import Any

from ccr.anthropic.request import Block, Body, blocks, messages, tools

Tool = dict[str, Any]

PLACEHOLDER = "DeferredToolPlaceholder"
"""Claude Code's stand-in for the tools it has not sent; it is never to be called."""


_TYPE = methodcaller("get", "type")


def is_hosted(tool: Tool) -> bool:
    """Whether Anthropic runs the tool, or defines it: it has a type of its own and no schema."""
    return tool.get("type") not in (None, "custom")


def hosted(body: Body) -> list[Tool]:
    if not any(map(_TYPE, listed := tools(body))):
        return []  # as in nearly every request: none of the tools has a type
    return [tool for tool in listed if is_hosted(tool)]


def offered(body: Body) -> list[Tool]:
    """The client's own tools, each name once, those loaded later behind the others."""
    listed = [tool for tool in tools(body) if not is_hosted(tool) and isinstance(tool.get("name"), str)]
    if any(tool.get("defer_loading") for tool in listed):
        listed = _appended(body, listed)
    if len({tool["name"] for tool in listed}) == len(listed):
        return listed
    unique = {tool["name"]: tool for tool in reversed(listed)}
    return [tool for tool in listed if unique[tool["name"]] is tool]


def web_search(body: Body) -> Tool | None:
    """The hosted web search, when a client asks for it."""
    return next((tool for tool in hosted(body) if str(tool["type"]).startswith("web_search")), None)


def asks_web_search(body: Body) -> bool:
    """Whether the client knows what to do with blocks of a web search."""
    return web_search(body) is not None


def _appended(body: Body, listed: list[Tool]) -> list[Tool]:
    upfront = [tool for tool in listed if not tool.get("defer_loading")]
    deferred = [tool for tool in listed if tool.get("defer_loading") and tool["name"] != PLACEHOLDER]
    if not deferred:
        return upfront
    if any(str(tool["type"]).startswith("tool_search_tool") for tool in hosted(body)):
        return [*upfront, *deferred]  # all are here from the start: a reference must not move them
    order = {name: place for place, name in enumerate(dict.fromkeys(_loaded(body)))}
    return [*upfront, *sorted(deferred, key=lambda tool: order.get(tool["name"], len(order)))]


def _loaded(body: Body) -> Iterator[str]:
    """The names of tools in the order in which the conversation loaded them."""
    for message in messages(body):
        for block in blocks(message.get("content")):
            match block.get("type"):
                case "tool_result":
                    yield from _referenced(blocks(block.get("content")))
                case "tool_addition":
                    yield from _referenced([block.get("tool")])


def _referenced(references: list[Block] | list[Any]) -> Iterator[str]:
    for reference in references:
        if isinstance(reference, dict) and reference.get("type") == "tool_reference":
            yield str(reference.get("tool_name") or reference.get("name"))
