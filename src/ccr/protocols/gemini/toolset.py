"""Tools and the choice among them."""

from __future__ import annotations

from typing import Any

from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.gemini import models
from ccr.protocols.gemini.schema import json_schema, open_api
from ccr.protocols.shared import tools
from ccr.protocols.shared.names import upstream_name

_MODES = {"auto": "AUTO", "any": "ANY", "none": "NONE"}


def tool_params(call: Call) -> Payload:
    """``tools`` and ``toolConfig``; nothing at all without a tool."""
    plain = call.target.dialect.strict_schemas
    declared = [_declaration(tool, plain) for tool in tools.offered(call.body)]
    searches = _searches(call, beside_tools=bool(declared))
    _note_hosted(call, searches=searches)
    listed: list[dict[str, Any]] = [{"functionDeclarations": declared}] if declared else []
    if searches:
        listed.append({"googleSearch": {}})
    if not listed:
        return {}
    config = _calling(call, {function["name"] for function in declared})
    if searches and declared and "project" not in call.target.provider.options:  # Vertex AI does not know it
        config["includeServerSideToolInvocations"] = True
    return {"tools": listed, "toolConfig": config} if config else {"tools": listed}


def _declaration(tool: tools.Tool, plain: bool) -> dict[str, Any]:
    """A function. ``plain``: its parameters in the older subset of OpenAPI instead of JSON Schema."""
    name, told = upstream_name(tool["name"]), tool.get("description")
    function: dict[str, Any] = {"name": name, "description": told if isinstance(told, str) and told else name}
    if plain:
        function["parameters"] = open_api(tool.get("input_schema"), root=True)
    else:
        function["parametersJsonSchema"] = json_schema(tool.get("input_schema"), root=True)
    return function


def _searches(call: Call, *, beside_tools: bool) -> bool:
    search = tools.web_search(call.body)
    if search is None or (beside_tools and not models.searches_beside_tools(call.target.model)):
        return False
    if search.get("allowed_domains") or search.get("blocked_domains"):
        call.notes.append("the search is not limited to domains")
    return True


def _note_hosted(call: Call, *, searches: bool) -> None:
    left_out = [
        str(tool.get("name") or tool["type"])
        for tool in tools.hosted(call.body)
        if not (searches and str(tool["type"]).startswith("web_search"))
    ]
    if left_out:
        call.notes.append(f"left out tools that only Anthropic runs: {', '.join(left_out)}")


def _calling(call: Call, names: set[str]) -> dict[str, Any]:
    choice = call.body.get("tool_choice")
    if not isinstance(choice, dict) or not names:
        return {}
    if choice.get("disable_parallel_tool_use") is True:
        call.notes.append("parallel tool calls cannot be switched off")
    mode = _mode(choice, names)
    return {"functionCallingConfig": mode} if mode else {}


def _mode(choice: dict[str, Any], names: set[str]) -> dict[str, Any]:
    kind = choice.get("type")
    if kind == "tool":
        name = upstream_name(str(choice.get("name")))
        return {"mode": "ANY", "allowedFunctionNames": [name]} if name in names else {}
    return {"mode": _MODES[kind]} if kind in _MODES else {}
