"""A Messages request as a request to Cohere's ``/v2/chat``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ccr.anthropic import ids, thinking
from ccr.anthropic.request import Block, wants_thinking
from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.shared import answer, effort, schema, tools
from ccr.protocols.shared.content import data_url
from ccr.protocols.shared.dialogue import Dialogue, ModelTurn, Result, UserTurn, own_ids
from ccr.protocols.shared.names import upstream_name
from ccr.protocols.shared.notes import left_out, missing
from ccr.wire import json

Message = dict[str, Any]

STOPS = 5
"""More stop sequences are refused; the router honours the rest itself."""

_THINKS = re.compile(r"reasoning|command-a-plus")


def encode(call: Call) -> Payload:
    """The whole request; ``call.body`` is not changed. ``call.notes`` says what could not be carried."""
    history = Dialogue(call.body)
    if not history.turns:
        raise BadRequest("messages: there is nothing to answer: each of them is empty.")
    system = "\n\n".join(block["text"] for block in history.system)
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    for turn in history.turns:
        messages += _model_turn(turn, call) if isinstance(turn, ModelTurn) else _user_turn(turn, call)
    out: Payload = {"model": call.target.model, "messages": messages, "stream": call.stream}
    return {**out, **_tools(call), **_params(call), **_thinking(call), **_form(call)}


def _user_turn(turn: UserTurn, call: Call) -> list[Message]:
    own = own_ids(result.call for result in turn.results)
    out = [_result(result, own) for result in turn.results]
    if parts := [_part(piece, call) for piece in turn.with_media()]:
        texts = [part["text"] for part in parts if "text" in part]
        content = "\n\n".join(texts) if len(texts) == len(parts) else parts
        out.append({"role": "user", "content": content})
    return out


def _result(result: Result, own: Mapping[str, str]) -> Message:
    return {"role": "tool", "tool_call_id": _wire_id(result.call, own), "content": result.text()}


def _part(piece: Block, call: Call) -> dict[str, Any]:
    """A plain block; a note in words for what Cohere does not take."""
    if piece["type"] == "text":
        return {"type": "text", "text": piece["text"]}
    if piece["type"] == "image" and call.target.dialect.images:
        return {"type": "image_url", "image_url": {"url": data_url(piece["source"], "image/png")}}
    what = "images" if piece["type"] == "image" else "PDF files"
    return missing(call, piece, f"does not take {what}")


def _model_turn(turn: ModelTurn, call: Call) -> list[Message]:
    message: Message = {"role": "assistant"}
    own = own_ids(turn.calls())
    calls = [_tool_call(block, own) for block in turn.calls()]
    plan, thought = _thought(turn.content, call) if calls else ("", "")
    content = [{"type": "thinking", "thinking": thought}] if thought else []
    if text := turn.text():
        content.append({"type": "text", "text": text})
    if content:
        message["content"] = content
    if calls:
        message |= {"tool_calls": calls, **({"tool_plan": plan} if plan else {})}
    return [message]


def _thought(content: list[Block], call: Call) -> tuple[str, str]:
    """(plan, thinking) of a turn with calls, as far as they are this model's own."""
    plan = thought = ""
    for block in content:
        if not thinking.issued(block.get("signature"), call.target.issuer):
            continue
        said = str(block.get("thinking") or "")
        if thinking.state_of(block.get("signature"), call.target.issuer) == PLAN:
            plan += said
        else:
            thought += said
    return plan, thought


PLAN = "plan"
"""The state in the signature of thinking that was a tool plan."""


def _tool_call(block: Block, own: Mapping[str, str]) -> Message:
    given = block.get("input")
    arguments = json.encode(given if isinstance(given, dict) else {}).decode()
    function = {"name": upstream_name(str(block.get("name"))), "arguments": arguments}
    return {"id": _wire_id(block, own), "type": "function", "function": function}


def _wire_id(call: Block, own: Mapping[str, str]) -> str:
    return ids.short_id(own[str(call.get("id"))])


def _tools(call: Call) -> Payload:
    left_out(call)
    choice = call.body.get("tool_choice") or {}
    offered = [_function(tool) for tool in tools.offered(call.body)]
    match choice.get("type"):
        case "none":
            wanted = "NONE"
        case "any":
            wanted = "REQUIRED"
        case "tool":  # one tool cannot be named, so it alone is offered
            named = upstream_name(str(choice.get("name")))
            offered = [tool for tool in offered if tool["function"]["name"] == named] or offered
            wanted = "REQUIRED"
        case _:
            wanted = ""
    if choice.get("disable_parallel_tool_use") is True:
        call.notes.append("cannot be told to call one tool at a time")
    return {"tools": offered, **({"tool_choice": wanted} if wanted else {})} if offered else {}


def _function(tool: tools.Tool) -> dict[str, Any]:
    described = {"description": tool["description"]} if isinstance(tool.get("description"), str) else {}
    parameters = schema.root(tool.get("input_schema"))
    function = {"name": upstream_name(tool["name"]), **described, "parameters": parameters}
    return {"type": "function", "function": function}


def _params(call: Call) -> Payload:
    body = call.body
    out: Payload = {}
    if (most := answer.limit(call)) is not None:
        out["max_tokens"] = most
    for name, key in (("temperature", "temperature"), ("top_p", "p"), ("top_k", "k")):
        value = body.get(name)
        if call.target.dialect.sampling and isinstance(value, int | float):
            out[key] = value
    if stops := [stop for stop in body.get("stop_sequences") or [] if isinstance(stop, str) and stop]:
        out["stop_sequences"] = stops[:STOPS]
    return out


def _thinking(call: Call) -> Payload:
    """``thinking``, of models that are known to take it: they think unasked, and others refuse it."""
    dialect = call.target.dialect
    if dialect.reasoning != "thinking" and not _THINKS.search(call.target.model):
        return {}
    if not wants_thinking(call.body):
        off = (call.body.get("thinking") or {}).get("type") == "disabled"
        return {"thinking": {"type": "disabled"}} if off else {}
    figure = effort.budget(call.body)
    return {"thinking": {"type": "enabled", **({"token_budget": figure} if figure else {})}}


def _form(call: Call) -> Payload:
    wanted = answer.schema(call.body)
    if wanted is None:
        return {}
    form = {key: value for key, value in wanted.items() if key != "$schema"}
    return {"response_format": {"type": "json_object", "json_schema": form}}
