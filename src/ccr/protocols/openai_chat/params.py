"""Limits, sampling, reasoning and the form of the answer."""

from __future__ import annotations

import re
from typing import Any

from ccr.anthropic.request import Body, wants_thinking
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.shared import answer, effort, models, schema
from ccr.wire import json

_NEWER = re.compile(r"(?:^|/)(?:gpt-(?P<major>[5-9]|[1-9]\d)(?:\.(?P<minor>\d+))?|o\d)(?![a-z\d])")
_TAKES_EFFORT = re.compile(r"(?:^|/)(?:gpt-oss|grok-3-mini)")
_IN_WORDS = "Answer with one JSON object and nothing else. It must fit this JSON Schema:"
_NO_EFFORT = re.compile(r"-chat|o1-mini|o1-preview")


def limits(call: Call) -> Payload:
    """The most tokens the answer may have, under the name that the model takes."""
    limit = answer.limit(call)
    if limit is None:
        return {}
    field = "max_completion_tokens" if _counts_completion(call.target.model) else "max_tokens"
    return {call.target.dialect.max_tokens_field or field: limit}


def sampling(call: Call) -> Payload:
    """``temperature``, ``top_p``, ``top_k`` and ``stop``; models of the reasoning kind take none of them."""
    body, dialect = call.body, call.target.dialect
    if _counts_completion(call.target.model):
        return {}
    out: Payload = {}
    wanted = [("temperature", dialect.sampling), ("top_p", dialect.sampling), ("top_k", dialect.top_k)]
    for key, taken in wanted:
        value = body.get(key)
        if taken and isinstance(value, int | float):
            out[key] = value
    stops = [stop for stop in body.get("stop_sequences") or [] if isinstance(stop, str) and stop]
    if stops[: dialect.stop]:
        out["stop"] = stops[: dialect.stop]
    return out


def reasoning(call: Call, *, with_tools: bool) -> Payload:
    """How the provider is told to think; nothing unless thinking is asked for or refused."""
    wanted = wants_thinking(call.body)
    match call.target.dialect.reasoning:
        case "effort":
            return _effort(call, wanted=wanted, with_tools=with_tools)
        case "openrouter" if wanted:
            return {"reasoning": _openrouter(call.body)}
        case "openrouter" if answer.is_terse(call.body) and not models.always_thinks(call.target.model):
            return {"reasoning": {"enabled": False}}
        case "thinking" if wanted or _switched_off(call.body):
            return {"thinking": {"type": "enabled" if wanted else "disabled"}}
        case "enable_thinking" if wanted or _switched_off(call.body):
            return {"enable_thinking": wanted}
        case _:
            return {}


def answer_format(call: Call) -> Payload:
    """``response_format`` for a JSON schema of the answer."""
    wanted = _answer_schema(call)
    if wanted is None:
        return {}
    if not call.target.dialect.json_schema:
        return {"response_format": {"type": "json_object"}}
    named: dict[str, Any] = {"name": "answer", "schema": wanted}
    if schema.is_strict(wanted):
        named["strict"] = True
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def schema_in_words(call: Call) -> str:
    """The schema of the answer for providers that take none; empty when it goes another way."""
    wanted = _answer_schema(call)
    if wanted is None or call.target.dialect.json_schema:
        return ""
    return f"{_IN_WORDS}\n{json.encode(wanted).decode()}"


def _answer_schema(call: Call) -> dict[str, Any] | None:
    found = answer.schema(call.body)
    return None if found is None else {key: value for key, value in found.items() if key != "$schema"}


def _counts_completion(model: str) -> bool:
    """OpenAI's newer models, all of which call the limit ``max_completion_tokens`` and take no sampling."""
    return _NEWER.search(model) is not None


def _effort(call: Call, *, wanted: bool, with_tools: bool) -> Payload:
    model = call.target.model
    if with_tools and not call.target.dialect.effort_with_tools and _refuses_tools(model):
        if wanted:
            call.notes.append(
                "this model does not think beside tools on Chat Completions; openai_responses can"
            )
        return {"reasoning_effort": "none"}
    if not wanted:
        return _least_effort(call) if answer.is_terse(call.body) else {}
    asked, levels = effort.effort_of(call.body), call.target.dialect.efforts
    if levels:
        return {"reasoning_effort": effort.nearest(asked, levels)}
    return {"reasoning_effort": models.effort_for(model, asked)} if _takes_effort(model) else {}


def _least_effort(call: Call) -> Payload:
    """As little thinking as the model can be brought to."""
    model, levels = call.target.model, call.target.dialect.efforts
    if levels:
        return {"reasoning_effort": effort.least(levels)}
    if not _takes_effort(model):
        return {}
    return {"reasoning_effort": models.least_effort(model)}


def _takes_effort(model: str) -> bool:
    known = models.reasons(model) or _TAKES_EFFORT.search(model)
    return bool(known) and not _NO_EFFORT.search(model)


def _refuses_tools(model: str) -> bool:
    """OpenAI's Chat Completions refuses tools beside any effort but ``none`` since gpt-5.2."""
    found = _NEWER.search(model)
    if not found or not found["major"] or _NO_EFFORT.search(model):
        return False
    return (int(found["major"]), int(found["minor"] or 0)) >= (5, 2)


def _openrouter(body: Body) -> dict[str, Any]:
    """OpenRouter takes one of ``max_tokens`` and ``effort``, never both."""
    if figure := effort.budget(body):
        return {"max_tokens": figure}
    level = effort.effort(body)
    return {"effort": "xhigh" if level == "max" else level} if level else {"enabled": True}


def _switched_off(body: Body) -> bool:
    thinking = body.get("thinking")
    return isinstance(thinking, dict) and thinking.get("type") == "disabled"
