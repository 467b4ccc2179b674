"""Reasoning of earlier turns: back to whoever gave it, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.anthropic import thinking
from tests.protocols.openai_chat.support import a_call, messages

ISSUER = a_call().target.issuer
CALL = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}
FOREIGN = {"type": "thinking", "thinking": "Elsewhere.", "signature": "EqRealSignature"}


def thought(text: str, state: Any = None, issuer: str = ISSUER) -> dict[str, Any]:
    return {"type": "thinking", "thinking": text, "signature": thinking.sign(issuer, state)}


def turn(*said: dict[str, Any], **about: Any) -> dict[str, Any]:
    return messages(
        {"role": "user", "content": "Hi."}, {"role": "assistant", "content": list(said)}, **about
    )[1]


def test_reasoning_content_goes_back_with_calls_alone_and_whoever_thought_it() -> None:
    about = {"replay": "reasoning_content"}
    assert turn(thought("Mine."), FOREIGN, CALL, **about)["reasoning_content"] == "Mine.Elsewhere."
    assert "reasoning_content" not in turn(FOREIGN, {"type": "text", "text": "So."}, **about)
    assert turn(CALL, **about)["reasoning_content"] == ""


def test_details_get_their_text_back() -> None:
    signed = {"type": "reasoning.text", "signature": "Eq", "format": "anthropic-claude-v1", "index": 0}
    said = turn(thought("Hm.", {"details": [signed], "text": 0}), CALL, replay="reasoning_details")
    assert said["reasoning_details"] == [{**signed, "text": "Hm."}]
    summary = {"type": "reasoning.summary", "index": 0}
    said = turn(thought("Hm.", {"details": [summary], "text": 0}), CALL, replay="reasoning_details")
    assert said["reasoning_details"] == [{**summary, "summary": "Hm."}]


def test_signed_details_go_back_without_being_asked_for_and_plain_ones_do_not() -> None:
    encrypted = {"type": "reasoning.encrypted", "data": "gAAA", "id": "rs_1"}
    assert turn(thought("", {"details": [encrypted]}), CALL)["reasoning_details"] == [encrypted]
    assert "reasoning_details" not in turn(
        thought("Hm.", {"details": [{"type": "reasoning.text"}], "text": 0}), CALL
    )


def test_reasoning_without_details_goes_back_as_text() -> None:
    assert turn(thought("Hm."), FOREIGN, CALL, replay="reasoning_details")["reasoning"] == "Hm."
    assert turn(thought("Hm."), CALL, replay="reasoning")["reasoning"] == "Hm."


def test_google_s_signatures_go_back_to_their_calls() -> None:
    other = {**CALL, "id": "toolu_2"}
    said = turn(thought("", {"calls": {"toolu_2": "c2ln"}}), CALL, other)
    assert "extra_content" not in said["tool_calls"][0]
    assert said["tool_calls"][1]["extra_content"] == {"google": {"thought_signature": "c2ln"}}
    assert turn(thought("", {"message": "c2ln"}), CALL)["extra_content"] == {
        "google": {"thought_signature": "c2ln"}
    }


@pytest.mark.parametrize("replay", ["none", "reasoning_details", "reasoning", "reasoning_content"])
def test_another_provider_s_state_is_never_sent(replay: str) -> None:
    state = {"details": [{"type": "reasoning.encrypted", "data": "SECRET"}], "calls": {"toolu_1": "SECRET"}}
    said = turn(thought("Hm.", state, issuer="0123456789ab"), FOREIGN, CALL, replay=replay)
    assert "SECRET" not in str(said)
    assert "EqRealSignature" not in str(said)
    assert said["content"] is None


def test_a_turn_that_only_thought_is_left_out() -> None:
    assert len(messages({"role": "user", "content": "Hi."}, {"role": "assistant", "content": [FOREIGN]})) == 1
