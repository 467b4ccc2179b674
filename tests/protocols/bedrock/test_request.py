"""Requests in Converse's words. botocore's own model of the service is the judge of their shape."""

from __future__ import annotations

import base64
import copy
from functools import cache
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.bedrock import PROTOCOL
from ccr.protocols.bedrock.history import BEFORE
from ccr.protocols.bedrock.parts import WITH_DOCUMENT
from ccr.wire.json import encode
from tests.protocols.support import PDF, PNG, a_call, conversations, golden

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
NEW_CLAUDE = "us.anthropic.claude-sonnet-4-6"
NOVA = "us.amazon.nova-2-lite-v1:0"
LLAMA = "meta.llama3-3-70b-instruct-v1:0"
MODELS = st.sampled_from([CLAUDE, NOVA, LLAMA])
READ = {"name": "Read", "description": "Reads.", "input_schema": {"type": "object", "properties": {}}}
EPHEMERAL = {"type": "ephemeral"}


def call_of(body: dict[str, Any], model: str = CLAUDE, **about: Any) -> Call:
    return a_call("bedrock", body, model=model, **about)


def encoded(body: dict[str, Any], model: str = CLAUDE, **about: Any) -> dict[str, Any]:
    payload = PROTOCOL.encode(call_of(body, model, **about))
    assert valid(payload) == ""
    return payload


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def calling(call_id: str, name: str = "Read") -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": {"a": 1}}


def result(call_id: str, content: Any = "ok", **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}


@cache
def _shape() -> Any:
    return Session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape


def valid(payload: dict[str, Any]) -> str:
    """What botocore finds wrong with a request; empty for nothing."""
    report = ParamValidator().validate({"modelId": "m", **_with_blobs(payload)}, _shape())
    return str(report.generate_report()) if report.has_errors() else ""


def _with_blobs(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_blobs(item) for item in value]
    if not isinstance(value, dict):
        return value
    blobs = ("bytes", "redactedContent")
    return {key: base64.b64decode(v) if key in blobs else _with_blobs(v) for key, v in value.items()}


@pytest.mark.parametrize(("name", "pair"), golden("bedrock", "requests"))
def test_golden_requests(name: str, pair: dict[str, Any]) -> None:
    assert encoded(pair["asked"], pair["model"]) == pair["payload"], name


@given(conversations(), MODELS)
def test_every_conversation_is_valid_and_takes_turns(messages: list[dict[str, Any]], model: str) -> None:
    payload = encoded({"messages": messages, "tools": [READ]}, model)
    roles = [message["role"] for message in payload["messages"]]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2)
    for message in payload["messages"]:
        assert message["content"]
        assert all(part.get("text", "x").strip() for part in message["content"])


@given(conversations(), MODELS)
def test_the_turn_after_calls_answers_each_first_and_once(messages: list[dict[str, Any]], model: str) -> None:
    waiting: list[str] = []
    for message in encoded({"messages": messages}, model)["messages"]:
        content = message["content"]
        answers = [part["toolResult"]["toolUseId"] for part in content if "toolResult" in part]
        assert answers == waiting[: len(answers)]
        if message["role"] == "user":
            assert answers == waiting
            assert all("toolResult" in part for part in content[: len(answers)])
        waiting = [part["toolUse"]["toolUseId"] for part in content if "toolUse" in part]


@given(conversations(), MODELS)
def test_a_growing_conversation_grows_at_its_end(messages: list[dict[str, Any]], model: str) -> None:
    whole = encode(encoded({"messages": messages}, model)["messages"])
    for end in range(1, len(messages) + 1):
        if messages[end - 1]["role"] == "assistant":
            continue  # a request never ends there
        earlier = encode(encoded({"messages": messages[:end]}, model)["messages"])
        assert whole.startswith(earlier.removesuffix(b"]}]"))


@given(conversations(), MODELS)
def test_encoding_leaves_the_request_alone(messages: list[dict[str, Any]], model: str) -> None:
    body = {"messages": messages, "tools": [READ], "thinking": {"type": "adaptive"}}
    before = copy.deepcopy(body)
    encoded(body, model)
    assert body == before


def test_nothing_to_answer_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="nothing to answer"):
        encoded({"messages": [user(said(" "))]})


def test_a_conversation_begins_with_the_user() -> None:
    (first, second) = encoded({"messages": [{"role": "assistant", "content": "Hi."}]})["messages"]
    assert first == {"role": "user", "content": [{"text": BEFORE}]}
    assert second == {"role": "assistant", "content": [{"text": "Hi."}]}


def test_a_beginning_to_be_continued_ends_in_no_blank() -> None:
    messages = [user(said("Go")), {"role": "assistant", "content": "Well, \n"}]
    assert encoded({"messages": messages})["messages"][-1]["content"] == [{"text": "Well,"}]


# Content.


def test_images_and_documents_go_as_bytes_and_results_carry_them() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": PNG}}
    pdf = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}}
    messages = [
        user(pdf, image),
        {"role": "assistant", "content": [calling("t")]},
        user(result("t", [said("see"), image, pdf])),
    ]
    sent = encoded({"messages": messages})["messages"]
    document = {"document": {"format": "pdf", "name": "document", "source": {"bytes": PDF}}}
    picture = {"image": {"format": "jpeg", "source": {"bytes": PNG}}}
    assert sent[0]["content"] == [{"text": WITH_DOCUMENT}, document, picture]
    inside = sent[2]["content"][0]["toolResult"]["content"]
    assert inside[:2] == [{"text": "see"}, picture]
    assert inside[2]["document"]["name"] == "document (2)"


def test_media_of_results_follow_them_where_a_model_does_not_take_them_inside() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
    messages = [
        user(said("Go")),
        {"role": "assistant", "content": [calling("t")]},
        user(result("t", [image], is_error=True)),
    ]
    (answer, lead, picture) = encoded({"messages": messages}, LLAMA)["messages"][-1]["content"]
    assert answer["toolResult"]["content"] == [{"text": "Error:"}]
    assert "result of Read" in lead["text"]
    assert "image" in picture


@pytest.mark.parametrize(
    "source",
    [
        {"type": "url", "url": "https://a.example/x"},
        {"type": "base64", "media_type": "image/tiff", "data": PNG},
        {"type": "file", "file_id": "file_1"},
    ],
)
def test_what_cannot_be_carried_is_told_in_words(source: dict[str, Any]) -> None:
    call = call_of({"messages": [user({"type": "image", "source": source})]})
    (part,) = PROTOCOL.encode(call)["messages"][0]["content"]
    assert "this model" in part["text"]
    assert source.get("url", "") in part["text"]


def test_a_failed_result_says_so_by_its_status() -> None:
    messages = [
        user(said("Go")),
        {"role": "assistant", "content": [calling("t")]},
        user(result("t", "", is_error=True)),
    ]
    answer = encoded({"messages": messages})["messages"][-1]["content"][0]["toolResult"]
    assert answer == {"toolUseId": "t", "content": [{"text": "(no output)"}], "status": "error"}


# Thinking.


def thought(model: str, state: Any) -> dict[str, Any]:
    signature = thinking.sign(call_of({}, model).target.issuer, state)
    return {"type": "thinking", "thinking": "Hm.", "signature": signature}


def replayed(block: dict[str, Any], model: str = CLAUDE) -> list[dict[str, Any]]:
    messages = [user(said("Go")), {"role": "assistant", "content": [block, said("So.")]}, user(said("On"))]
    parts: list[dict[str, Any]] = encoded({"messages": messages}, model)["messages"][1]["content"]
    return parts[:-1]


def test_thinking_goes_back_to_whoever_signed_it_and_nowhere_else() -> None:
    signed, hidden = thought(CLAUDE, {"signature": "c2ln"}), thought(CLAUDE, {"redacted": "c2Vj"})
    back = {"reasoningText": {"text": "Hm.", "signature": "c2ln"}}
    assert replayed(signed) == [{"reasoningContent": back}]
    assert replayed(hidden) == [{"reasoningContent": {"redactedContent": "c2Vj"}}]
    assert replayed(signed, NOVA) == []
    assert replayed({"type": "thinking", "thinking": "Hm.", "signature": "ErUBCkYIBxgC"}) == []
    assert replayed(thought(CLAUDE, None)) == []


@pytest.mark.parametrize(
    ("model", "asked", "fields"),
    [
        (
            CLAUDE,
            {"type": "enabled", "budget_tokens": 2048},
            {"thinking": {"type": "enabled", "budget_tokens": 2048}},
        ),
        (CLAUDE, {"type": "adaptive"}, {"thinking": {"type": "enabled", "budget_tokens": 8192}}),
        (NEW_CLAUDE, {"type": "adaptive"}, {"thinking": {"type": "adaptive"}}),
        (
            NOVA,
            {"type": "adaptive"},
            {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "medium"}},
        ),
        ("qwen.qwen3-32b-v1:0", {"type": "adaptive"}, {"reasoning_config": "medium"}),
        ("openai.gpt-oss-120b-1:0", {"type": "adaptive"}, {"reasoning_effort": "medium"}),
        (LLAMA, {"type": "adaptive"}, None),
        (CLAUDE, {"type": "disabled"}, None),
    ],
)
def test_each_family_is_told_to_think_in_its_own_way(model: str, asked: Any, fields: Any) -> None:
    payload = encoded({"thinking": asked, "max_tokens": 32000}, model)
    assert payload.get("additionalModelRequestFields") == fields


def test_effort_goes_to_a_claude_that_decides_itself() -> None:
    asked = {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}
    fields = encoded(asked, NEW_CLAUDE)["additionalModelRequestFields"]
    assert fields == {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}


def test_a_budget_leaves_room_for_the_answer() -> None:
    fields = encoded({"thinking": {"type": "enabled", "budget_tokens": 9000}, "max_tokens": 5000})
    assert fields["additionalModelRequestFields"]["thinking"]["budget_tokens"] == 4999
    assert "additionalModelRequestFields" not in encoded(
        {"thinking": {"type": "adaptive"}, "max_tokens": 500}
    )


def test_a_turn_that_began_with_calls_of_another_model_goes_on_without_thinking() -> None:
    messages = [user(said("Go")), {"role": "assistant", "content": [calling("t")]}, user(result("t"))]
    asked = {"messages": messages, "thinking": {"type": "adaptive"}, "max_tokens": 32000}
    assert "additionalModelRequestFields" not in encoded(asked)
    messages[1]["content"].insert(0, thought(CLAUDE, {"signature": "c2ln"}))
    assert "thinking" in encoded(asked)["additionalModelRequestFields"]


def test_no_thinking_beside_a_demanded_call() -> None:
    asked = {"thinking": {"type": "adaptive"}, "tools": [READ], "tool_choice": {"type": "any"}}
    assert "additionalModelRequestFields" not in encoded(asked, NEW_CLAUDE)


# Tools.


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        (None, None),
        ({"type": "auto"}, None),
        ({"type": "any"}, {"any": {}}),
        ({"type": "tool", "name": "Read"}, {"tool": {"name": "Read"}}),
    ],
)
def test_tool_choices(choice: Any, sent: Any) -> None:
    config = encoded({"tools": [READ], "tool_choice": choice})["toolConfig"]
    spec = {"name": "Read", "description": "Reads.", "inputSchema": {"json": READ["input_schema"]}}
    assert config["tools"] == [{"toolSpec": spec}]
    assert config.get("toolChoice") == sent


def test_a_conversation_with_calls_always_has_tools() -> None:
    """Bedrock refuses calls in a conversation without toolConfig, and knows no choice "none"."""
    messages = [user(said("Go")), {"role": "assistant", "content": [calling("t", "Gone")]}, user(result("t"))]
    (tool,) = encoded({"messages": messages})["toolConfig"]["tools"]
    assert tool["toolSpec"]["name"] == "Gone"
    call = call_of({"messages": messages, "tools": [READ], "tool_choice": {"type": "none"}})
    assert PROTOCOL.encode(call)["toolConfig"]["tools"][0]["toolSpec"]["name"] == "Read"
    assert any("call no tool" in note for note in call.notes)
    assert "toolConfig" not in encoded({"tools": [READ], "tool_choice": {"type": "none"}})


def test_tools_of_anthropic_itself_are_left_out_and_noted() -> None:
    call = call_of({"tools": [{"type": "web_search_20250305", "name": "web_search"}]})
    assert "toolConfig" not in PROTOCOL.encode(call)
    assert any("web_search" in note for note in call.notes)


# Caching.


def points(payload: dict[str, Any]) -> int:
    return encode(payload).count(b'"cachePoint"')


def test_cache_marks_become_cache_points_where_they_stand() -> None:
    body = {
        "system": [said("S", cache_control=EPHEMERAL)],
        "tools": [{**READ, "cache_control": EPHEMERAL}],
        "messages": [user(said("a", cache_control=EPHEMERAL), said("b"))],
    }
    payload, point = encoded(body), {"cachePoint": {"type": "default"}}
    assert payload["system"] == [{"text": "S"}, point]
    assert payload["toolConfig"]["tools"][1] == point
    assert payload["messages"][0]["content"] == [{"text": "a"}, point, {"text": "b"}]


def test_a_mark_on_or_in_a_result_stands_behind_it() -> None:
    messages = [
        user(said("Go")),
        {"role": "assistant", "content": [calling("t")]},
        user(result("t", [said("r", cache_control=EPHEMERAL)])),
    ]
    parts = encoded({"messages": messages})["messages"][-1]["content"]
    assert [next(iter(part)) for part in parts] == ["toolResult", "cachePoint"]


def test_no_cache_point_stands_directly_behind_a_document() -> None:
    source = {"type": "base64", "media_type": "application/pdf", "data": PDF}
    pdf = {"type": "document", "source": source, "cache_control": EPHEMERAL}
    parts = encoded({"messages": [user(said("Read."), pdf)]})["messages"][0]["content"]
    assert [next(iter(part)) for part in parts] == ["text", "document", "text", "cachePoint"]


def test_cache_points_are_four_at_most_and_the_oldest_go() -> None:
    marked = [user(said(str(n), cache_control=EPHEMERAL)) for n in range(6)]
    payload = encoded({"system": [said("S", cache_control=EPHEMERAL)], "messages": marked})
    assert points(payload) == 4
    parts = payload["messages"][0]["content"]
    assert "cachePoint" in parts[-1]
    assert "cachePoint" not in parts[1]


def test_models_without_a_cache_get_no_points() -> None:
    body = {"cache_control": EPHEMERAL, "messages": [user(said("a", cache_control=EPHEMERAL))]}
    assert points(encoded(body, LLAMA)) == 0
    assert points(encoded(body, LLAMA, dialect={"cache_control": True})) == 1


def test_an_hour_is_asked_for_only_where_the_provider_is_said_to_take_it() -> None:
    body = {"messages": [user(said("a", cache_control={"type": "ephemeral", "ttl": "1h"}))]}
    assert encoded(body)["messages"][0]["content"][1] == {"cachePoint": {"type": "default"}}
    hour = encoded(body, options={"cache_ttl": "1h"})["messages"][0]["content"][1]
    assert hour == {"cachePoint": {"type": "default", "ttl": "1h"}}


def test_a_family_may_be_told_where_an_arn_hides_it() -> None:
    arn = "arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/abc"
    body = {"top_k": 5, "messages": [user(said("a", cache_control=EPHEMERAL))]}
    assert points(encoded(body, arn)) == 0
    told = encoded(body, arn, options={"family": "claude"})
    assert points(told) == 1
    assert told["additionalModelRequestFields"] == {"top_k": 5}


# Parameters.


def test_limits_sampling_and_stop_sequences() -> None:
    body = {"max_tokens": 10, "temperature": 0.5, "top_p": 0.9, "stop_sequences": ["a", "", " ", *"bcdef"]}
    payload = encoded({**body, "stream": True})
    assert payload["inferenceConfig"] == {
        "maxTokens": 10,
        "temperature": 0.5,
        "topP": 0.9,
        "stopSequences": ["a", "b", "c", "d"],
    }
    assert payload["additionalModelResponseFieldPaths"] == ["/delta/stop_sequence"]
    assert encoded(body)["additionalModelResponseFieldPaths"] == ["/stop_sequence"]
    assert encoded({"top_k": 7}, NOVA)["additionalModelRequestFields"] == {"inferenceConfig": {"topK": 7}}


def test_a_schema_of_the_answer() -> None:
    schema = {"$schema": "x", "type": "object", "properties": {"a": {"type": "string"}}}
    payload = encoded({"output_config": {"format": {"type": "json_schema", "schema": schema}}})
    form = payload["outputConfig"]["textFormat"]
    assert form["type"] == "json_schema"
    given = form["structure"]["jsonSchema"]
    assert given["schema"] == '{"type":"object","properties":{"a":{"type":"string"}}}'
