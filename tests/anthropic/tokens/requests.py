"""Requests to count: whole conversations, and the odd ones that clients should not send."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import strategies as st

from ccr.anthropic.request import Body

MODEL = "claude-sonnet-4-5"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = ["the", "router", "counts", "def", "self.value", "=", "1\n", "中文", "returns,"]
PROSE = st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join)
TEXT = st.text(max_size=200) | PROSE


def _block(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


def blocks(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    plain = _block("text", text=text)
    value = st.dictionaries(st.sampled_from(["path", "old", "new"]), text | st.integers() | st.booleans())
    call = _block("tool_use", id=st.just("t"), name=st.just("Read"), input=value)
    image = _block("image", source=st.just({"type": "url", "url": "https://example.com/a.png"}))
    result = _block(
        "tool_result", tool_use_id=st.just("t"), content=text | st.lists(plain | image, max_size=3)
    )
    thought = _block("thinking", thinking=text, signature=st.just("EqQB" * 80))
    document = _block("document", source=st.fixed_dictionaries({"type": st.just("text"), "data": text}))
    return st.lists(plain | call | result | thought | image | document, max_size=5)


def bodies(text: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[Body]:
    """Requests as clients send them, with texts from ``text``."""
    tool = st.fixed_dictionaries(
        {"name": st.just("Read"), "description": text, "input_schema": st.just({"type": "object"})}
    )
    message = st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system"]), "content": text | blocks(text)}
    )
    body = st.fixed_dictionaries(
        {"messages": st.lists(message, max_size=5)},
        optional={
            "system": text,
            "tools": st.lists(tool, max_size=3),
            "tool_choice": st.just({"type": "any"}),
        },
    )
    return body.map(lambda found: cast("Body", found))


KINDS = [
    "text",
    "tool_use",
    "tool_result",
    "thinking",
    "image",
    "document",
    "tool_reference",
    "tool_addition",
]
FIELDS = ["text", "content", "input", "name", "source", "thinking", "signature", "citations", "tool", "title"]
ODD_BLOCK = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4).flatmap(
    lambda fields: (st.sampled_from(KINDS) | JSON).map(lambda kind: {**fields, "type": kind})
)
ODD_CONTENT = JSON | st.lists(ODD_BLOCK | JSON, max_size=3)
ODD_MESSAGE = JSON | st.fixed_dictionaries({"role": JSON, "content": ODD_CONTENT})
ODD_TOOL = JSON | st.dictionaries(
    st.sampled_from(["name", "type", "description", "input_schema", "defer_loading"]), JSON
)
ODD: st.SearchStrategy[Body] = st.fixed_dictionaries(
    {},
    optional={
        "messages": JSON | st.lists(ODD_MESSAGE, max_size=3),
        "system": ODD_CONTENT,
        "tools": JSON | st.lists(ODD_TOOL, max_size=3),
        "tool_choice": JSON,
        "thinking": JSON,
        "output_config": JSON | st.fixed_dictionaries({"format": JSON}),
        "context_management": JSON | st.fixed_dictionaries({"edits": JSON | st.lists(JSON)}),
        "mcp_servers": JSON,
    },
).map(lambda found: cast("Body", found))
"""Requests whose every part may be anything."""
