"""Which tools a request offers to a provider that is not Anthropic, and in which order.

Claude Code loads tools while a conversation goes on and inserts them in the middle of ``tools``. Tools
stand at the front of every prompt, so those loaded later are appended, in the order of the
``tool_reference`` blocks that loaded them: what was sent before stays a prefix of what is sent now.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from ccr.anthropic.conversations import folded
from ccr.anthropic.parsing import made_of
from ccr.anthropic.request import Block, Body, blocks, tools
from ccr.wire import json

Tool = dict[str, Any]

PLACEHOLDER = "DeferredToolPlaceholder"
"""Claude Code's stand-in for the tools it has not sent; it is never to be called."""


def is_hosted(tool: Tool) -> bool:
    """Whether Anthropic runs the tool, or defines it: it has a type of its own and no schema."""
    return tool.get("type") not in (None, "custom")


def hosted(body: Body) -> list[Tool]:
    return made_of(tools(body), "hosted", _hosted)


def _hosted(listed: list[Tool]) -> list[Tool]:
    return [tool for tool in listed if is_hosted(tool)]


def offered(body: Body) -> list[Tool]:
    """The client's own tools, each name once, those loaded later behind the others."""
    upfront, deferred = made_of(tools(body), "offered", _parted)
    return [*upfront, *_in_order(body, deferred)] if deferred else upfront


def converted(body: Body, what: Hashable, convert: Callable[[Tool], dict[str, Any]]) -> list[json.Fixed]:
    """The tools ``offered`` in a provider's words; ``what`` names what ``convert`` looks at beside."""

    def each(listed: list[Tool]) -> dict[int, json.Fixed]:
        return {id(tool): json.Fixed(convert(tool)) for part in _parted(listed) for tool in part}

    made = made_of(tools(body), ("converted", what), each)
    return [made[id(tool)] for tool in offered(body)]


def _parted(listed: list[Tool]) -> tuple[list[Tool], list[Tool]]:
    """What is there from the start, and what may be loaded later; of each name one."""
    own = [tool for tool in listed if not is_hosted(tool) and isinstance(tool.get("name"), str)]
    own.sort(key=_is_deferred)
    first = {tool["name"]: tool for tool in reversed(own)}
    once = [tool for tool in own if first[tool["name"]] is tool]
    deferred = [tool for tool in once if _is_deferred(tool) and tool["name"] != PLACEHOLDER]
    return [tool for tool in once if not _is_deferred(tool)], deferred


def _is_deferred(tool: Tool) -> bool:
    return bool(tool.get("defer_loading"))


def web_search(body: Body) -> Tool | None:
    """The hosted web search, when a client asks for it."""
    return next((tool for tool in hosted(body) if str(tool["type"]).startswith("web_search")), None)


def asks_web_search(body: Body) -> bool:
    """Whether the client knows what to do with blocks of a web search."""
    return web_search(body) is not None


def _in_order(body: Body, deferred: list[Tool]) -> list[Tool]:
    if any(str(tool["type"]).startswith("tool_search_tool") for tool in hosted(body)):
        return deferred  # all are here from the start: a reference must not move them
    said = body.get("messages")
    loaded = loaded_tools(said) if isinstance(said, list) else ()
    order = {name: place for place, name in enumerate(dict.fromkeys(loaded))}
    return sorted(deferred, key=lambda tool: order.get(tool["name"], len(order)))


def loaded_tools(said: list[Any]) -> tuple[str, ...]:
    """The names of tools in the order in which the conversation loaded them."""
    nothing: tuple[str, ...] = ()
    return folded(said, "loaded tools", nothing, _loaded)


def _loaded(before: tuple[str, ...], message: object) -> tuple[str, ...]:
    return (*before, *_loading(message)) if isinstance(message, dict) else before


def _loading(message: dict[str, Any]) -> Iterator[str]:
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
