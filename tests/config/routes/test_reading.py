"""``Router`` in all its forms, and every mistake in the words it is told in."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.routes.reading import read
from ccr.config.routes.shapes import BACKGROUND_KINDS, THRESHOLD, Member, Route
from tests.config.conftest import Mistakes, Read

FAR: dict[str, Any] = {"name": "far", "api_base_url": "https://llm.example.com/v1", "api_key": "k"}


def routes(router: dict[str, Any], **fallback: tuple[str, ...]) -> Any:
    found = read(router, fallback)
    assert found.problems == []
    return found.routes


@pytest.mark.parametrize(
    ("value", "route"),
    [
        ("a,m", Route((Member("a,m"),))),
        (["a,m", "b,m"], Route((Member("a,m"), Member("b,m")))),
        (["a,m", {"target": "b,m", "weight": 3}], Route((Member("a,m"), Member("b,m", 3.0)), "weighted")),
        ({"targets": ["a,m"], "strategy": "weighted"}, Route((Member("a,m"),), "weighted")),
        ({"target": "a,m", "fallback": ["b,m"]}, Route((Member("a,m"),), fallback=("b,m",))),
        (
            {"targets": [{"target": "a,m", "cost": 0.5}], "fallback": []},
            Route((Member("a,m", cost=0.5),), fallback=()),
        ),
    ],
)
def test_every_form_of_a_route(value: Any, route: Route) -> None:
    assert routes({"think": value, "agents": {"Explore": value}}).scenarios == {"think": route}
    assert routes({"agents": {"Explore": value}}).agents == {"Explore": route}
    rule = {"match": {}, "target": value}
    assert routes({"rules": [rule]}).rules[0].route == route


def test_a_rule_s_strategy_and_fallback_stand_beside_its_target() -> None:
    rule = {"name": "r", "match": {}, "target": ["a,m", "b,m"], "strategy": "least-cost", "fallback": "c,m"}
    split = {"match": {}, "split": {"a,m": 9, "b,m": 1}}
    off = {"match": {}, "target": "a,m", "enabled": False}
    first, second = routes({"rules": [rule, off, split]}).rules
    assert (first.name, first.route) == ("r", Route((Member("a,m"), Member("b,m")), "least-cost", ("c,m",)))
    assert (second.name, second.route) == ("2", Route((Member("a,m", 9.0), Member("b,m", 1.0)), "weighted"))


def test_fallbacks_inside_router_win_and_version_3_s_form_is_read() -> None:
    found = routes({"fallback": {"think": ["b,m"]}}, default=("a,m",), think=("a,m",))
    assert found.fallback == {"default": ("a,m",), "think": ("b,m",)}
    assert routes({"fallback": {"mode": "off", "models": ["a,m"]}}).fallback == {}
    assert routes({"fallback": {"mode": "model-chain", "models": ["a,m"]}}).fallback == {"default": ("a,m",)}


def test_what_is_not_said_has_its_default() -> None:
    found = routes({"longContextThreshold": 0, "think": None, "image": ""})
    assert (found.threshold, found.background_kinds, found.scenarios) == (THRESHOLD, BACKGROUND_KINDS, {})
    assert routes({"longContextThreshold": "70000", "backgroundKinds": []}).background_kinds == frozenset()


def test_every_target_is_known_by_its_place() -> None:
    router = {
        "default": ["a,1", {"target": "a,2"}],
        "agents": {"x": {"targets": "a,3", "fallback": ["a,4"]}},
        "rules": [{"match": {}, "split": {"a,5": 1}}, {"match": {}, "target": "a,6", "fallback": "a,7"}],
        "fallback": {"think": ["a,8"]},
        "clients": {"ci": {"default": "a,9"}},
    }
    assert sorted(read(router, {}).places) == [
        ("Router.agents.x.fallback[0]", "a,4"),
        ("Router.agents.x.targets", "a,3"),
        ("Router.clients.ci.default", "a,9"),
        ("Router.default[0]", "a,1"),
        ("Router.default[1].target", "a,2"),
        ("Router.fallback.think[0]", "a,8"),
        ('Router.rules[0].split["a,5"]', "a,5"),
        ("Router.rules[1].fallback", "a,7"),
        ("Router.rules[1].target", "a,6"),
    ]


FORM = '      Write "provider,model", a list of such, or {"targets": […], "strategy": …, "fallback": […]}.'
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"default": []}, f"- Router.default: should name a target.\n{FORM}"),
    ({"default": {"strategy": "weighted"}}, f'- Router.default: has no "targets".\n{FORM}'),
    (
        {"default": {"targets": "far,m", "strategi": "weighted"}},
        '- Router.default.strategi: is not known here.\n      Did you mean "strategy"?',
    ),
    (
        {"default": {"targets": "far,m", "strategy": "wieghted"}},
        '- Router.default.strategy: there is no strategy "wieghted".\n      Did you mean "weighted"?',
    ),
    (
        {"default": ["far,m", 3]},
        (
            "- Router.default[1]: names no target (it is 3).\n"
            '      Write "provider,model" or {"target": "provider,model", "weight": 2}.'
        ),
    ),
    (
        {"default": ["far,m", {"target": "far,n", "weight": -1}]},
        "- Router.default[1].weight: should be a number of 0 or more, not -1.",
    ),
    (
        {"default": ["far,m", "fra,m"]},
        '- Router.default[1]: there is no provider "fra".\n      Did you mean "far"?',
    ),
    ({"agents": ["far,m"]}, "- Router.agents: should be an object: { … }, not a list."),
    ({"agents": {"Explore": 3}}, f'- Router.agents.Explore: should be "provider,model", not 3.\n{FORM}'),
    ({"rules": "far,m"}, '- Router.rules: should be a list: [ … ], not "far,m".'),
    ({"rules": ["far,m"]}, '- Router.rules[0]: should be an object: { … }, not "far,m".'),
    (
        {"rules": [{"target": "far,m"}]},
        '- Router.rules[0]: has no "match".\n      Write "match": {} for a rule that always applies.',
    ),
    (
        {"rules": [{"match": {}}]},
        (
            '- Router.rules[0]: should have one of "target" and "split".\n'
            '      Write "target": "provider,model", or "split": {"provider,model": 9, "other,model": 1}.'
        ),
    ),
    (
        {"rules": [{"match": {}, "target": "far,m", "fallbak": []}]},
        '- Router.rules[0].fallbak: is not known here.\n      Did you mean "fallback"?',
    ),
    (
        {"rules": [{"match": {}, "split": {"far,m": "most"}}]},
        '- Router.rules[0].split["far,m"]: should be a number of 0 or more, not "most".',
    ),
    (
        {"fallback": {"think": 3}},
        '- Router.fallback.think: should be a list of texts: ["…"], not 3.',
    ),
    (
        {"backgroundKinds": ["titel"]},
        '- Router.backgroundKinds[0]: there is no kind "titel".\n      Did you mean "title"?',
    ),
    ({"stickySeconds": "long"}, '- Router.stickySeconds: should be a number of 0 or more, not "long".'),
    ({"clients": {"ci": "far,m"}}, '- Router.clients.ci: should be an object: { … }, not "far,m".'),
    (
        {"clients": {"ci": {"default": "fra,m"}}},
        '- Router.clients.ci.default: there is no provider "fra".\n      Did you mean "far"?',
    ),
]


@pytest.mark.parametrize(("router", "told"), MISTAKES)
def test_mistakes(router: dict[str, Any], told: str, mistakes: Mistakes) -> None:
    assert mistakes({"Providers": [FAR], "Router": router}) == told


def test_the_settings_have_them_typed(read: Read) -> None:
    made = read({"Providers": [FAR], "Router": {"default": "far,m"}, "fallback": {"default": ["far,n"]}})
    assert made.routes.scenarios["default"] == Route((Member("far,m"),))
    assert made.routes.fallback == {"default": ("far,n",)}


def test_clients_have_keys_of_their_own(read: Read) -> None:
    made = read({"APIKEYS": ["plain", {"key": "k-ci", "name": "ci"}, {"key": "k-3", "id": "three"}]})
    assert made.clients == {"plain": "", "k-ci": "ci", "k-3": "three"}
    assert made.apikey == "plain"
    assert "k-ci" not in repr(made)


def test_the_first_target_of_a_scenario(read: Read) -> None:
    made = read({"Providers": [FAR], "Router": {"default": [{"target": "far,m"}, "far,n"]}})
    assert (made.route("default"), made.route("think")) == ("far,m", None)
