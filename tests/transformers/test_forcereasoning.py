"""``forcereasoning``: reasoning is asked for in words, and comes and goes between tags."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from hypothesis import given

from ccr.anthropic import thinking
from ccr.anthropic.request import Body
from ccr.transformers.forcereasoning import PROMPT, TAG, ForceReasoning
from tests.grammar import check
from tests.transformers.streams import SIZES, at, call, cut, run, stream, target, text

OURS = {"type": "thinking", "thinking": "why", "signature": thinking.sign(target().issuer)}
THEIRS = {"type": "thinking", "thinking": "why", "signature": "from elsewhere"}
SCHEMA = {"type": "json_schema", "schema": {"type": "object"}}


def turn(*content: dict[str, Any]) -> Body:
    return {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": list(content)}]}


@pytest.mark.parametrize("system", [None, "be kind", [{"type": "text", "text": "be kind"}]])
def test_the_request_stands_at_the_end_of_the_system_prompt(system: str | None) -> None:
    """The same at every turn, where no cached prefix moves."""
    body: Body = {"messages": []} if system is None else {"messages": [], "system": system}
    edited = at(ForceReasoning()).request(body)["system"]
    assert edited == ([text("be kind")] if system else []) + [text(PROMPT)]


def test_the_models_own_reasoning_goes_back_as_it_wrote_it() -> None:
    edited = at(ForceReasoning()).request(turn(OURS, text("so"), call()))
    assert edited["messages"][1]["content"] == [text(f"<{TAG}>why</{TAG}>"), text("so"), call()]


def test_reasoning_of_others_is_never_made_visible() -> None:
    edited = at(ForceReasoning()).request(turn(THEIRS, text("so")))
    assert edited["messages"][1]["content"] == [THEIRS, text("so")]


def test_a_turn_in_plain_text_stays() -> None:
    body: Body = {"messages": [{"role": "assistant", "content": "so"}]}
    assert at(ForceReasoning()).request(body)["messages"] == [{"role": "assistant", "content": "so"}]


@pytest.mark.parametrize("wish", [{"output_config": {"format": SCHEMA}}, {"output_format": SCHEMA}])
def test_an_answer_that_must_be_json_is_left_alone(wish: Any) -> None:
    assert at(ForceReasoning()).request(copy(wish)) == wish


@given(SIZES)
def test_the_answer_is_split_at_the_tags(sizes: list[int]) -> None:
    answer = text(f"<{TAG}>\nwhy < because\n</{TAG}>\n\nso")
    blocks = check(run(at(ForceReasoning()), cut(stream(answer, call()), sizes)))["content"]
    assert [block["type"] for block in blocks] == ["thinking", "text", "tool_use"]
    assert (blocks[0]["thinking"], blocks[1]["text"]) == ("why < because", "so")
    assert thinking.issued(blocks[0]["signature"], target().issuer)
