"""Tools and the choice among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ccr.exchange import Call
from ccr.protocols.bedrock import models
from ccr.protocols.bedrock.parts import Part
from ccr.protocols.contract import Payload
from ccr.protocols.shared import schema, tools
from ccr.protocols.shared.names import upstream_name
from ccr.protocols.shared.notes import left_out


def tool_config(call: Call, called: Iterable[str]) -> Payload:
    """The object ``toolConfig``; empty without a tool. ``called``: the tools that were used."""
    left_out(call)
    called, choice = list(called), _choice(call)
    if choice is None and not called:
        return {}
    offered = tools.offered(call.body)
    listed = _specs(call, offered)
    if choice is None:
        call.notes.append("cannot be told to call no tool while the conversation holds calls")
    # Calls in a conversation without toolConfig are refused.
    listed += [_past(name) for name in called if not listed]
    return {"tools": listed, **(choice or {} if offered else {})} if listed else {}


def _specs(call: Call, offered: list[tools.Tool]) -> list[Part]:
    out: list[Part] = []
    for tool in offered:
        out.append({"toolSpec": _spec(tool)})
        if models.family(call) == "claude" and isinstance(tool.get("cache_control"), dict):
            out.append({"cachePoint": {"type": "default"}})
    return out


def _spec(tool: tools.Tool) -> dict[str, Any]:
    parameters = schema.root(tool.get("input_schema"))
    spec: dict[str, Any] = {"name": upstream_name(tool["name"]), "inputSchema": {"json": parameters}}
    if isinstance(tool.get("description"), str) and tool["description"].strip():
        spec["description"] = tool["description"]
    if tool.get("strict") is True and schema.is_strict(parameters):
        spec["strict"] = True
    return spec


def _past(name: str) -> Part:
    return {"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object", "properties": {}}}}}


def _choice(call: Call) -> Payload | None:
    """``toolChoice``; empty for the model's own choice, None when no tool may be called."""
    choice = call.body.get("tool_choice") or {}
    if choice.get("disable_parallel_tool_use") is True:
        call.notes.append("cannot be told to call one tool at a time")
    match choice.get("type"):
        case "none":
            return None
        case "any":
            return {"toolChoice": {"any": {}}}
        case "tool":
            return {"toolChoice": {"tool": {"name": upstream_name(str(choice.get("name")))}}}
        case _:
            return {}
