"""What a request is for, by header and by the shapes of today's client."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.routes.shapes import Kind
from ccr.routing.kinds import is_web_search, kind_of
from tests.routing.support import BODY

CLASS = "x-claude-code-request-class"
AGENT = "x-claude-code-agent-id"
TOOLS = [{"name": "Bash", "input_schema": {}}]


def schema(*names: str) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "schema": {"properties": {name: {} for name in names}}}}


def said(*texts: str) -> list[dict[str, Any]]:
    user = {"role": "user", "content": [{"type": "text", "text": text} for text in texts]}
    return [{"role": "user", "content": "first"}, user, {"role": "system", "content": "date"}]


COMPACT = "CRITICAL: Respond with TEXT ONLY. Do not call tools.\nWrite a detailed summary of it all."
SUBAGENT = [{"type": "text", "text": "x-anthropic-billing-header: cc_version=2; cc_is_subagent=true;"}]
CASES: list[tuple[Kind, dict[str, Any], dict[str, str]]] = [
    ("main", {}, {}),
    ("main", {"tools": TOOLS}, {CLASS: "main"}),
    ("subagent", {"tools": TOOLS}, {CLASS: "subagent"}),
    ("subagent", {"tools": TOOLS}, {AGENT: "a1"}),
    ("subagent", {"tools": TOOLS, "system": SUBAGENT}, {}),
    ("workflow", {}, {CLASS: "workflow"}),
    ("compaction", {}, {CLASS: "compaction"}),
    ("compaction", {"tools": TOOLS, "messages": said("a reminder", COMPACT)}, {}),
    ("compaction", {"messages": said(COMPACT, "a reminder")}, {}),
    ("title", {"output_config": schema("title")}, {}),
    ("title", {"output_config": schema("title"), "tools": []}, {CLASS: "auxiliary"}),
    ("title", {"output_format": schema("title")["format"]}, {}),
    ("hook", {"output_config": schema("ok", "reason", "impossible")}, {}),
    ("hook", {"output_config": schema("ok", "reason", "impossible"), "tools": TOOLS}, {}),
    ("main", {"output_config": schema("ok", "reason"), "tools": TOOLS}, {}),
    ("main", {"output_config": schema("answer")}, {}),
    ("classifier", {"system": "You are a security monitor.", "stop_sequences": ["</block>"]}, {}),
    ("classifier", {"system": "You are a security monitor for coding agents."}, {}),  # its second stage
    ("main", {"system": "You are a security monitor."}, {}),
    ("webfetch", {"messages": said("\nWeb page content:\n---\nhello")}, {}),
    ("websearch", {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, {}),
    ("main", {"tools": [*TOOLS, {"type": "web_search_20250305", "name": "web_search"}]}, {}),
    ("probe", {"max_tokens": 1}, {}),
    ("main", {"max_tokens": 1, "tools": TOOLS}, {}),
    ("auxiliary", {"tools": TOOLS}, {CLASS: "auxiliary"}),
    ("main", {"output_config": schema("title")}, {CLASS: "main"}),
    ("main", {"messages": [], "tools": None, "system": 3}, {}),
]


@pytest.mark.parametrize(("kind", "changes", "headers"), CASES)
def test_the_kind(kind: Kind, changes: dict[str, Any], headers: dict[str, str]) -> None:
    body: Any = BODY | changes
    assert kind_of(body, headers) == kind


def test_web_search_is_anthropic_s_own_tool() -> None:
    assert is_web_search({"tools": [{"name": "a"}, {"type": "web_search_20260101"}]})
    assert not is_web_search({"tools": [{"name": "web_search"}]})
