"""Reasoning details: joined, kept, not kept twice, and given back as they were."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.openai_chat.details import Details
from tests.protocols.openai_chat.support import answered, chunk, fragment, messages

CALL = chunk(tool_calls=[fragment(0, "call_a", "Read", "{}")])


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "reasoning.text", "text": value, "format": "anthropic-claude-v1", "index": 0, **more}


def given_back(*stream: dict[str, Any]) -> list[dict[str, Any]]:
    """The details in the next request, after an answer of these chunks."""
    content = answered(*stream, chunk("tool_calls"))["content"]
    said = messages({"role": "user", "content": "Hi."}, {"role": "assistant", "content": content})
    found: list[dict[str, Any]] = said[1].get("reasoning_details", [])
    return found


def test_pieces_are_joined_and_signed() -> None:
    signature = {"type": "reasoning.text", "signature": "Eq", "format": "anthropic-claude-v1", "index": 0}
    stream = [chunk(reasoning="Hm", reasoning_details=[text("Hm")]), chunk(reasoning_details=[text("m.")])]
    assert given_back(*stream, chunk(reasoning_details=[signature]), CALL) == [text("Hmm.", signature="Eq")]


def test_kinds_ids_and_signatures_keep_details_apart() -> None:
    details = Details()
    pieces = [
        text("a", signature="S1"),
        text("b"),
        {"type": "reasoning.encrypted", "data": "x", "id": "1", "index": 0},
    ]
    details.add([*pieces, {"type": "reasoning.encrypted", "data": "y", "id": "2", "index": 0}])
    state = details.state("")
    assert state is not None
    assert [d.get("text") or d.get("data") for d in state["details"]] == ["a", "b", "x", "y"]


def test_text_is_kept_once() -> None:
    details = Details()
    assert details.add([text("Hm.")]) == "Hm."
    assert details.state("Hm.") == {
        "details": [{k: v for k, v in text("").items() if k != "text"}],
        "text": 0,
    }
    assert details.state("Hm.") is None


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6))
def test_every_string_comes_back_whole(pieces: list[str]) -> None:
    encrypted = [{"type": "reasoning.encrypted", "data": piece, "id": "rs_1", "index": 1} for piece in pieces]
    stream = [chunk(reasoning_details=[text(f"{n}.")]) for n in range(3)]
    back = given_back(*stream, *[chunk(reasoning_details=[one]) for one in encrypted], CALL)
    assert [detail.get("data") or detail.get("text") for detail in back] == ["".join(pieces), "0.1.2."][::-1]


def test_details_behind_the_calls_come_back_too() -> None:
    late = {"type": "reasoning.encrypted", "data": "gAAA", "id": "rs_1", "index": 0}
    assert given_back(CALL, chunk(reasoning_details=[late])) == [late]


def test_details_of_a_turn_without_calls_open_no_block_behind_its_text() -> None:
    late = {"type": "reasoning.encrypted", "data": "gAAA", "id": "rs_1", "index": 0}
    made = answered(chunk(content="Hi."), chunk(reasoning_details=[late]), chunk("stop"))
    assert [block["type"] for block in made["content"]] == ["text"]


def test_odd_details_are_nothing() -> None:
    details = Details()
    assert details.add([None, 3, {"type": "reasoning.text", "text": 5}, {}]) == ""
    assert details.add("text") == ""
