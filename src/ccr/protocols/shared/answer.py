"""What a request says of its answer: how long it may be, and which schema it has to fit."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Body
from ccr.exchange import Call
from ccr.protocols.shared import models

TERSE = 512
"""Tokens of an answer that is a word or two, such as the verdicts Claude Code's auto mode asks for."""

ROOM = 4_096
"""Tokens for what a model thinks although it is told not to: such an answer would end before it begins."""


def is_terse(body: Body) -> bool:
    """Whether a few words up to a mark are wanted and no thinking, as by the client's classifier."""
    thinking, limit = body.get("thinking"), body.get("max_tokens")
    disabled = isinstance(thinking, dict) and thinking.get("type") == "disabled"
    return disabled and isinstance(limit, int) and limit <= TERSE and bool(body.get("stop_sequences"))


def limit(call: Call) -> int | None:
    """The most tokens that may come: what is asked for, lowered to what is known to be refused above."""
    wanted = call.body.get("max_tokens")
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        return None
    if is_terse(call.body) and models.always_thinks(call.target.model):
        wanted += ROOM
    known = (wanted, call.target.dialect.max_output, _model_limit(call))
    return min((figure for figure in known if figure), default=wanted)


def _model_limit(call: Call) -> int | None:
    """The model's own limit, above which its maker answers 400; an unknown gateway may serve another."""
    provider = call.target.provider
    return provider.facts_of(call.target.model).max_output if provider.preset else None


def schema(body: Body) -> dict[str, Any] | None:
    """The JSON Schema of the answer, when one is asked for."""
    config = body.get("output_config")
    wanted = (config.get("format") if isinstance(config, dict) else None) or body.get("output_format")
    if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
        return None
    found = wanted.get("schema")
    return found if isinstance(found, dict) else None
