"""``enhancetool``: every call has a JSON object for arguments, unless the output limit cut it off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import BlockDelta, Opaque, Ping
from ccr.transformers.enhancetool import EnhanceTool
from ccr.wire import json
from tests.grammar import check
from tests.transformers.streams import SIZES, call, cut, run, stream, text, with_arguments

CALL = stream(call(path="x"))


@pytest.mark.parametrize(
    ("faulty", "meant"),
    [
        ('{"path": "a", "text": "he said "hi""}', {"path": "a", "text": 'he said "hi"'}),
        ("{'path': 'a',}", {"path": "a"}),
        ('{"on": True, "off": None}', {"on": True, "off": None}),
        ('```json\n{"path": "a"}\n```', {"path": "a"}),
        ('{"path": "a"', {"path": "a"}),
        ('{"text": "two\nlines"}', {"text": "two\nlines"}),
        ("no JSON at all", {}),
        ("[1, 2]", {}),
        (json.encode({"__unparsedToolInput": "{'path': 'a'}"}).decode(), {"path": "a"}),
    ],
)
def test_faulty_arguments_are_repaired(faulty: str, meant: dict[str, object]) -> None:
    content = check(run(EnhanceTool(), cut(with_arguments(CALL, faulty))))["content"]
    assert content == [{**call(), "input": meant}]


@given(st.dictionaries(st.text(max_size=4), st.text(max_size=9), max_size=3), SIZES)
def test_arguments_that_are_right_arrive_letter_by_letter_as_they_were(
    arguments: dict[str, str], sizes: list[int]
) -> None:
    written = json.encode(arguments).decode() + " "
    out = run(EnhanceTool(), cut(with_arguments(CALL, written), sizes))
    pieces = [event.delta["partial_json"] for event in out if isinstance(event, BlockDelta)]
    assert pieces == [written]
    assert check(out)["content"][0]["input"] == arguments


def test_a_call_without_arguments_has_none() -> None:
    events = [event for event in CALL if not isinstance(event, BlockDelta)]
    assert run(EnhanceTool(), events) == events


@pytest.mark.parametrize(("reason", "repaired"), [("max_tokens", False), ("tool_use", True)])
def test_a_call_that_was_cut_off_is_not_completed_by_guess(reason: str, repaired: bool) -> None:
    events = with_arguments(stream(call(), stop_reason=reason), '{"path": "a", "content": "half a')
    out = run(EnhanceTool(), cut(events))
    (piece,) = [event.delta["partial_json"] for event in out if isinstance(event, BlockDelta)]
    assert piece.endswith("}") is repaired


def test_each_of_several_calls_is_repaired_in_its_place() -> None:
    events = with_arguments(stream(text("now"), call(), call("Write", "toolu_2")), "{'a': 1}")
    content = check(run(EnhanceTool(), cut(events)))["content"]
    assert [block.get("input") for block in content] == [None, {"a": 1}, {"a": 1}]


def test_text_flows_and_what_is_not_understood_passes_at_once() -> None:
    """Neither waits for the end of a call that is held back."""
    start, first, second = CALL[0], CALL[1], BlockDelta(0, {"type": "input_json_delta", "partial_json": "{"})
    unknown = Opaque("news", b'event: news\ndata: {"type":"news"}\n\n')
    assert run(EnhanceTool(), [start, first, second, Ping(), unknown]) == [start, first, Ping(), unknown]
    plain = list(cut(stream(text("hello there"))))
    assert run(EnhanceTool(), plain) == plain
