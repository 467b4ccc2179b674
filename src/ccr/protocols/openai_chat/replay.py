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


def reasoning_fields(said: list[Block], call: Call, *, calling: bool) -> Message:
    """What an assistant message carries of its turn's thinking, beside its content."""
    thoughts = [block for block in said if block.get("type") == "thinking"]
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


def message_extras(said: list[Block], call: Call) -> Message:
    """The signature that Google's compatible endpoint gave the message as a whole."""
    states = (_state(block, call) for block in said if block.get("type") == "thinking")
    signature = next((found for state in states if (found := state.get("message"))), None)
    return {"extra_content": {"google": {"thought_signature": signature}}} if signature else {}


def call_extras(said: list[Block], calls: list[Message], call: Call) -> list[Message]:
    """The calls with the thought signatures that Google's compatible endpoint gave them."""
    signatures: dict[str, str] = {}
    for block in said:
        if block.get("type") == "thinking":
            signatures |= _state(block, call).get("calls") or {}
    if not signatures:
        return calls
    uses = (block for block in said if block.get("type") == "tool_use")
    return [_signed(made, signatures.get(str(use.get("id")))) for made, use in zip(calls, uses, strict=True)]


def _signed(made: Message, signature: str | None) -> Message:
    return {**made, "extra_content": {"google": {"thought_signature": signature}}} if signature else made


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
