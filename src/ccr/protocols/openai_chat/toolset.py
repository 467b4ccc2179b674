"""Tools and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ccr.anthropic.request import wants_thinking
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.shared import schema, tools
from ccr.protocols.shared.names import upstream_name


def tool_params(call: Call) -> Payload:
    """``tools``, ``tool_choice`` and ``parallel_tool_calls``; nothing at all without a tool."""
    strict = call.target.dialect.strict_schemas
    offered = tools.converted(call.body, ("chat", strict), lambda tool: _function(tool, strict))
    _note_hosted(call)
    if not offered:
        return {}
    return {"tools": offered, **_choice(call, offered)}


def search_params(call: Call) -> Payload:
    """The provider's own web search, where a client asks for nothing else."""
    search = tools.web_search(call.body)
    if search is None or not _maps_search(call):
        return {}
    limits = {name: search[f"{key}_domains"] for name, key in _LIMITS if search.get(f"{key}_domains")}
    if call.target.dialect.web_search == "plugins":
        return {"plugins": [{"id": "web", **limits}]}
    if limits:
        call.notes.append("the search is not limited to domains")
    if call.target.dialect.web_search == "enable_search":
        return {"enable_search": True, "search_options": {"forced_search": True}}
    return {"web_search_options": {}}


_LIMITS = (("include_domains", "allowed"), ("exclude_domains", "blocked"))


def _maps_search(call: Call) -> bool:
    """Whether the provider is told to search.

    OpenRouter's plugin and Qwen's switch search at every request, so a search must be all that is wanted, as
    it is of Claude Code's WebSearch.
    """
    wanted = call.target.dialect.web_search
    alone = ("plugins", "enable_search")
    return wanted == "web_search_options" or (wanted in alone and not tools.offered(call.body))


def _note_hosted(call: Call) -> None:
    left_out = [
        str(tool.get("name") or tool["type"])
        for tool in tools.hosted(call.body)
        if not (_maps_search(call) and str(tool["type"]).startswith("web_search"))
    ]
    if left_out:
        call.notes.append(f"left out tools that only Anthropic runs: {', '.join(left_out)}")


def _function(tool: tools.Tool, strict: bool) -> dict[str, Any]:
    parameters = schema.root(tool.get("input_schema"))
    if strict:
        parameters = schema.plainest(parameters)
    function: dict[str, Any] = {"name": upstream_name(tool["name"])}
    if isinstance(tool.get("description"), str):
        function["description"] = tool["description"]
    function["parameters"] = parameters
    if tool.get("strict") is True and schema.is_strict(parameters):
        function["strict"] = True
    return {"type": "function", "function": function}


def _choice(call: Call, offered: Sequence[Mapping[str, Any]]) -> Payload:
    choice = call.body.get("tool_choice")
    if not isinstance(choice, dict):
        return {}
    names = {tool["function"]["name"] for tool in offered}
    out: Payload = {}
    if (said := _choice_of(choice, names)) is not None:
        out["tool_choice"] = said
    if said not in (None, "auto", "none") and _forbids_force(call):
        out["tool_choice"] = "auto"
        call.notes.append("a tool could not be forced while thinking is on")
    if choice.get("disable_parallel_tool_use") is True and call.target.dialect.parallel_tool_calls:
        out["parallel_tool_calls"] = False
    return out


def _choice_of(choice: dict[str, Any], names: set[str]) -> str | dict[str, Any] | None:
    match choice.get("type"):
        case "auto" | "none" as kind:
            return str(kind)
        case "any":
            return "required"
        case "tool" if (name := upstream_name(str(choice.get("name")))) in names:
            return {"type": "function", "function": {"name": name}}
        case _:
            return None


def _forbids_force(call: Call) -> bool:
    """DeepSeek and its kin refuse forced calls in thinking mode."""
    return call.target.dialect.reasoning == "thinking" and wants_thinking(call.body)
