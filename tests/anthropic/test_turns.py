"""Thinking goes back to whoever gave it, also when the client dropped it, and to nobody else."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Body
from ccr.anthropic.turns import Turn, Turns, conversation_of, turn_of

THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "ccr1.me."}
SIGNED = {"type": "thinking", "thinking": "", "signature": "EqQB"}
CALL = {"type": "tool_use", "id": "t1", "name": "n", "input": {}}


def body(*content: dict[str, Any]) -> Body:
    return {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": list(content)}]}


def content(found: Body) -> Any:
    return found["messages"][1]["content"]


def test_dropped_thinking_is_put_back_before_its_call() -> None:
    turns = Turns()
    turns.keep("c", "me", Turn((THOUGHT,), ("t1",)), native=False)
    assert content(turns.restored("c", body(CALL))) == [THOUGHT, CALL]


def test_dropped_thinking_is_put_back_where_it_stood() -> None:
    turns, text = Turns(), {"type": "text", "text": "x"}
    second = {**THOUGHT, "thinking": "then"}
    turns.keep("c", "me", Turn((THOUGHT, second), ("t1",), places=(0, 2)), native=False)
    assert content(turns.restored("c", body(text, CALL))) == [THOUGHT, text, second, CALL]
    assert content(turns.restored("c", body(CALL))) == [THOUGHT, CALL, second]


def test_what_the_client_kept_is_left_alone() -> None:
    turns = Turns()
    turns.keep("c", "me", Turn((THOUGHT,), ("t1",)), native=False)
    kept = body({**THOUGHT, "thinking": "mine"}, CALL)
    assert turns.restored("c", kept) is kept
    assert turns.restored("other conversation", body(CALL)) == body(CALL)


def test_anthropics_thinking_goes_back_to_its_signer_alone() -> None:
    turns = Turns()
    turns.keep("c", "one", Turn((SIGNED,), ()), native=True)
    asked = body(SIGNED, CALL)
    assert turns.genuine("c", asked, "one") is asked
    assert content(turns.genuine("c", asked, "two")) == [CALL]
    unknown = body({**SIGNED, "signature": "Eother"}, CALL)
    assert turns.genuine("c", unknown, "two") is unknown
    assert content(turns.genuine("c", body(SIGNED), "two")) == [{"type": "text", "text": "(no content)"}]


def test_a_redacted_block_is_known_by_its_data() -> None:
    turns = Turns()
    block = {"type": "redacted_thinking", "data": "xyz"}
    turns.keep("c", "one", Turn((block,), ()), native=True)
    assert content(turns.genuine("c", body(block, CALL), "two")) == [CALL]


def test_the_memory_is_bounded_and_forgets_the_oldest() -> None:
    turns = Turns(largest=5_000)
    for number in range(50):
        turns.keep(f"c{number}", "me", Turn(({**THOUGHT, "thinking": "x" * 900},), ("t1",)), native=False)
    assert content(turns.restored("c49", body(CALL)))[0]["type"] == "thinking"
    assert content(turns.restored("c0", body(CALL))) == [CALL]


def test_a_conversation_is_its_session_and_first_message_in_either_form() -> None:
    long = {"messages": [{"role": "user", "content": [{"type": "text", "text": "q", "cache_control": {}}]}]}
    assert conversation_of("s", body()) == conversation_of("s", long)  # type: ignore[arg-type]
    assert conversation_of("s", body()) != conversation_of("t", body())


def test_the_turn_of_a_message() -> None:
    content = [THOUGHT, {"type": "text", "text": "x"}, CALL]
    assert turn_of({"content": content, "usage": {"n": 1}}) == Turn((THOUGHT,), ("t1",), {"n": 1})
