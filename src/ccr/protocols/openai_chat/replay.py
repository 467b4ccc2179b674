"""Reasoning of earlier turns, given back to the provider it came from (CONTRACT §8).

Our thinking signatures hold the state: ``{"details": [...], "text": n}`` (the ``n``-th detail has the block's
text), Google's signatures of single calls, ``{"calls": {client's id: signature}}``, or of the message as a
whole, ``{"message": signature}``.
"""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.request import Block
from ccr.exchange import Call

Message = dict[str, Any]


def reasoning_fields(thoughts: list[Block], call: Call, *, calling: bool) -> Message:
    """What an assistant message carries of its turn's thinking, beside its content."""
    replay = call.target.dialect.replay
    if not thoughts:
        # In thinking mode DeepSeek and its kin refuse calls without the field, be it empty.
        return {"reasoning_content": ""} if replay == "reasoning_content" and calling else {}
    if details := _details(thoughts, call, plain=replay == "reasoning_details"):
        return {"reasoning_details": details}
    if replay == "reasoning_details":
        own = "".join(_text(b) for b in thoughts if thinking.issued(b.get("signature"), call.target.issuer))
        return {"reasoning": own} if own else {}
    if replay == "none" or not calling:
        return {}
    text = "".join(map(_text, thoughts))
    return {replay: text} if text or replay == "reasoning_content" else {}


def give_signatures_back(message: Message, thoughts: list[Block], uses: list[Block], call: Call) -> None:
    """Puts the signatures of Google's compatible endpoint where they were: on calls, on the message."""
    for state in (_state(block, call) for block in thoughts):
        signatures = state.get("calls") or {}
        for use, made in zip(uses, message.get("tool_calls") or (), strict=False):
            if signature := signatures.get(str(use.get("id"))):
                made["extra_content"] = _extra(signature)
        if state.get("message"):
            message["extra_content"] = _extra(state["message"])


def _extra(signature: str) -> Message:
    return {"google": {"thought_signature": signature}}


def _details(thoughts: list[Block], call: Call, *, plain: bool) -> list[Message]:
    """The details of a turn. Signed ones go back to their issuer always, plain text only where wanted."""
    details = [detail for block in thoughts for detail in _details_of(block, call)]
    return details if plain or any(d.get("signature") or d.get("data") for d in details) else []


def _details_of(block: Block, call: Call) -> list[Message]:
    state = _state(block, call)
    details = [dict(detail) for detail in state.get("details") or ()]
    place = state.get("text")
    if isinstance(place, int) and place < len(details):
        key = "summary" if details[place].get("type") == "reasoning.summary" else "text"
        details[place][key] = _text(block)
    return details


def _state(block: Block, call: Call) -> Message:
    state = thinking.state_of(block.get("signature"), call.target.issuer)
    return state if isinstance(state, dict) else {}


def _text(block: Block) -> str:
    text = block.get("thinking")
    return text if isinstance(text, str) else ""
