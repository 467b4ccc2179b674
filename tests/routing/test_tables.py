"""Which routes hold for whom: layers over the configuration's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccr.routing.tables import merged
from tests.routing.support import exchange, names, router

SESSION = "0b0e6c7a-1111-4222-8333-444455556666"
OLD_USER = {"user_id": f"user_abc_account__session_{SESSION}"}
NEW_USER = {"user_id": json.dumps({"device_id": "d", "session_id": SESSION})}


def put(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))


@pytest.fixture
def project(own_home: Path) -> Path:
    """The folder of ours for the project of ``SESSION``."""
    put(own_home / ".claude" / "projects" / "-work" / f"{SESSION}.jsonl", "")
    return own_home / ".claude-code-router" / "-work"


@pytest.mark.parametrize(
    "asked",
    [
        exchange({"x-claude-code-session-id": SESSION}),
        exchange({"x-session-id": SESSION}),
        exchange(metadata=OLD_USER),
        exchange(metadata=NEW_USER),
    ],
)
async def test_project_and_session_by_every_way_of_naming_a_session(
    asked: Any, project: Path, tmp_path: Path
) -> None:
    put(project / "config.json", {"Router": {"default": "lab,project", "think": "lab,pt"}})
    put(project / f"{SESSION}.json", "{Router: {default: 'lab,session'}} // JSON5")
    plan = await router(tmp_path, {"default": "lab,a", "background": "lab,bg"}).choose(asked)
    assert names(plan) == ["lab,session"]
    assert [Path(layer).name for layer in plan.layers] == ["config.json", f"{SESSION}.json"]


async def test_what_a_project_does_not_say_stays_as_it_is(project: Path, tmp_path: Path) -> None:
    put(project / "config.json", {"Router": {"default": "lab,project", "think": ""}})
    made = router(tmp_path, {"default": "lab,a", "background": "lab,bg", "think": "lab,t"})
    headers = {"x-session-id": SESSION}
    assert names(await made.choose(exchange(headers))) == ["lab,project"]
    assert names(await made.choose(exchange(headers, model="claude-haiku"))) == ["lab,bg"]
    assert names(await made.choose(exchange(headers, thinking={"type": "adaptive"}))) == ["lab,t"]
    assert names(await made.choose(exchange())) == ["lab,a"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Syntax error"),
        ("{}", 'it has no "Router"'),
        ('{"Router": {"default": "bal,m"}}', 'Router.default: there is no provider "bal"'),
        ('{"Router": {"rules": [{}]}}', 'Router.rules[0]: has no "match"'),
    ],
)
async def test_a_wrong_file_is_told_in_the_trace_and_not_used(
    text: str, why: str, project: Path, tmp_path: Path
) -> None:
    put(project / "config.json", text)
    plan = await router(tmp_path, {"default": "lab,a"}).choose(exchange({"x-session-id": SESSION}))
    assert names(plan) == ["lab,a"]
    assert f"config.json is not used: {why}" in plan.layers[0]


async def test_variables_are_filled_in(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAST", "lab,fast")
    put(project / "config.json", {"Router": {"default": "$FAST"}})
    plan = await router(tmp_path, {"default": "lab,a"}).choose(exchange({"x-session-id": SESSION}))
    assert names(plan) == ["lab,fast"]


async def test_a_client_has_its_own_routes(tmp_path: Path) -> None:
    clients = {"ci": {"default": "lab,ci", "rules": [{"match": {"stream": True}, "target": "lab,x"}]}}
    made = router(tmp_path, {"default": "lab,a", "think": "lab,t", "clients": clients})
    plan = await made.choose(exchange(client="ci"))
    assert (names(plan), plan.layers) == (["lab,ci"], ("Router.clients.ci",))
    assert names(await made.choose(exchange(client="ci", thinking={"type": "adaptive"}))) == ["lab,t"]
    assert names(await made.choose(exchange(client="other"))) == ["lab,a"]


def test_merging() -> None:
    base = {"default": "a", "think": "t", "agents": {"x": "1", "y": "2"}, "rules": [1], "image": "i"}
    over = {"default": "b", "think": None, "agents": {"y": "3"}, "rules": [2], "image": ""}
    assert merged(base, over, {"default": "c"}) == {
        "default": "c",
        "agents": {"x": "1", "y": "3"},
        "rules": [2, 1],
        "image": "i",
    }
    assert base["default"] == "a"
