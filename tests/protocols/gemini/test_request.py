"""Requests in the words of generateContent."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic import thinking
from ccr.anthropic.ids import client_id
from ccr.config.dialect import Dialect
from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.gemini import PROTOCOL
from ccr.protocols.gemini.history import SKIP
from ccr.wire.json import encode
from tests.protocols.gemini.support import a_call, encoded, golden

STATES: dict[str, dict[str, Any]] = {
    "STATE:first": {"calls": {"0": "c2lnLTE="}},
    "STATE:both": {"calls": {"0": "c2lnLTI=", "1": "c2lnLTM="}},
    "STATE:text": {"text": "c2lnLTQ="},
}
"""What signatures in golden requests stand for."""


def with_states(body: dict[str, Any], model: str = "gemini-3-flash-preview") -> dict[str, Any]:
    """A golden request with real signatures of this provider in the place of their names."""
    text = json.dumps(body)
    for name, state in STATES.items():
        text = text.replace(name, thinking.sign(a_call(model=model).target.issuer, state))
    found: dict[str, Any] = json.loads(text)
    return found


def call_of(about: dict[str, Any], body: dict[str, Any]) -> Call:
    return a_call(body, model=about["model"])


@pytest.mark.parametrize(("name", "pair"), golden("requests"))
def test_golden_requests(name: str, pair: dict[str, Any]) -> None:
    assert PROTOCOL.encode(call_of(pair["about"], with_states(pair["request"]))) == pair["payload"], name


def test_encoding_leaves_the_request_alone() -> None:
    for _, pair in golden("requests"):
        body = with_states(pair["request"])
        before = copy.deepcopy(body)
        PROTOCOL.encode(call_of(pair["about"], body))
        assert body == before


def test_nothing_to_answer_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="there is nothing to answer"):
        encoded({"messages": [{"role": "user", "content": []}]})


def test_what_is_left_out_is_said() -> None:
    call = a_call(
        {
            "tools": [{"name": "Now", "input_schema": {}}, {"type": "bash_20250124", "name": "bash"}],
            "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Look:"}, IMAGE, IMAGE]}],
        },
        dialect=Dialect(images=False),
    )
    said = json.dumps(PROTOCOL.encode(call))
    assert said.count("An image was here") == 2
    assert call.notes == [
        "does not take images",
        "left out tools that only Anthropic runs: bash",
        "parallel tool calls cannot be switched off",
    ]


def test_a_search_without_its_limits_says_so() -> None:
    search = {"type": "web_search_20250305", "name": "web_search", "blocked_domains": ["x.example"]}
    call = a_call({"tools": [search]})
    assert PROTOCOL.encode(call)["tools"] == [{"googleSearch": {}}]
    assert call.notes == ["the search is not limited to domains"]


def ids_of(contents: list[dict[str, Any]]) -> list[str | None]:
    parts = [part for content in contents for part in content["parts"]]
    found = [p.get("functionCall") or p.get("functionResponse") for p in parts]
    return [entry.get("id") for entry in found if entry]


def test_calls_that_had_no_id_are_paired_by_ours() -> None:
    uses = [{"type": "tool_use", "id": client_id(None, ()), "name": "Now", "input": {}} for _ in range(2)]
    uses.append({**uses[0], "id": client_id("b4f1z", ("b4f1z",))})
    body = {"messages": [{"role": "user", "content": "Go."}, {"role": "assistant", "content": uses}]}
    wanted = [uses[0]["id"], uses[1]["id"], "b4f1z"]
    assert ids_of(encoded(body)["contents"]) == wanted * 2


def test_vertex_gets_ids_from_gemini_3_on() -> None:
    vertex = {"project": "p", "location": "l"}
    assert ids_of(encoded({"messages": CALLING}, options=vertex)["contents"]) == [None, None]
    newer = encoded({"messages": CALLING}, options=vertex, model="gemini-3-pro")
    assert ids_of(newer["contents"]) == ["t1", "t1"]


def test_two_calls_of_one_id_are_answered_both() -> None:
    use = {"type": "tool_use", "id": "t1", "name": "Now", "input": {}}
    body = {"messages": [CALLING[0], {"role": "assistant", "content": [use, use]}, CALLING[2]]}
    for model in ("gemini-2.5-pro", "gemini-3-pro"):
        answers = [p["functionResponse"] for p in encoded(body, model=model)["contents"][2]["parts"]]
        assert [next(iter(answer["response"])) for answer in answers] == ["output", "error"]


IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aQ=="}}
CALLING: list[dict[str, Any]] = [
    {"role": "user", "content": "Go."},
    {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "Now", "input": {}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "12:00"}]},
]


@pytest.mark.parametrize(
    ("model", "signature"),
    [
        ("gemini-3-pro-preview", SKIP),
        ("gemini-3.5-flash", SKIP),
        ("gemini-flash-latest", SKIP),
        ("gemini-2.5-pro", None),
        ("gemma-3-27b-it", None),
    ],
)
def test_a_call_without_its_signature_says_so_where_one_is_demanded(
    model: str, signature: str | None
) -> None:
    part = encoded({"messages": CALLING}, model=model)["contents"][1]["parts"][0]
    assert part.get("thoughtSignature") == signature


def test_signatures_of_another_generation_are_not_sent() -> None:
    thought = {"type": "thinking", "thinking": "", "signature": "STATE:first"}
    calling = [CALLING[0], {**CALLING[1], "content": [thought, *CALLING[1]["content"]]}, CALLING[2]]
    body = with_states({"messages": calling}, model="gemini-2.5-flash")
    assert "c2lnLTE=" in str(encoded(body, model="gemini-2.5-pro"))
    assert "c2lnLTE=" not in str(encoded(body, model="gemini-3-pro-preview"))


def test_signatures_reach_their_calls_wherever_the_thinking_stands() -> None:
    """A memory puts the thinking that a client dropped to the front of the turn."""
    uses = [{"type": "tool_use", "id": f"t{n}", "name": "Now", "input": {}} for n in range(3)]
    marks = [
        {
            "type": "thinking",
            "thinking": "",
            "signature": thinking.sign(a_call().target.issuer, {"calls": {str(n): f"s{n}"}}),
        }
        for n in range(3)
    ]
    spread = [block for pair in zip(marks, uses, strict=True) for block in pair]
    for content in ([*marks, *uses], spread):
        turn = encoded({"messages": [CALLING[0], {"role": "assistant", "content": content}]})["contents"][1]
        assert [part["thoughtSignature"] for part in turn["parts"]] == ["s0", "s1", "s2"]


texts = st.text(min_size=1, max_size=12)


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What Claude Code may have said so far: turns with calls, results, reminders, system messages."""
    messages: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 5))):
        messages.append({"role": "user", "content": [{"type": "text", "text": draw(texts)}]})
        if draw(st.booleans()):
            messages.append({"role": "system", "content": draw(st.one_of(texts, st.just([])))})
        calls = draw(st.integers(0, 3))
        said: list[dict[str, Any]] = [{"type": "text", "text": draw(texts)}]
        said += [
            {"type": "tool_use", "id": f"t{n}_{c}", "name": "Read", "input": {"n": n}} for c in range(calls)
        ]
        messages.append({"role": "assistant", "content": said})
        results = [
            {"type": "tool_result", "tool_use_id": f"t{n}_{c}", "content": draw(texts)} for c in range(calls)
        ]
        if results:
            messages.append({"role": "user", "content": draw(st.permutations(results))})
    return messages


def as_strings(message: dict[str, Any]) -> dict[str, Any]:
    """A message as Claude Code sends it once it is no longer the last: one text block becomes a string."""
    content = message["content"]
    single = isinstance(content, list) and len(content) == 1 and content[0]["type"] == "text"
    return {**message, "content": content[0]["text"]} if single else message


MODELS = st.sampled_from(["gemini-2.5-pro", "gemini-3-flash-preview", "gemini-flash-latest"])


@given(conversations(), MODELS)
def test_a_growing_conversation_grows_at_its_end(messages: list[dict[str, Any]], model: str) -> None:
    """Byte for byte, up to the brackets that close the earlier request."""
    whole = encode(encoded({"messages": messages, "system": "S", "tools": TOOLS}, model=model))
    for end in range(1, len(messages) + 1):
        if messages[end - 1]["role"] == "assistant":
            continue  # a request never ends there
        earlier = [*map(as_strings, messages[: end - 1]), messages[end - 1]]
        body = {"messages": earlier, "system": "S", "tools": TOOLS}
        assert whole.startswith(encode(encoded(body, model=model)).removesuffix(b"]}]}"))


TOOLS = [{"name": "Read", "description": "Reads.", "input_schema": {"type": "object"}}]


@given(conversations(), MODELS)
def test_the_turn_after_calls_answers_each_in_order(messages: list[dict[str, Any]], model: str) -> None:
    waiting: list[tuple[str, str | None]] = []
    for content in encoded({"messages": messages}, model=model)["contents"]:
        answers = [p["functionResponse"] for p in content["parts"] if "functionResponse" in p]
        assert [(answer["name"], answer.get("id")) for answer in answers] == waiting
        calls = [p["functionCall"] for p in content["parts"] if "functionCall" in p]
        waiting = [(call["name"], call.get("id")) for call in calls]
        assert not calls or content["role"] == "model"
    assert not waiting


@given(conversations())
def test_turns_alternate_and_are_never_empty(messages: list[dict[str, Any]]) -> None:
    contents = encoded({"messages": messages})["contents"]
    roles = "".join(content["role"][0] for content in contents)
    assert re.fullmatch("(um)*u?", roles)
    assert all(content["parts"] for content in contents)
