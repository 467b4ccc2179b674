"""Rules of scenarios, written where and how they stand."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.models import routes
from ccr.cli.models.entries import Refused

VALUE: dict[str, Any] = {
    "Providers": [{"name": "a", "models": ["one", "two"]}],
    "Router": {"default": "a,one"},
    "fallback": {"default": ["a,two"]},
}


@pytest.mark.parametrize("text", ["longContext", "longcontext", "long-context", "LONG_CONTEXT"])
def test_a_scenario_is_known_in_any_spelling(text: str) -> None:
    assert routes.scenario_named(text) == "longContext"


def test_an_unknown_scenario_gets_the_nearest_told() -> None:
    with pytest.raises(Refused, match='Did you mean "think"'):
        routes.scenario_named("thinks")


def test_one_target_is_a_text_several_are_a_list_and_a_group_stays_one() -> None:
    assert routes.with_route(VALUE, "think", ["A,one"])["Router"]["think"] == "a,one"
    assert routes.with_route(VALUE, "think", ["a,one", "a,two"])["Router"]["think"] == ["a,one", "a,two"]
    group = {**VALUE, "Router": {"think": {"target": "a,one", "strategy": "weighted"}}}
    assert routes.with_route(group, "think", ["a,two"])["Router"]["think"] == {
        "strategy": "weighted",
        "targets": "a,two",
    }
    with pytest.raises(Refused, match="no provider 'b'"):
        routes.with_route(VALUE, "think", ["b,one"])


def test_a_fallback_is_written_where_the_one_before_stands() -> None:
    beside = routes.with_fallback(VALUE, "default", ["a,one"])
    assert beside["fallback"] == {"default": ["a,one"]}
    inside = {**VALUE, "Router": {"default": "a,one", "fallback": {"default": ["a,two"]}}}
    assert routes.with_fallback(inside, "default", ["a,one"])["Router"]["fallback"] == {"default": ["a,one"]}
    own = {**VALUE, "Router": {"default": {"targets": "a,one", "fallback": ["a,two"]}}}
    assert routes.with_fallback(own, "default", [])["Router"]["default"] == {"targets": "a,one"}
    assert routes.with_fallback(VALUE, "default", [])["fallback"] == {}
    assert routes.with_fallback(VALUE, "think", []) == VALUE


def test_a_scenario_without_a_chain_has_that_of_default() -> None:
    think = routes.rule(routes.with_route(VALUE, "think", ["a,two"]), "think")
    assert think == routes.Rule("think", ("a,two",), ("a,two",), own=False)
    assert routes.rule(VALUE, "default").own
    assert [rule.scenario for rule in routes.rules(VALUE)] == list(routes.MEANINGS)


def test_a_rule_goes_with_its_own_chain() -> None:
    value = routes.with_fallback(routes.with_route(VALUE, "think", ["a,two"]), "think", ["a,one"])
    left = routes.without_route(value, "think")
    assert left["Router"] == {"default": "a,one"}
    assert left["fallback"] == {"default": ["a,two"]}


def test_the_threshold_has_its_usual_value_until_it_is_set() -> None:
    assert routes.threshold(VALUE) == 60_000
    assert routes.threshold(routes.with_threshold(VALUE, 5)) == 5


def test_a_rule_that_is_not_there_is_taken_out_without_a_trace() -> None:
    assert routes.without_route({}, "think") == {}
