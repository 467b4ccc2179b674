"""Every place in which rules name a provider is found, written anew, and taken out."""

from __future__ import annotations

from typing import Any

from ccr.cli.models import references

VALUE: dict[str, Any] = {
    "Providers": [
        {"name": "a", "models": ["one", "two"]},
        {"name": "b", "models": ["three"]},
    ],
    "Router": {
        "default": "a,one",
        "think": ["b,three", {"target": "A,two", "weight": 2}],
        "image": {"targets": ["a,one"], "strategy": "weighted", "fallback": ["b,three"]},
        "longContext": "two",
        "longContextThreshold": 5,
        "agents": {"Explore": "a/one", "*": "b,three"},
        "rules": [
            {"name": "a,one", "match": {"model": "a,one"}, "split": {"a,one": 9, "b,three": 1}},
            {"match": {}, "target": "a,two"},
        ],
        "clients": {"team": {"default": "a,one"}},
    },
    "fallback": {"default": ["b,three", "a,one"], "think": ["a,two"]},
}


def test_every_mention_is_found_with_its_path() -> None:
    assert [one.path for one in references.of(VALUE, "a")] == [
        "Router.default",
        "Router.think[1].target",
        "Router.image.targets[0]",
        "Router.longContext",
        "Router.agents.Explore",
        'Router.rules[0].split["a,one"]',
        "Router.rules[1].target",
        "Router.clients.team.default",
        "fallback.default[1]",
        "fallback.think[0]",
    ]
    assert [one.path for one in references.of(VALUE, "a", "two")] == [
        "Router.think[1].target",
        "Router.longContext",
        "Router.rules[1].target",
        "fallback.think[0]",
    ]
    assert references.of(VALUE, "nobody") == []


def test_what_is_taken_out_is_named_no_more_and_rules_that_lead_nowhere_go() -> None:
    left = references.without(VALUE, "a")
    assert references.of(left, "a") == []
    assert left["Router"] == {
        "think": ["b,three"],
        "longContextThreshold": 5,
        "agents": {"*": "b,three"},
        "rules": [{"name": "a,one", "match": {"model": "a,one"}, "split": {"b,three": 1}}],
    }
    assert left["fallback"] == {"default": ["b,three"]}
    assert references.without({"Router": {"default": "a,one"}}, "a") == {"Router": {}}


def test_a_new_name_is_written_wherever_the_old_one_was() -> None:
    new = {
        **references.renamed(VALUE, "a", "z"),
        "Providers": [{"name": "z", "models": ["one", "two"]}, VALUE["Providers"][1]],
    }
    assert [one.path for one in references.of(new, "z")] == [
        path.replace('"a,', '"z,') for path in (one.path for one in references.of(VALUE, "a"))
    ]
    assert new["Router"]["rules"][0]["match"] == {"model": "a,one"}
    assert new["Router"]["longContext"] == "two"
    assert new["Router"]["agents"]["Explore"] == "z/one"
