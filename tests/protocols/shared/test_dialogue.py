"""Two sides that take turns, whatever the client sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.ids import client_id
from ccr.anthropic.request import Block
from ccr.protocols.shared.dialogue import (
    ATTACHED,
    NO_OUTPUT,
    NO_RESULT,
    NOT_SHOWN,
    Dialogue,
    ModelTurn,
    Result,
    UserTurn,
    own_ids,
)
from tests.protocols.support import PNG, conversations

IMAGE: Block = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}


def text(said: str) -> Block:
    return {"type": "text", "text": said}


def use(call_id: str) -> Block:
    return {"type": "tool_use", "id": call_id, "name": "Read", "input": {}}


def result(call_id: str, content: Any = "ok", **more: Any) -> Block:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}


def dialogue(*messages: tuple[str, Any], system: str = "") -> Dialogue:
    listed = [{"role": role, "content": content} for role, content in messages]
    return Dialogue({"messages": listed, "system": system})


def test_neighbours_of_the_user_are_one_turn() -> None:
    found = dialogue(("user", "a"), ("user", "b"), ("assistant", "c"), ("user", "d"))
    assert found.turns == [
        UserTurn([], [text("a"), text("b")]),
        ModelTurn([text("c")]),
        UserTurn([], [text("d")]),
    ]


def test_system_messages_are_system_before_and_reminders_after_the_beginning() -> None:
    found = dialogue(("system", "early"), ("user", "a"), ("system", "late"), system="S")
    assert [block["text"] for block in found.system] == ["S", "early"]
    (turn,) = found.turns
    assert isinstance(turn, UserTurn)
    assert [block["text"] for block in turn.said] == ["a", "<system-reminder>\nlate\n</system-reminder>"]


def test_each_call_has_one_result_in_the_order_of_the_calls() -> None:
    found = dialogue(
        ("assistant", [use("1"), use("2"), use("3")]),
        ("user", [text("x"), result("3"), result("1", "first"), result("1", "again"), result("9", "lost")]),
    )
    turn = found.turns[1]
    assert isinstance(turn, UserTurn)
    assert [answer.text() for answer in turn.results] == ["first", f"Error: {NO_RESULT}", "ok"]
    assert [block["text"] for block in turn.said] == ["x", NOT_SHOWN, "again", NOT_SHOWN, "lost"]


def test_calls_without_any_answer_are_answered_at_the_end() -> None:
    turn = dialogue(("user", "a"), ("assistant", [use("1")])).turns[-1]
    assert isinstance(turn, UserTurn)
    assert turn.results[0].failed


def test_a_turn_of_the_model_without_anything_to_carry_is_left_out() -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "x"}
    assert len(dialogue(("user", "a"), ("assistant", [thought]), ("user", "b")).turns) == 2


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (result("1", "ok"), "ok"),
        (result("1", ""), NO_OUTPUT),
        (result("1", None), NO_OUTPUT),
        (result("1", [IMAGE]), ATTACHED),
        (result("1", "no file", is_error=True), "Error: no file"),
        (result("1", "An error came.", is_error=True), "An error came."),
        (result("1", "", is_error=True), "Error: the tool failed."),
    ],
)
def test_texts_of_results_are_never_empty(block: Block, told: str) -> None:
    assert Result(use("1"), block).text() == told


def test_media_of_results_stand_before_what_is_said_with_a_word_whose_they_are() -> None:
    turn = UserTurn([Result(use("1"), result("1", [text("see"), IMAGE]))], [text("x")])
    assert turn.with_media() == [text("[Attached to the result of Read]"), IMAGE, text("x")]


def test_text_blocks_in_a_row_are_one_text_and_others_are_set_apart() -> None:
    turn = ModelTurn([text("a"), text("b"), use("1"), text("c")])
    assert turn.text() == "ab\n\nc"
    assert turn.calls() == [use("1")]


@given(conversations())
def test_a_conversation_that_grows_gives_turns_that_grow(messages: list[dict[str, Any]]) -> None:
    whole = Dialogue({"messages": messages}).turns
    for stop in range(1, len(messages)):
        if messages[stop - 1]["role"] == "assistant":
            continue
        *earlier, last = Dialogue({"messages": messages[:stop]}).turns
        assert whole[: len(earlier)] == earlier
        again = whole[len(earlier)]
        if isinstance(last, UserTurn):
            assert isinstance(again, UserTurn)
            assert again.results == last.results
            assert again.said[: len(last.said)] == last.said


# Ids.


def calls(*ids: str) -> list[dict[str, str]]:
    return [{"type": "tool_use", "id": call_id} for call_id in ids]


def test_a_wrapped_id_is_the_providers_own_again() -> None:
    wrapped, nameless = client_id("functions.Read:0", ()), client_id("", ())
    assert own_ids(calls(wrapped, "toolu_1", nameless)) == {
        wrapped: "functions.Read:0",
        "toolu_1": "toolu_1",
        nameless: nameless,
    }


@given(st.lists(st.sampled_from(["call_0", "functions.Read:0", "", "toolu_1"]), max_size=5))
def test_no_two_calls_of_a_turn_get_the_same_id(given_ids: list[str]) -> None:
    taken: set[str] = set()
    for given_id in given_ids:
        taken.add(client_id(given_id, taken))
    own = own_ids(calls(*sorted(taken)))
    assert set(own) == taken
    assert len(set(own.values())) == len(taken)
