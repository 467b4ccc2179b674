"""Conditions of the user's rules, on requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ccr.config.routes import conditions
from ccr.config.routes.shapes import Clock
from ccr.config.routes.values import Notes
from ccr.routing.declared import unmet
from tests.routing.support import facts, text_of_tokens

HEADERS = {"x-team": "ML", "x-claude-code-agent-type": "Explore", "x-session-id": "s-1", "x-n": "12"}
CONTENT = [{"type": "text", "text": "Explain THIS code"}]
BODY: dict[str, Any] = {
    "model": "claude-opus-9",
    "metadata": {"tags": ["a", "b"], "n": 3},
    "messages": [{"role": "user", "content": CONTENT}, {"role": "assistant", "content": "so"}],
    "thinking": {"type": "adaptive"},
    "top": None,
}


async def missed(
    match: Mapping[str, Any], headers: Mapping[str, str] = HEADERS, **changes: Any
) -> str | None:
    notes = Notes()
    condition = conditions.read(match, "match", notes)
    assert notes.problems == []
    assert condition is not None
    return await unmet(condition, facts(headers, **{**BODY, **changes}))


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"model": "claude-OPUS-9"},
        {"model": "claude-*"},
        {"model": ["gpt-*", "claude-opus-?"]},
        {"model": {"prefix": "Claude-", "suffix": "-9", "contains": "opus", "regex": "^claude.*9$"}},
        {"model": {"!=": "gpt-9", "not-contains": "haiku", "in": ["x", "claude*"]}},
        {"kind": "main", "agent": "Explore", "session": "s-*", "stream": False, "thinking": True},
        {"header.x-team": "ml", "header.X-Team": {"exists": True}, "header.nothing": {"exists": False}},
        {"header.x-n": {">": 11, "<=": 12}},
        {"body.metadata.n": 3, "body.metadata.tags": {"contains": "B"}},
        {"body.metadata.n": {"equals": 3, ">=": 3, "<": 4}},
        {"body.metadata.tags.*": "b"},
        {"body.messages.-1.role": "assistant"},
        {"body.messages.0.content.0.text": {"contains": "explain this code"}},
        {"body.messages": {"contains": "explain this code"}},
        {"body.metadata.*": 3},
        {"body.nothing": {"exists": False}},
        {"body.top": {"exists": False}},  # null is left out by the helper
        {"tokens": {"<": 1_000}},
        {"tokens": {"<=": 1_000, ">": 1}},
        {"any": [{"model": "x"}, {"agent": "explore"}]},
        {"all": [{"model": "claude*"}, {"not": {"agent": "plan"}}]},
        {"not": {"any": [{"model": "x"}, {"model": "y"}]}},
        {"time": "0:00-24:00"},
        {"day": "mon-sun"},
    ],
)
async def test_what_holds(match: dict[str, Any]) -> None:
    assert await missed(match) is None


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ({"model": "gpt-*"}, 'model "gpt-*"'),
        ({"model": "claude-*", "agent": "Plan"}, 'agent "Plan"'),
        ({"client": "ci"}, 'client "ci"'),
        ({"client": {"exists": True}}, 'client {"exists": true}'),
        ({"stream": "false"}, 'stream "false"'),
        ({"body.metadata.n": True}, "body.metadata.n true"),
        ({"body.metadata.n": {"prefix": "3"}}, 'body.metadata.n {"prefix": "3"}'),
        ({"body.messages.7.role": "user"}, 'body.messages.7.role "user"'),
        ({"body.model.x": "y"}, 'body.model.x "y"'),
        ({"header.x-team": {">": 3}}, 'header.x-team {">": 3}'),
        ({"tokens": {">=": 1_000}}, "tokens >= 1000"),
        ({"any": [{"model": "x"}, {"model": "y"}]}, 'model "x" or model "y"'),
        ({"not": {"model": "claude-*"}}, 'not model "claude-*"'),
        ({"not": {"any": [{"model": "c*"}, {"model": "x"}]}}, 'not (model "c*" or model "x")'),
        (
            {"all": [{"model": "c*"}, {"any": [{"agent": "x"}, {"kind": "title"}]}]},
            'agent "x" or kind "title"',
        ),
        ({"time": "0:00-0:00"}, 'time "0:00-0:00"'),
    ],
)
async def test_what_does_not_hold_is_named(match: dict[str, Any], said: str) -> None:
    assert await missed(match) == said


async def test_what_a_client_does_not_say_is_missing() -> None:
    for name in ("agent", "session", "client"):
        assert await missed({name: {"exists": False}}, {}) is None


async def test_tokens_are_counted_only_where_bytes_leave_it_open() -> None:
    asked = facts(messages=[{"role": "user", "content": text_of_tokens(100)}])
    condition = conditions.read({"tokens": {">": 60_000}}, "match", Notes())
    assert condition is not None
    assert await unmet(condition, asked) == "tokens > 60000"
    assert asked.counted is None


async def test_the_clock_is_the_machine_s() -> None:
    assert await unmet(Clock(lambda now: now.tzinfo is not None, "zone"), facts()) is None
