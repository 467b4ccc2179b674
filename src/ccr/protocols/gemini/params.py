"""Limits, sampling, thinking and the form of the answer: ``generationConfig``."""

from __future__ import annotations

from ccr.anthropic.request import wants_thinking
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.gemini import models
from ccr.protocols.gemini.schema import json_schema, open_api
from ccr.protocols.shared import answer, effort

STOPS = 5
"""More stop sequences are refused; the router honours the rest itself."""

_BUDGET_OF: dict[effort.Effort, int] = {"low": 1024, "medium": 8192}
"""Google's own table for efforts; whatever is higher is all that the model may take."""


def generation_config(call: Call) -> Payload:
    """The whole of it; empty where nothing is asked."""
    config = {**_limit(call), **_sampling(call), **_answer_format(call)}
    if thinking := thinking_config(call):
        config["thinkingConfig"] = thinking
    return config


def thinking_config(call: Call) -> Payload:
    """How the model is told to think. Not asked for, it is switched off where a model takes that."""
    model, wanted = call.target.model, wants_thinking(call.body)
    if not models.thinks(model) or call.target.dialect.reasoning == "off":
        if wanted:
            call.notes.append("this model does not think")
        return {}
    if not wanted:
        if models.thinks_unasked(model):
            return {"thinkingBudget": 0}
        return _least(model) if answer.is_terse(call.body) else {}
    return {"includeThoughts": True, **(_level(call) if models.has_levels(model) else _budget(call))}


def _least(model: str) -> Payload:
    """As little thinking as a model that always thinks can be brought to."""
    if models.has_levels(model):
        return {"thinkingLevel": models.levels(model)[0]}
    return {"thinkingBudget": models.budgets(model)[0]} if "pro" in model.lower() else {}


def _level(call: Call) -> Payload:
    """A level where the client names an effort or a figure, else the model decides."""
    if effort.effort(call.body) is None and effort.budget(call.body) is None:
        return {}
    named = effort.effort_of(call.body)
    known = models.levels(call.target.model)
    return {"thinkingLevel": known[0] if named == "low" else known[1] if named == "medium" else known[-1]}


def _budget(call: Call) -> Payload:
    """The figure that the client names, else that of its effort, at most half of the answer's limit."""
    least, most = models.budgets(call.target.model)
    if (figure := effort.budget(call.body)) is None:
        named = effort.effort(call.body)
        if named is None:
            return {}
        limit = call.body.get("max_tokens")
        figure = _BUDGET_OF.get(named, most)
        figure = min(figure, limit // 2) if isinstance(limit, int) else figure
    return {"thinkingBudget": max(least, min(figure, most))}


def _limit(call: Call) -> Payload:
    most = answer.limit(call)
    return {} if most is None else {"maxOutputTokens": most}


def _sampling(call: Call) -> Payload:
    body, out = call.body, {}
    for name, key in (("temperature", "temperature"), ("top_p", "topP"), ("top_k", "topK")):
        value = body.get(name)
        if call.target.dialect.sampling and isinstance(value, int | float):
            out[key] = value
    stops = [stop for stop in body.get("stop_sequences") or () if isinstance(stop, str) and stop]
    return {**out, "stopSequences": stops[:STOPS]} if stops else out


def _answer_format(call: Call) -> Payload:
    wanted = answer.schema(call.body)
    if wanted is None:
        return {}
    typed: Payload = {"responseMimeType": "application/json"}
    if call.target.dialect.strict_schemas:
        return {**typed, "responseSchema": open_api(wanted)}
    return {**typed, "responseJsonSchema": json_schema(wanted)}
