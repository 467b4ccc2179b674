"""What items say, in pieces and whole."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.writer import BlockWriter
from ccr.protocols.openai_responses.items import Items
from ccr.protocols.openai_responses.search import Searches
from tests.grammar import check
from tests.protocols.openai_responses.support import a_call


class Written:
    """Items over a writer, and the message they make."""

    def __init__(self) -> None:
        self.writer = BlockWriter("m")
        self.items = Items(self.writer, Searches(self.writer, wanted=False), a_call())

    def content(self) -> list[dict[str, Any]]:
        self.writer.finish("end_turn", {"input_tokens": 1, "output_tokens": 1})
        content: list[dict[str, Any]] = check(self.writer.take())["content"]
        return content


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "content": [{"type": "output_text", "text": text}], **more}


@given(st.lists(st.text(max_size=4), max_size=6), st.text(max_size=6))
def test_pieces_and_the_whole_say_a_text_once(pieces: list[str], rest: str) -> None:
    written, whole = Written(), "".join(pieces) + rest
    for piece in pieces:
        written.items.text(0, 0, piece)
    written.items.whole(0, message(whole))
    assert "".join(block["text"] for block in written.content()).strip() == whole.strip()


def test_a_whole_item_counts_once() -> None:
    written = Written()
    for _ in range(2):
        written.items.whole(0, message("Once."))
    assert written.content() == [{"type": "text", "text": "Once."}]


def test_a_whole_that_contradicts_its_pieces_adds_nothing() -> None:
    written = Written()
    written.items.text(0, 0, "As streamed.")
    written.items.whole(0, message("As scrubbed."))
    assert written.content() == [{"type": "text", "text": "As streamed."}]


def test_commentary_and_final_answer_are_blocks_apart() -> None:
    written = Written()
    for index, phase in enumerate(("commentary", "commentary", "final_answer")):
        written.items.begin(index, message("", phase=phase))
        written.items.text(index, 0, phase)
        written.items.whole(index, message(phase, phase=phase))
    assert [block["text"] for block in written.content()] == ["commentarycommentary", "final_answer"]


def test_arguments_of_a_call_that_has_no_name_yet_wait_for_the_whole() -> None:
    written, call = Written(), {"type": "function_call", "call_id": "c", "arguments": '{"a":1}'}
    written.items.begin(0, {**call, "arguments": ""})
    written.items.arguments(0, '{"a":')
    written.items.whole(0, {**call, "name": "Read"})
    assert written.content()[0]["input"] == {"a": 1}


def test_a_call_without_arguments_does_not_hold_up_what_follows() -> None:
    written = Written()
    written.items.whole(0, {"type": "function_call", "name": "Now", "call_id": "c", "arguments": ""})
    written.writer.take()
    written.items.text(1, 0, "And so on.")
    assert "And so on." in str(written.writer.take())
