"""What of earlier thinking goes to an Anthropic upstream, and when it may not be told to think."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols.anthropic import PROTOCOL

OURS = {"type": "thinking", "thinking": "a", "signature": "ccr1.x."}
SIGNED = {"type": "thinking", "thinking": "b", "signature": "ErUB"}
REDACTED = {"type": "redacted_thinking", "data": "ErUB"}
TEXT = {"type": "text", "text": "I read."}
USE = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "text"}
BUDGET = {"type": "enabled", "budget_tokens": 4000}
EDITS = {"edits": [{"type": "clear_thinking_20251015"}, {"type": "clear_tool_uses_20250919"}]}


def a_call(content: Any, thinking: Any = BUDGET, model: str = "claude-sonnet-4-5", **more: Any) -> Call:
    messages = [
        {"role": "user", "content": "Read it."},
        {"role": "assistant", "content": content},
        {"role": "user", "content": [RESULT]},
        {"role": "system", "content": "Take care."},
    ]
    target = Target(Provider("p", "http://x", "anthropic"), model)
    body: Any = {"messages": messages, "thinking": thinking, **more}
    return Call(target, body, stream=True, raw=b"{}")


@pytest.mark.parametrize("content", [[USE], [TEXT, USE], [OURS, TEXT, USE], [TEXT, SIGNED, USE]])
def test_claude_is_not_told_to_think_in_a_turn_that_began_without(content: list[Any]) -> None:
    call = a_call(content, context_management=EDITS)
    assert PROTOCOL.relay(call) is None
    sent = PROTOCOL.encode(call)
    assert "thinking" not in sent
    assert sent["context_management"] == {"edits": [EDITS["edits"][1]]}
    assert call.notes == ["does not think in this turn"]


def test_edits_of_thinking_alone_go_with_it() -> None:
    sent = PROTOCOL.encode(a_call([USE], context_management={"edits": EDITS["edits"][:1]}))
    assert "context_management" not in sent


@pytest.mark.parametrize(
    ("content", "about"),
    [
        ([SIGNED, USE], {}),
        ([REDACTED, TEXT, USE], {}),
        ([TEXT], {}),
        ("I read.", {}),
        ([USE], {"thinking": {"type": "adaptive"}}),
        ([USE], {"thinking": {"type": "disabled"}}),
        ([USE], {"model": "glm-4.7"}),
    ],
)
def test_other_turns_go_out_as_they_came(content: Any, about: dict[str, Any]) -> None:
    call = a_call(content, **about)
    assert PROTOCOL.relay(call) is not None
    assert PROTOCOL.encode(call) == {**call.body, "model": call.target.model}
    assert not call.notes
