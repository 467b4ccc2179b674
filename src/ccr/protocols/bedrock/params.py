"""Limits, sampling, thinking and the form of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.anthropic.request import wants_thinking
from ccr.exchange import Call
from ccr.protocols.bedrock import models
from ccr.protocols.contract import Payload
from ccr.protocols.shared import answer, effort
from ccr.wire import json

_BUDGETS: Mapping[effort.Effort, int] = {
    "low": 1024,
    "medium": 8192,
    "high": 16384,
    "xhigh": 32768,
    "max": 65536,
}
"""Tokens that a Claude may think where only an effort is named."""

_LEVELS: Mapping[models.Family, tuple[effort.Level, ...]] = {"nova": ("low", "medium")}
"""Nova takes no limit and no sampling beside ``high``, and a limit is always sent."""

_LEAST = 1024
"""Claude's smallest budget; it must leave room for the answer."""


def inference_config(call: Call) -> Payload:
    """``inferenceConfig``; nothing where nothing is asked."""
    body = call.body
    out: Payload = {}
    if (most := answer.limit(call)) is not None:
        out["maxTokens"] = max(most, 1)
    for name, key in (("temperature", "temperature"), ("top_p", "topP")):
        value = body.get(name)
        if call.target.dialect.sampling and isinstance(value, int | float):
            out[key] = value
    if stops := _stops(call):
        out["stopSequences"] = stops
    return {"inferenceConfig": out} if out else {}


def model_fields(call: Call, messages: list[dict[str, Any]]) -> Payload:
    """``additionalModelRequestFields``: what each family of models has of its own."""
    fields = _thinking(call, messages)
    top_k = call.body.get("top_k")
    if isinstance(top_k, int) and call.target.dialect.sampling:
        match models.family(call):
            case "claude":
                fields["top_k"] = top_k
            case "nova":
                fields["inferenceConfig"] = {"topK": top_k}
    out: Payload = {"additionalModelRequestFields": fields} if fields else {}
    if models.family(call) == "claude" and _stops(call):
        # Which of them was met is told nowhere else.
        out["additionalModelResponseFieldPaths"] = [
            "/delta/stop_sequence" if call.stream else "/stop_sequence"
        ]
    return out


def output_config(call: Call) -> Payload:
    """``outputConfig`` for a JSON schema of the answer."""
    wanted = answer.schema(call.body)
    if wanted is None:
        return {}
    schema = json.encode({key: value for key, value in wanted.items() if key != "$schema"}).decode()
    form = {"type": "json_schema", "structure": {"jsonSchema": {"name": "answer", "schema": schema}}}
    return {"outputConfig": {"textFormat": form}}


def _stops(call: Call) -> list[str]:
    stops = [stop for stop in call.body.get("stop_sequences") or [] if isinstance(stop, str) and stop.strip()]
    return stops[: call.target.dialect.stop]


def _thinking(call: Call, messages: list[dict[str, Any]]) -> Payload:
    if not wants_thinking(call.body) or call.target.dialect.reasoning == "off":
        return {}
    levels = call.target.dialect.efforts or _LEVELS.get(models.family(call), ("low", "medium", "high"))
    level = effort.nearest(effort.effort_of(call.body), levels)
    match models.family(call):
        case "claude":
            return _claude(call, messages)
        case "nova" if models.nova_thinks(call):
            return {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": level}}
        case "qwen":
            return {"reasoning_config": level}
        case "gpt-oss":
            return {"reasoning_effort": level}
        case _:
            call.notes.append("this model is not known to think on request")
            return {}


def _claude(call: Call, messages: list[dict[str, Any]]) -> Payload:
    if models.is_adaptive(call) and not _is_forced(call):
        named = effort.effort(call.body)
        return {"thinking": {"type": "adaptive"}, **({"output_config": {"effort": named}} if named else {})}
    budget = effort.budget(call.body) or _BUDGETS[effort.effort_of(call.body)]
    room = (answer.limit(call) or budget + _LEAST) - 1
    if room < _LEAST or _began_unthinking(messages) or _is_forced(call):
        call.notes.append("does not think in this turn")
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": max(_LEAST, min(budget, room))}}


def _began_unthinking(messages: list[dict[str, Any]]) -> bool:
    """The turn that goes on began with calls and no thinking of this model: Claude refuses to think then."""
    last = messages[-2:]
    if len(last) < 2 or not any("toolResult" in part for part in last[1]["content"]):
        return False
    return "reasoningContent" not in last[0]["content"][0]


def _is_forced(call: Call) -> bool:
    """A call is demanded: Claude refuses to think then."""
    return (call.body.get("tool_choice") or {}).get("type") in ("any", "tool")
