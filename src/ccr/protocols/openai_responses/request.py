"""A Messages request in the words of Responses."""

from __future__ import annotations

import hashlib
from typing import Any

from ccr.anthropic.request import wants_thinking
from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.openai_responses import conversation, tools
from ccr.protocols.shared import answer, schema
from ccr.protocols.shared.effort import effort, effort_of
from ccr.protocols.shared.models import can_rest, effort_for, is_plain, least_effort, reasons
from ccr.protocols.shared.system import system_text
from ccr.wire import json

LEAST_OUTPUT = 16
LONGEST_CACHE_KEY = 64


def encode(call: Call) -> Payload:
    """The whole body. Raises ``BadRequest`` when nothing is said in the request."""
    items = conversation.items(call)
    if not items:
        raise BadRequest("messages: there is nothing to answer; at least one message must have content.")
    payload: Payload = {"model": call.target.model, "stream": call.stream, "store": False}
    if instructions := _instructions(call):
        payload["instructions"] = instructions
    payload["input"] = items
    listed = tools.listed(call)
    return (
        payload
        | _tools(call, listed)
        | _reasoning(call, listed)
        | _limits(call)
        | _format(call)
        | _session(call)
    )


def _instructions(call: Call) -> str:
    """The system prompt; where a schema cannot be given as such, it is told in words behind it."""
    system, wanted = system_text(call.body), answer.schema(call.body)
    if wanted is None or call.target.dialect.json_schema:
        return system
    call.notes.append("the JSON schema of the answer is told in words")
    words = f"Answer with one JSON object of this JSON Schema, and nothing else:\n{_as_text(wanted)}"
    return f"{system}\n\n{words}" if system else words


def _tools(call: Call, listed: list[tools.Tool]) -> Payload:
    if not listed:
        return {}
    payload: Payload = {"tools": listed}
    if (choice := tools.choice(call.body, listed)) is not None:
        payload["tool_choice"] = choice
    if tools.forbids_parallel(call.body) and call.target.dialect.parallel_tool_calls:
        payload["parallel_tool_calls"] = False
    return payload


def _reasoning(call: Call, listed: list[tools.Tool]) -> Payload:
    """How hard to think, and that what was thought is to come back encrypted: nothing is stored there."""
    include = ["web_search_call.action.sources"] if tools.searches(listed) else []
    if is_plain(call.target.model):
        return {"include": include} if include else {}
    return {"include": ["reasoning.encrypted_content", *include]} | _thinking(call)


def _thinking(call: Call) -> Payload:
    """Thinking that is asked for, or switched off; else an effort asked of a model that reasons anyway."""
    model, body = call.target.model, call.body
    if call.target.dialect.reasoning == "off":
        return {}
    if wants_thinking(body):
        wanted: Payload = {"effort": effort_for(model, effort_of(body))}
        shown = body["thinking"].get("display") != "omitted"
        return {"reasoning": wanted | ({"summary": "auto"} if shown else {})}
    thinking = body.get("thinking")
    if isinstance(thinking, dict) and thinking.get("type") == "disabled":
        terse = can_rest(model) or (answer.is_terse(body) and reasons(model))
        return {"reasoning": {"effort": least_effort(model)}} if terse else {}
    named = effort(body) if reasons(model) else None
    return {"reasoning": {"effort": effort_for(model, named)}} if named else {}


def _limits(call: Call) -> Payload:
    """How long the answer may be, and its sampling. The router itself honours stop sequences."""
    body, dialect = call.body, call.target.dialect
    payload: Payload = {}
    if (limit := answer.limit(call)) is not None:
        payload["max_output_tokens"] = max(LEAST_OUTPUT, limit)
    if dialect.sampling and not reasons(call.target.model):
        payload |= {key: body[key] for key in ("temperature", "top_p") if body.get(key) is not None}
    return payload


def _format(call: Call) -> Payload:
    wanted = answer.schema(call.body)
    if wanted is None:
        return {}
    if not call.target.dialect.json_schema:
        return {"text": {"format": {"type": "json_object"}}}
    form = {"type": "json_schema", "name": "answer", "schema": wanted, "strict": schema.is_strict(wanted)}
    return {"text": {"format": form}}


def _session(call: Call) -> Payload:
    """Requests of one session go to the same machine, where their prompts are cached."""
    if not call.session or not call.target.dialect.prompt_cache_key:
        return {}
    if len(call.session) <= LONGEST_CACHE_KEY:
        return {"prompt_cache_key": call.session}
    return {"prompt_cache_key": hashlib.sha256(call.session.encode("utf-8", "replace")).hexdigest()}


def _as_text(value: dict[str, Any]) -> str:
    return json.encode(value).decode()
