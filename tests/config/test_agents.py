"""What the file may say of agents, searches and verdicts."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.schema import File
from ccr.config.shapes.agents import AgentEntry, Safeguards, WebSearch
from ccr.config.validation import validate


def told(config: dict[str, Any]) -> list[str]:
    _, problems = validate(File, config, "")
    return [str(problem) for problem in problems]


def test_what_is_right() -> None:
    read, problems = validate(
        File,
        {
            "agents": ["one", {"path": "a.py", "options": {"x": 1}}],
            "WebSearch": {"backend": "brave", "apiKey": "k", "url": None, "max_results": 3},
            "Safeguards": {"policy": "deny", "allow": ["Bash"]},
            "forceUseImageAgent": True,
        },
        "",
    )
    assert not problems
    assert read is not None
    assert read.agents == [AgentEntry(name="one"), AgentEntry(path="a.py", options={"x": 1})]
    assert isinstance(read.WebSearch, WebSearch)
    assert (read.WebSearch.api_key, read.WebSearch.max_results) == ("k", 3)
    assert read.Safeguards == Safeguards(policy="deny", allow=("Bash",))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (
            {"agents": [{"options": {}}]},
            'agents[0]: should have a "path" to a Python file, or the "name" of an agent',
        ),
        ({"agents": [{"path": "a", "name": "b"}]}, 'agents[0]: should have a "path"'),
        ({"WebSearch": {"backend": "searxng"}}, 'WebSearch: needs the "url" of your SearXNG'),
        (
            {"WebSearch": {"backend": "searxng", "url": "localhost"}},
            'WebSearch: has an "url" that begins with',
        ),
        ({"WebSearch": {"backend": "tavily"}}, 'WebSearch: needs an "api_key" for tavily.'),
        ({"WebSearch": {"backend": "bing"}}, "WebSearch.backend: should be 'searxng', 'tavily'"),
        ({"WebSearch": {}}, "WebSearch.backend: is missing."),
        ({"WebSearch": {"backend": "exa", "api_key": "k", "max_results": 99}}, "WebSearch.max_results: "),
        ({"Safeguards": {"policy": "maybe"}}, "Safeguards.policy: should be 'ask-model', 'allow', 'deny' or"),
        ({"Safeguards": {"seconds": 0}}, "Safeguards.seconds: "),
    ],
)
def test_what_is_wrong(config: dict[str, Any], said: str) -> None:
    (problem,) = told(config)
    assert problem.startswith(said)
