"""The conversation as input items."""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.ids import client_id
from ccr.config.dialect import Dialect
from ccr.protocols.openai_responses import conversation
from tests.protocols.openai_responses.support import a_call, encoded


def items(*messages: dict[str, Any], **about: Any) -> list[dict[str, Any]]:
    return conversation.items(a_call({"messages": list(messages)}, **about))


def use(tool_id: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": tool_id, "name": "Read", "input": arguments}


def thought(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "thinking", "thinking": "", "signature": thinking.sign(a_call().target.issuer, item)}


def kinds(made: list[dict[str, Any]]) -> list[str]:
    return [item.get("type") or item["role"] for item in made]


ENCRYPTED = {"type": "reasoning", "encrypted_content": "gAAAA", "in": "summary"}
GO = {"role": "user", "content": "Go."}


def test_text_behind_a_call_comes_before_it() -> None:
    said = [use("a"), thought(ENCRYPTED), {"type": "text", "text": "Done."}]
    results = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "x"}]}
    made = items(GO, {"role": "assistant", "content": said}, results)
    assert kinds(made) == ["user", "reasoning", "assistant", "function_call", "function_call_output"]


def test_reasoning_that_nothing_follows_is_left_out() -> None:
    assert kinds(items(GO, {"role": "assistant", "content": [thought(ENCRYPTED)]}, GO)) == ["user", "user"]


def test_a_compaction_item_goes_back_though_nothing_follows() -> None:
    compaction = {"type": "compaction", "encrypted_content": "c"}
    assert items(GO, {"role": "assistant", "content": [thought(compaction)]}, GO)[1] == compaction


def test_a_compacted_history_is_told_in_its_words() -> None:
    block = {"type": "compaction", "content": "So far: nothing."}
    assert items({"role": "assistant", "content": [block]}, GO)[0]["content"] == "So far: nothing."


def test_reasoning_of_another_provider_stays_away() -> None:
    block = {"type": "thinking", "thinking": "Mine.", "signature": thinking.sign("somebody", ENCRYPTED)}
    made = items(GO, {"role": "assistant", "content": [block, {"type": "text", "text": "Yes."}]}, GO)
    assert kinds(made) == ["user", "assistant", "user"]
    assert "Mine." not in str(made)


def test_wrapped_ids_go_back_as_the_provider_gave_them() -> None:
    wrapped = client_id("call_0", {"call_0"})
    result = {"type": "tool_result", "tool_use_id": wrapped, "content": "x"}
    made = items(GO, {"role": "assistant", "content": [use(wrapped)]}, {"role": "user", "content": [result]})
    assert [item["call_id"] for item in made[1:]] == ["call_0", "call_0"]


def test_two_calls_of_one_turn_never_share_an_id() -> None:
    first, second = client_id("call_0", {"call_0"}), client_id("call_0", {"call_0"})
    results = [{"type": "tool_result", "tool_use_id": i, "content": i} for i in (second, first)]
    made = items(
        GO, {"role": "assistant", "content": [use(first), use(second)]}, {"role": "user", "content": results}
    )
    called = {item["call_id"]: n for n, item in enumerate(made) if item.get("type") == "function_call"}
    outputs = {item["call_id"]: item["output"] for item in made if item.get("type") == "function_call_output"}
    assert len(called) == 2
    assert outputs == dict(zip(called, (first, second), strict=True))


def test_an_interrupted_call_is_answered_before_the_next_turn_of_the_assistant() -> None:
    late = {"role": "user", "content": [{"type": "text", "text": "Wait."}]}
    made = items(
        GO, {"role": "assistant", "content": [use("a")]}, late, {"role": "assistant", "content": "Yes."}, GO
    )
    assert kinds(made) == ["user", "function_call", "user", "function_call_output", "assistant", "user"]


def test_late_system_messages_speak_as_the_provider_takes_it() -> None:
    late = {"role": "system", "content": "In French."}
    roles = [
        items(GO, late, dialect=dialect)[1]["role"]
        for dialect in (Dialect(), Dialect(system_role="developer"), Dialect(late_system="user"))
    ]
    assert roles == ["system", "developer", "user"]


def test_long_tool_names_are_shortened_alike_in_calls_and_tools() -> None:
    name = "mcp__" + "n" * 90
    said = {"role": "assistant", "content": [{**use("a"), "name": name}]}
    payload = encoded({"messages": [GO, said], "tools": [{"name": name, "input_schema": {"type": "object"}}]})
    assert payload["input"][1]["name"] == payload["tools"][0]["name"] != name


def test_history_of_another_providers_own_tools_is_left_out() -> None:
    said = [
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
        {"type": "text", "text": "Found."},
    ]
    assert items(GO, {"role": "assistant", "content": said}, GO)[1] == {
        "role": "assistant",
        "content": "Found.",
    }


def test_models_with_phases_hear_which_was_which() -> None:
    said = [{"type": "text", "text": "I look."}, use("a")]
    history = (
        GO,
        {"role": "assistant", "content": said},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "x"}]},
        {"role": "assistant", "content": "It is x."},
        GO,
    )
    for model, phases in (("gpt-5.5", ["commentary", "final_answer"]), ("gpt-5", [None, None])):
        spoken = [item for item in items(*history, model=model) if item.get("role") == "assistant"]
        assert [item.get("phase") for item in spoken] == phases
