"""``cleancache``: no cache mark is left, and nothing else is gone."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ccr.anthropic.request import Body
from ccr.transformers.cleancache import CleanCache

MARK = {"cache_control": {"type": "ephemeral"}}


def body(mark: dict[str, Any]) -> Body:
    words = {"type": "text", "text": "hello", **mark}
    result = {"type": "tool_result", "tool_use_id": "a", "content": [words, "odd"], **mark}
    document = {"type": "document", "source": {"type": "content", "content": [words]}, **mark}
    own: dict[str, Any] = {"type": "tool_use", "id": "a", "name": "cache", "input": dict(MARK)}
    schema = {"type": "object", "properties": {"cache_control": {"type": "string"}}}
    return deepcopy(  # type: ignore[return-value]
        {
            "system": [words],
            "tools": [{"name": "cache", "input_schema": schema, **mark}],
            "messages": [
                {"role": "user", "content": "hello"},
                {"role": "assistant", "content": [own | mark]},
                {"role": "user", "content": [result, document]},
            ],
            **mark,
        }
    )


def test_every_mark_is_taken_off_and_a_tools_own_words_stay() -> None:
    assert CleanCache().request(body(MARK)) == body({})


def test_a_body_without_marks_is_what_it_was() -> None:
    assert CleanCache().request(body({})) == body({})
