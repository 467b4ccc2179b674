"""Which agents a configuration has, and what is said of mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ccr.agents.backends import Reply, Request
from ccr.agents.contract import Agent, Task
from ccr.agents.load import GROUP, agents_of
from ccr.agents.safeguard import SafeguardAgent
from ccr.agents.search import SearchAgent
from ccr.config import ConfigError, load
from ccr.exchange import Exchange
from tests.agents.support import ask, chat
from tests.conftest import ROOT
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream

EXAMPLE = ROOT / "examples" / "agents" / "second_opinion.py"
AGENT = """
from ccr.agents.contract import Agent
class Mine(Agent):
    def __init__(self, *, loud: bool, name_of: str = "x") -> None:
        if name_of == "nobody":
            raise ValueError("nobody is no name.")
    async def prepare(self, exchange):
        return None
"""


async def fetch(request: Request) -> Reply:
    raise AssertionError(request)


def agents(folder: Path, config: dict[str, Any]) -> list[Agent]:
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    return agents_of(load(path, {}), fetch)


def mistakes(folder: Path, *entries: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        agents(folder, {"agents": list(entries)})
    return str(caught.value)


def test_without_a_word_there_are_search_and_safeguard(tmp_path: Path) -> None:
    search, safeguard = agents(tmp_path, {})
    assert isinstance(search, SearchAgent)
    assert search.backend is None
    assert isinstance(safeguard, SafeguardAgent)
    assert (safeguard.policy, safeguard.routed, safeguard.seconds) == ("ask-model", False, 30.0)


def test_a_vision_model_brings_the_image_agent(tmp_path: Path) -> None:
    provider = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "api_key": "k", "models": ["v"]}
    found = agents(tmp_path, {"Providers": [provider], "Router": {"image": "lab,v", "safeguard": "lab,v"}})
    assert [agent.name for agent in found] == ["image", "search", "safeguard"]
    assert isinstance(found[-1], SafeguardAgent)
    assert found[-1].routed


def test_the_users_own_come_first(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(AGENT)
    found = agents(tmp_path, {"agents": [{"path": "mine.py", "options": {"loud": True}}]})
    assert [agent.name for agent in found] == ["mine", "search", "safeguard"]


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    (AGENT, {}, 'agents[0]: "mine" needs the option "loud".\n      Put it into its "options".'),
    (
        AGENT,
        {"loud": True, "nameof": 1},
        'agents[0].options.nameof: is no option of the agent.\n      Did you mean "name_of"?',
    ),
    (AGENT, {"loud": []}, 'agents[0].options: "mine": the option "loud" is wrong'),
    (AGENT, {"loud": True, "name_of": "nobody"}, '"mine" refuses its options: nobody is no name.'),
    ("x = 1", {}, "agents[0].path: mine.py defines no subclass of ccr.agents.contract.Agent."),
    ("x =", {}, "agents[0].path: mine.py is no valid Python (line 1)"),
    ("1 / 0", {}, "agents[0].path: mine.py fails in line 1: ZeroDivisionError"),
]


@pytest.mark.parametrize(("code", "options", "said"), MISTAKES)
def test_mistakes_of_a_file(tmp_path: Path, code: str, options: dict[str, Any], said: str) -> None:
    (tmp_path / "mine.py").write_text(code)
    assert said in mistakes(tmp_path, {"path": "mine.py", "options": options})


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = mistakes(tmp_path, {"path": "absent.py"}, "nobody")
    assert "agents[0].path: " in told
    assert 'agents[1].name: there is no agent "nobody".' in told


async def test_the_example_asks_another_model_of_the_users(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    question = ("call_1", "second_opinion", {"question": "tea or coffee?"})
    upstream.reply(chat("Hm.", question), chat("tea"), chat("Tea."))
    url = await start(
        provider={"models": ["m1", "wise"]},
        agents=[{"path": str(EXAMPLE), "options": {"model": "lab,wise"}}],
    )
    body = {
        "model": "x",
        "max_tokens": 9,
        "stream": True,
        "messages": [{"role": "user", "content": "tea or coffee?"}],
        "tools": [{"name": "Edit", "input_schema": {"type": "object"}}],
    }
    message = await ask(http, url, body)
    assert [block["text"] for block in message["content"]] == ["Hm.", "Tea."]
    assert [seen.json["model"] for seen in upstream.requests] == ["m1", "wise", "m1"]
    assert upstream.requests[2].json["messages"][-1]["content"] == "tea"


class _Entry:
    """An installed package's agent."""

    name = "brought"
    value = "package:Brought"

    @staticmethod
    def load() -> object:
        class Brought(Agent):
            async def prepare(self, exchange: Exchange) -> Task | None:
                raise AssertionError(exchange)

        return Brought


def test_a_package_brings_agents_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {GROUP: [_Entry]}
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found[group])
    assert agents(tmp_path, {"agents": ["brought"]})[0].name == "brought"
    assert "Did you mean" in mistakes(tmp_path, "brougth")
