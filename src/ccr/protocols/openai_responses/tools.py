"""Tools as Responses has them: flat functions, and the provider's own web search."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Body
from ccr.exchange import Call
from ccr.protocols.shared import names, schema, tools

Tool = dict[str, Any]


def listed(call: Call) -> list[Tool]:
    """All tools that the provider is offered, web search last: functions are the stabler prefix."""
    found = [_function(tool, call) for tool in tools.offered(call.body)]
    search = _native_search(call)
    _note_left_out(call, searching=search is not None)
    return [*found, search] if search is not None else found


def searches(listed: list[Tool]) -> bool:
    """Whether the provider's web search is among the tools."""
    return bool(listed) and listed[-1]["type"] != "function"


def _native_search(call: Call) -> Tool | None:
    """The provider's web search, where the client asks for one and the provider has one."""
    asked, native = tools.web_search(call.body), call.target.dialect.web_search
    if asked is None or native not in ("web_search", "web_search_preview"):
        return None
    search: Tool = {"type": native}
    if domains := asked.get("allowed_domains"):
        search["filters"] = {"allowed_domains": domains}
    if isinstance(where := asked.get("user_location"), dict):
        search["user_location"] = {key: where[key] for key in _LOCATION if where.get(key)}
    return search


def _note_left_out(call: Call, *, searching: bool) -> None:
    hosted = [str(tool["type"]) for tool in tools.hosted(call.body)]
    if left_out := [kind for kind in hosted if not (searching and kind.startswith("web_search"))]:
        call.notes.append(f"left out tools that only Anthropic runs: {', '.join(left_out)}")


_LOCATION = ("type", "city", "region", "country", "timezone")


def choice(body: Body, offered: list[Tool]) -> str | Tool | None:
    """``tool_choice``; None where there is nothing to say."""
    chosen = body.get("tool_choice")
    if not isinstance(chosen, dict) or not offered:
        return None
    match chosen.get("type"):
        case "any":
            return "required"
        case "none":
            return "none"
        case "tool":
            return _named(names.upstream_name(str(chosen.get("name"))), offered)
        case _:
            return "auto"


def forbids_parallel(body: Body) -> bool:
    chosen = body.get("tool_choice")
    return isinstance(chosen, dict) and chosen.get("disable_parallel_tool_use") is True


def _named(name: str, offered: list[Tool]) -> str | Tool:
    """One function by name; of a hosted tool only that some tool is to be called."""
    if any(tool.get("name") == name for tool in offered):
        return {"type": "function", "name": name}
    return "required" if searches(offered) else "auto"


def _function(tool: Tool, call: Call) -> Tool:
    parameters = schema.root(tool.get("input_schema"))
    if call.target.dialect.strict_schemas:
        parameters = schema.plainest(parameters)
    function: Tool = {"type": "function", "name": names.upstream_name(tool["name"])}
    if isinstance(tool.get("description"), str):
        function["description"] = tool["description"]
    strict = bool(tool.get("strict")) and schema.is_strict(parameters)
    return {**function, "parameters": parameters, "strict": strict}
