"""What the file may say of failures, for all providers and for one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic.alias_generators import to_snake

from ccr.config.resilience import Resilience
from ccr.config.schema import json_schema
from ccr.config.shapes import resilience as written
from ccr.config.shapes.resilience import PARTS, STRATEGY_OF, Keys, Parts, of_provider
from ccr.config.shapes.twins import settled
from tests.config.conftest import Mistakes, Read

DOCS = (Path(__file__).parents[2] / "docs/resilience.md").read_text("utf-8")

FAR: dict[str, Any] = {"name": "far", "api_base_url": "https://llm.example.com/v1", "api_key": "k"}


def test_nothing_said_is_the_default(read: Read) -> None:
    settings = read({"Providers": [FAR]})
    assert settings.resilience == Resilience() == settings.providers[0].resilience
    made = settings.resilience
    assert made.single_flight.enabled
    assert made.reconnect.enabled
    assert not made.hedge.enabled
    assert not made.continuing.enabled


def test_a_provider_says_a_part_otherwise_key_by_key(read: Read) -> None:
    settings = read(
        {
            "Resilience": {"retry": {"attempts": 5, "firstDelayMs": 50}, "continue": True, "hedge": False},
            "Providers": [
                {**FAR, "retry": {"attempts": 0}, "gate": {"firstContentMs": 9000}, "continue": False},
                {**FAR, "name": "near", "key_strategy": "Round Robin", "timeouts": {"connect": 3}},
            ],
        }
    )
    far, near = (provider.resilience for provider in settings.providers)
    assert (far.retry.attempts, far.retry.first_delay_ms) == (0, 50)
    assert far.gate.first_content_ms == 9000
    assert (far.continuing.enabled, near.continuing.enabled) == (False, True)
    assert (near.retry.attempts, near.key_pool.strategy) == (5, "round-robin")
    assert near.timeouts.connect == 3
    assert settings.resilience.key_pool.strategy == "sticky"


def test_either_spelling_of_a_name_is_taken() -> None:
    made = written.Resilience.model_validate
    camel = made({"singleFlight": {"enabled": False}, "keyPool": {"warmSeconds": 1}})
    assert camel == made({"single_flight": False, "key_pool": {"warm_seconds": 1}})


@pytest.mark.parametrize("name", [*STRATEGY_OF, "sticky", "ROUND_ROBIN", "least used", "priority"])
def test_strategies_by_the_names_that_users_know(name: str) -> None:
    Keys(strategy=name)


def test_the_pool_of_one_provider_keeps_the_rest_of_what_is_said_for_all() -> None:
    base = written.Resilience.model_validate({"keyPool": {"warmSeconds": 3600, "strategy": "weighted"}})
    own = Parts.model_validate({"keyPool": {"benchSeconds": 5}, "keySelection": "priority"})
    pool = of_provider(settled(Resilience, base), own).key_pool
    assert (pool.warm_seconds, pool.bench_seconds, pool.strategy) == (3600, 5, "priority")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            {"retry": {"attempts": -1}},
            "Resilience.retry.attempts: should be greater than or equal to 0, not -1.",
        ),
        (
            {"breaker": {"failureRatio": 2}},
            "Resilience.breaker.failureRatio: should be less than or equal to 1",
        ),
        ({"keyPool": {"strategy": "best"}}, "Resilience.keyPool.strategy: should be 'sticky', 'round-robin'"),
        ({"hedge": {"enabled": "perhaps"}}, "Resilience.hedge.enabled: should be true or false"),
        ({"continue": 7}, "Resilience.continue: should be an object: { … }, not 7."),
    ],
)
def test_mistakes_are_told_with_their_place(mistakes: Mistakes, section: object, said: str) -> None:
    assert said in mistakes({"Providers": [FAR], "Resilience": section})


def test_a_providers_own_mistake_is_told_at_its_entry(mistakes: Mistakes) -> None:
    told = mistakes({"Providers": [{**FAR, "breaker": {"openSeconds": 0}, "key_strategy": "x"}]})
    assert "Providers[0].breaker.openSeconds: should be greater than 0, not 0." in told
    assert "Providers[0].key_strategy: should be 'sticky'" in told


def test_slips_within_the_parts_are_warned_of(read: Read) -> None:
    warnings = read(
        {
            "Resilience": {"retri": {}, "gate": {"firstContentMS": 5, "own": 1}},
            "Providers": [{**FAR, "retry": {"atempts": 1}}],
        }
    ).warnings
    assert [line.partition(":")[0] for line in warnings] == [
        "Resilience.retri",
        "Resilience.gate.firstContentMS",
        "Providers[0].retry.atempts",
    ]


def test_keys_with_what_stands_beside_them(read: Read) -> None:
    keys = ["a", {"key": "b", "weight": 2, "name": "team", "requestsPerMinute": 60, "mine": 1}]
    settings = read({"Providers": [{**FAR, "api_key": [*keys, {"key": "c", "enabled": False}]}]})
    provider = settings.providers[0]
    assert provider.keys == ("a", "b")
    assert provider.key_options == ({}, {"weight": 2, "label": "team", "rpm": 60, "mine": 1})


def test_a_key_that_stands_there_twice_counts_once(read: Read) -> None:
    settings = read({"Providers": [{**FAR, "api_key": ["a", "b", {"key": "a", "weight": 3}]}]})
    assert settings.providers[0].keys == ("a", "b")
    assert settings.providers[0].key_options == ({"weight": 3}, {})
    assert settings.warnings == (
        "Providers[0].api_key[2]: is the same key as Providers[0].api_key[0]: it counts once.",
    )


@pytest.mark.parametrize("beside", [{"weight": 0}, {"weight": "much"}, {"rpm": -1}, {"priority": 1.5}])
def test_what_stands_beside_a_key_is_checked(mistakes: Mistakes, beside: dict[str, Any]) -> None:
    told = mistakes({"Providers": [{**FAR, "api_key": [{"key": "sk-secret", **beside}]}]})
    assert f"Providers[0].api_key[0].{next(iter(beside))}: should be" in told
    assert "sk-secret" not in told


def test_editors_know_every_part_by_its_name_in_the_file() -> None:
    made = json_schema()
    assert set(PARTS) <= made["$defs"]["Resilience"]["properties"].keys()
    own = made["$defs"]["Provider"]["properties"]
    assert set(PARTS) - {"singleFlight", "reconnect"} <= own.keys()
    assert made["$defs"]["Key"]["properties"].keys() >= {"label", "weight", "priority", "rpm", "tpm"}
    Draft202012Validator(made).validate({"Resilience": {"hedge": True, "retry": {"attempts": 1}}})


@pytest.mark.parametrize("example", re.findall(r"^```json5\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL))
def test_the_examples_in_the_docs_load(example: str, read: Read) -> None:
    config = example if "Providers" in example else f"{{ Providers: [{example}] }}"
    settings = read(config, {name: name for name in re.findall(r"\$([A-Z_]+)", example)})
    assert settings.providers
    assert settings.warnings == ()


def rows() -> list[tuple[str, str, str]]:
    """Each value in a table of the docs, as part, name and default."""
    found = []
    for part, table in re.findall(r"^\| `(\w+)` \| default \|.*?\n((?:\|.*\n)+)", DOCS, re.MULTILINE):
        for names, defaults in re.findall(r"^\| (`.*?`) \| (.*?) \|", table, re.MULTILINE):
            found += [
                (part, name, default.strip("`"))
                for name, default in zip(re.findall(r"`(\w+)`", names), defaults.split(", "), strict=True)
            ]
    return found


@pytest.mark.parametrize(("part", "name", "default"), rows())
def test_the_docs_tell_the_defaults(part: str, name: str, default: str) -> None:
    value = getattr(PARTS[part](), to_snake(name))
    told = json.loads(default) if default[0].isdigit() or default in ("true", "false", "null") else default
    assert value == told
