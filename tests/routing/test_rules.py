"""The numbered order: each rule alone, each pair in conflict, each documented deviation."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ccr.config.routes.shapes import KINDS, Routes
from ccr.errors import BadRequest
from ccr.exchange import Exchange, Plan
from ccr.routing import rules
from ccr.routing.facts import Facts
from ccr.routing.models import Models
from tests.routing.support import exchange, names, provider, router, text_of_tokens

ORDER = ("custom", *(row.name for row in rules.ORDER))

ROUTES: dict[str, dict[str, Any]] = {
    "rules": {"rules": [{"name": "team", "match": {"header.x-team": "ml"}, "target": "lab,rules"}]},
    "agents": {"agents": {"Explore": "lab,agents"}},
    "image": {"image": "lab,image"},
    "compaction": {"compaction": "lab,compaction"},
    "safeguard": {"safeguard": "lab,safeguard"},
    "longContext": {"longContext": "lab,longContext", "longContextThreshold": 200},
    "background": {"background": "lab,background"},
    "webSearch": {"webSearch": "lab,webSearch"},
    "think": {"think": "lab,think"},
}
"""What has to be configured for a rule to apply."""

HEADERS = {
    "header": {"x-ccr-model": "lab,header"},
    "rules": {"x-team": "ml"},
    "agents": {"x-claude-code-agent-type": "Explore"},
    "compaction": {"x-claude-code-request-class": "compaction"},
}

IMPOSSIBLE = {
    frozenset(pair)
    for pair in (
        ("explicit", "named"),  # a name is one or the other
        ("compaction", "safeguard"),  # a request is of one kind
        ("safeguard", "webSearch"),  # the classifier has no tools
    )
}


async def custom(_facts: Facts, _routes: Routes, _models: Models) -> str:
    return "lab,custom"


def model_of(applying: frozenset[str]) -> str:
    bare = "claude-haiku-9" if "background" in applying else "claude-9"
    return f"lab,{bare}" if "explicit" in applying else bare


def request(applying: frozenset[str]) -> Exchange:
    """A request to which exactly these rules apply."""
    text = text_of_tokens(400) if "longContext" in applying else "Hello"
    content: list[Any] = [{"type": "text", "text": text}]
    if "image" in applying:
        content.append({"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}})
    system = [{"type": "text", "text": "You are a security monitor"}] if "safeguard" in applying else []
    if "subagent" in applying:
        system.append({"type": "text", "text": "<CCR-SUBAGENT-MODEL>lab,subagent</CCR-SUBAGENT-MODEL>Do."})
    return exchange(
        {name: value for rule in applying for name, value in HEADERS.get(rule, {}).items()},
        model=model_of(applying),
        system=system,
        messages=[{"role": "user", "content": content}],
        stop_sequences=["</block>"] if "safeguard" in applying else None,
        tools=[{"type": "web_search_20250305", "name": "web_search"}] if "webSearch" in applying else None,
        thinking={"type": "adaptive"} if "think" in applying else None,
    )


async def decided(folder: Path, *applying: str) -> Plan:
    """The plan where everything that applies is configured, and nothing else."""
    chosen = frozenset(applying)
    routes: dict[str, Any] = {"default": "lab,default"}
    for rule in chosen:
        routes |= ROUTES.get(rule, {})
    models = [model_of(chosen)] if "named" in chosen else []
    made = router(folder, routes, provider("lab", *models), custom=custom if "custom" in chosen else None)
    return await made.choose(request(chosen))


def test_the_order_is_the_one_that_is_documented() -> None:
    assert rules.__doc__ is not None
    numbered = [line.split("``")[1] for line in rules.__doc__.splitlines() if line[:3].strip(" .").isdigit()]
    assert tuple(numbered) == ORDER


@pytest.mark.parametrize("rule", ORDER)
async def test_each_rule_alone(rule: str, tmp_path: Path) -> None:
    plan = await decided(tmp_path, rule)
    model = model_of(frozenset([rule])) if rule in ("explicit", "named") else rule
    assert names(plan) == [f"lab,{model.removeprefix('lab,')}"]
    assert plan.rule.partition(".")[0] == rule
    assert plan.asked[-1].of == rule


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in combinations(ORDER, 2) if frozenset(pair) not in IMPOSSIBLE]
)
async def test_of_two_that_apply_the_earlier_one_wins(first: str, second: str, tmp_path: Path) -> None:
    plan = await decided(tmp_path, second, first)
    assert plan.rule.partition(".")[0] == first


@pytest.mark.parametrize("rule", ROUTES)
async def test_a_rule_that_is_not_configured_is_not_even_asked(rule: str, tmp_path: Path) -> None:
    plan = await router(tmp_path, {"default": "lab,default"}).choose(request(frozenset([rule])))
    assert plan.rule == "default"
    assert [asked for asked, _ in plan.asked] == ["header", "subagent", "explicit", "named", "default"]


async def choice(folder: Path, routes: dict[str, Any], asked: Exchange, *models: str) -> str:
    """``rule target`` for a request."""
    plan = await router(folder, routes, provider("lab", *models)).choose(asked)
    return f"{plan.rule} {plan.targets[0].model}"


EVERYTHING = {name: value for routes in ROUTES.values() for name, value in routes.items()}
EVERYTHING |= {"default": "lab,default", "longContextThreshold": 60_000}


async def test_disabled_thinking_is_no_thinking(tmp_path: Path) -> None:
    assert await choice(tmp_path, EVERYTHING, exchange(thinking={"type": "disabled"})) == "default default"
    assert (
        await choice(tmp_path, EVERYTHING, exchange(thinking={"type": "enabled", "budget_tokens": 2000}))
        == "think think"
    )


async def test_a_haiku_of_any_spelling_is_background_and_the_list_can_be_changed(tmp_path: Path) -> None:
    asked = exchange(model="claude-3-5-Haiku-20241022")
    assert await choice(tmp_path, EVERYTHING, asked) == "background background"
    assert await choice(tmp_path, {**EVERYTHING, "backgroundModels": []}, asked) == "default default"
    others = {**EVERYTHING, "backgroundModels": ["*-mini", "claude-small*"]}
    assert await choice(tmp_path, others, exchange(model="claude-small-2")) == "background background"


TITLE = {"format": {"type": "json_schema", "schema": {"properties": {"title": {"type": "string"}}}}}
CLASS = "x-claude-code-request-class"


async def test_each_kind_of_side_request_can_be_switched(tmp_path: Path) -> None:
    title, auxiliary = exchange(output_config=TITLE), exchange({CLASS: "auxiliary"}, tools=[{"name": "a"}])
    for asked in (title, auxiliary):
        assert await choice(tmp_path, EVERYTHING, asked) == "background background"
        assert await choice(tmp_path, {**EVERYTHING, "backgroundKinds": ["hook"]}, asked) == "default default"
    only = {**EVERYTHING, "backgroundKinds": ["title"]}
    assert await choice(tmp_path, only, title) == "background background"
    assert await choice(tmp_path, {**EVERYTHING, "backgroundKinds": list(KINDS)}, exchange()) == (
        "background background"
    )


async def test_a_name_of_claude_s_is_no_choice_before_the_scenarios_but_others_are(tmp_path: Path) -> None:
    thinking = {"type": "adaptive"}
    own, other = exchange(model="claude-9", thinking=thinking), exchange(model="gpt-9", thinking=thinking)
    assert await choice(tmp_path, EVERYTHING, own, "claude-9", "gpt-9") == "think think"
    assert await choice(tmp_path, EVERYTHING, other, "claude-9", "gpt-9") == "explicit gpt-9"
    without = {"default": "lab,default"}
    assert await choice(tmp_path, without, own, "claude-9", "gpt-9") == "named claude-9"


async def test_a_header_may_name_a_route(tmp_path: Path) -> None:
    assert await choice(tmp_path, EVERYTHING, exchange({"x-ccr-route": "think"})) == "header.think think"
    plan = await router(tmp_path, EVERYTHING).choose(exchange({"x-ccr-route": "thnk"}))
    assert isinstance(plan.refusal, BadRequest)
    assert "no route 'thnk'" in plan.refusal.message


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-claude-code-agent-type": "explore"}, "agents.Explore one"),
        ({"x-claude-code-agent-type": "test-writer"}, "agents.test-* two"),
        ({"x-claude-code-agent-type": "Plan", "x-claude-code-agent-id": "1"}, "agents.* three"),
        ({"x-claude-code-agent-id": "1"}, "agents.* three"),
        ({}, "default default"),
    ],
)
async def test_agents_are_known_by_pattern_and_a_star_is_any_subagent(
    headers: dict[str, str], expected: str, tmp_path: Path
) -> None:
    routes = {
        "default": "lab,default",
        "agents": {"Explore": "lab,one", "test-*": "lab,two", "*": "lab,three"},
    }
    assert await choice(tmp_path, routes, exchange(headers)) == expected


async def test_without_a_default_the_first_model_serves(tmp_path: Path) -> None:
    assert await choice(tmp_path, {}, exchange(), "m1", "m2") == "default m1"
    plan = await router(tmp_path, {}).choose(exchange())
    assert plan.refusal is not None
    assert "Router.default" in plan.refusal.message


async def test_the_declared_rules_say_what_they_wanted(tmp_path: Path) -> None:
    declared = [
        {"name": "big", "match": {"tokens": {">": 9000}}, "target": "lab,a"},
        {"match": {"model": "gpt-*"}, "target": "lab,b"},
    ]
    plan = await router(tmp_path, {"default": "lab,default", "rules": declared}).choose(exchange())
    assert ("rules", 'big wants tokens > 9000; 1 wants model "gpt-*"') in plan.asked
