"""A Messages request as a request to ``/api/chat``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.request import Block, wants_thinking
from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.shared import answer, effort, schema, tools
from ccr.protocols.shared.dialogue import Dialogue, ModelTurn, Result, UserTurn, own_ids
from ccr.protocols.shared.notes import left_out, missing

Message = dict[str, Any]


def encode(call: Call) -> Payload:
    """The whole request; ``call.body`` is not changed. ``call.notes`` says what could not be carried."""
    history = Dialogue(call.body)
    if not history.turns:
        raise BadRequest("messages: there is nothing to answer: each of them is empty.")
    system = "\n\n".join(block["text"] for block in history.system)
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    for turn in history.turns:
        messages += _model_turn(turn, call) if isinstance(turn, ModelTurn) else _user_turn(turn, call)
    # Without `stream` it streams.
    out: Payload = {"model": call.target.model, "messages": messages, "stream": call.stream}
    return {**out, **_tools(call), **_form(call), **_thinking(call), **_options(call)}


def _user_turn(turn: UserTurn, call: Call) -> list[Message]:
    own = own_ids(result.call for result in turn.results)
    out = [_result(result, own) for result in turn.results]
    pieces = [_carried(piece, call) for piece in turn.with_media()]
    images = [piece["source"]["data"] for piece in pieces if piece["type"] == "image"]
    text = "\n\n".join(piece["text"] for piece in pieces if piece["type"] == "text")
    if text or images:
        out.append({"role": "user", "content": text, **({"images": images} if images else {})})
    return out


def _result(result: Result, own: Mapping[str, str]) -> Message:
    return {
        "role": "tool",
        "tool_name": str(result.call.get("name")),
        "tool_call_id": own[str(result.call.get("id"))],
        "content": result.text(),
    }


def _model_turn(turn: ModelTurn, call: Call) -> list[Message]:
    message: Message = {"role": "assistant", "content": turn.text()}
    if call.target.dialect.replay != "none" and (thought := _thought(turn, call)):
        message["thinking"] = thought
    if calls := turn.calls():
        own = own_ids(calls)
        message["tool_calls"] = [_tool_call(block, own) for block in calls]
    return [message]


def _thought(turn: ModelTurn, call: Call) -> str:
    """The model's own thinking of a turn with calls; of others it has no use for it."""
    if not turn.calls():
        return ""
    own = (b for b in turn.content if thinking.issued(b.get("signature"), call.target.issuer))
    return "".join(str(block.get("thinking") or "") for block in own)


def _tool_call(block: Block, own: Mapping[str, str]) -> Message:
    given = block.get("input")
    function = {"name": str(block.get("name")), "arguments": given if isinstance(given, dict) else {}}
    return {"id": own[str(block.get("id"))], "function": function}


def _carried(piece: Block, call: Call) -> Block:
    """The piece, or a note in its place: images come as bytes, and documents not at all."""
    if piece["type"] == "text":
        return piece
    if piece["type"] == "image" and not call.target.dialect.images:
        return missing(call, piece, "does not take images")
    if piece["type"] == "image" and piece["source"]["type"] == "base64":
        return piece
    return missing(call, piece, "cannot open it")


def _tools(call: Call) -> Payload:
    left_out(call)
    choice = (call.body.get("tool_choice") or {}).get("type")
    if choice in ("any", "tool"):
        call.notes.append("cannot be told to call a tool")
    offered = [] if choice == "none" else [_function(tool) for tool in tools.offered(call.body)]
    return {"tools": offered} if offered else {}


def _function(tool: Mapping[str, Any]) -> dict[str, Any]:
    described = {"description": tool["description"]} if isinstance(tool.get("description"), str) else {}
    function = {"name": tool["name"], **described, "parameters": schema.root(tool.get("input_schema"))}
    return {"type": "function", "function": function}


def _form(call: Call) -> Payload:
    wanted = answer.schema(call.body)
    return {} if wanted is None else {"format": wanted}


def _thinking(call: Call) -> Payload:
    """``think``. Asked of a model that cannot, it is a 400, so only those known to take it get it."""
    dialect = call.target.dialect
    if not wants_thinking(call.body):
        off = (call.body.get("thinking") or {}).get("type") == "disabled"
        return {"think": False} if off else {}
    levels = dialect.efforts or (("low", "medium", "high") if "gpt-oss" in call.target.model else ())
    if levels:
        return {"think": effort.nearest(effort.effort_of(call.body), levels)}
    return {"think": True} if dialect.reasoning in ("thinking", "enable_thinking") else {}


def _options(call: Call) -> Payload:
    """``options``: the request's over those of the provider (``num_ctx``, …), and ``keep_alive``."""
    body, given = call.body, call.target.provider.options
    own = given.get("options")
    out: dict[str, Any] = dict(own) if isinstance(own, Mapping) else {}
    if "num_ctx" in given:
        out["num_ctx"] = given["num_ctx"]
    if (most := answer.limit(call)) is not None:
        out["num_predict"] = most
    for name in ("temperature", "top_p", "top_k"):
        if call.target.dialect.sampling and isinstance(body.get(name), int | float):
            out[name] = body.get(name)
    if stops := [stop for stop in body.get("stop_sequences") or [] if isinstance(stop, str) and stop]:
        out["stop"] = stops
    kept = {"keep_alive": given["keep_alive"]} if "keep_alive" in given else {}
    return {**({"options": out} if out else {}), **kept}
