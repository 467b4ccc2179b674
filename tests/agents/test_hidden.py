"""What clients never saw is put back."""

from __future__ import annotations

from typing import Any

from ccr.agents.hidden import Hidden, Past
from ccr.anthropic.request import Body

EDIT: dict[str, Any] = {"type": "tool_use", "id": "e", "name": "Edit", "input": {}}
LOOK: dict[str, Any] = {"type": "tool_use", "id": "l", "name": "look", "input": {}}
SEEN: dict[str, Any] = {"type": "tool_result", "tool_use_id": "l", "content": "a cat"}
DONE: dict[str, Any] = {"type": "tool_result", "tool_use_id": "e", "content": "done"}
ASKED: dict[str, Any] = {"role": "user", "content": "go"}
FOLDED: Body = {
    "messages": [ASKED, {"role": "assistant", "content": [EDIT]}, {"role": "user", "content": [DONE]}]
}


def test_a_call_beside_the_clients_comes_back_with_its_result_before_the_clients() -> None:
    hidden = Hidden()
    hidden.keep("c", ["e"], Past((), (LOOK, EDIT), (SEEN,)))
    assert hidden.restored("c", FOLDED)["messages"] == [
        ASKED,
        {"role": "assistant", "content": [LOOK, EDIT]},
        {"role": "user", "content": [SEEN, DONE]},
    ]


def test_rounds_before_come_back_before() -> None:
    hidden = Hidden()
    before = ({"role": "assistant", "content": [LOOK]}, {"role": "user", "content": [SEEN]})
    hidden.keep("c", ["e"], Past(before, (EDIT,), ()))
    assert hidden.restored("c", FOLDED)["messages"] == [ASKED, *before, *FOLDED["messages"][1:]]


def test_other_conversations_and_calls_are_left_alone() -> None:
    hidden = Hidden()
    assert hidden.restored("c", FOLDED) is FOLDED
    hidden.keep("c", ["x"], Past((), (LOOK,), ()))
    assert hidden.restored("c", FOLDED) is FOLDED
    hidden.keep("d", ["e"], Past((), (LOOK,), ()))
    assert hidden.restored("c", FOLDED) is FOLDED


def test_the_oldest_is_forgotten_first() -> None:
    hidden = Hidden(most=2)
    for tool_id in ("e", "f", "g"):
        hidden.keep("c", [tool_id], Past((), (LOOK, EDIT), (SEEN,)))
    assert hidden.restored("c", FOLDED) is FOLDED


def test_odd_messages_are_carried() -> None:
    hidden = Hidden()
    hidden.keep("c", ["e"], Past((), (LOOK, EDIT), (SEEN,)))
    odd: Any = {"messages": ["x", *FOLDED["messages"]]}
    told: list[Any] = list(hidden.restored("c", odd)["messages"])
    assert told[0] == "x"
