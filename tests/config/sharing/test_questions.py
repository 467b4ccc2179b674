"""A preset's questions: what answers are good for."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.sharing.questions import answered, options, questions, secret_ids

CONFIG = {"Providers": [{"name": "lab", "models": ["a", {"name": "b"}]}, {"name": "other", "models": ["c"]}]}

SCHEMA: list[Any] = [
    {"id": "key", "label": "Key"},
    {"id": "thinks", "type": "confirm", "defaultValue": False},
    {"id": "budget", "type": "number", "min": 10, "max": 20, "when": {"field": "thinks", "value": True}},
    {"id": "provider", "type": "select", "options": {"type": "providers"}, "required": False},
    {
        "id": "model",
        "type": "select",
        "options": {"type": "models", "providerField": "#{provider}"},
        "required": False,
    },
    {
        "id": "tags",
        "type": "multiselect",
        "options": [{"label": "X", "value": 1}, {"value": 2}],
        "required": False,
    },
    {"id": "host", "type": "input", "validator": "^https://", "required": False},
    "nonsense",
    {"label": "without an id"},
]
MANIFEST: dict[str, Any] = {"schema": SCHEMA}


def test_answers_become_what_is_asked_for() -> None:
    given = {"key": "k", "thinks": "yes", "budget": "15", "provider": "lab", "model": "b", "tags": "X,2"}
    values, problems = answered(MANIFEST, given, CONFIG)
    assert not problems
    assert values == {
        "key": "k",
        "thinks": True,
        "budget": 15,
        "provider": "lab",
        "model": "b",
        "tags": [1, 2],
    }


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"key"}),
        ({"key": "k", "thinks": "perhaps"}, {"thinks"}),
        ({"key": "k", "thinks": "true", "budget": "9"}, {"budget"}),
        ({"key": "k", "thinks": True, "budget": "many"}, {"budget"}),
        ({"key": "k", "provider": "nobody"}, {"provider"}),
        ({"key": "k", "provider": "lab", "model": "c"}, {"model"}),
        ({"key": "k", "tags": "1,7"}, {"tags"}),
        ({"key": "k", "host": "http://x"}, {"host"}),
        ({"key": "k", "what": "?"}, {"what"}),
        ({"key": ["k"]}, {"key"}),
    ],
)
def test_each_wrong_or_missing_answer_is_told_by_its_id(given: dict[str, Any], wrong: set[str]) -> None:
    _, problems = answered(MANIFEST, given, CONFIG)
    assert {problem.path for problem in problems} == wrong


def test_what_is_not_asked_needs_no_answer_and_variables_fit_any_pattern() -> None:
    values, problems = answered(MANIFEST, {"key": "$KEY", "host": "${HOST_URL}"}, CONFIG)
    assert not problems
    assert values == {"key": "$KEY", "thinks": False, "host": "${HOST_URL}"}


def test_old_answers_stay_and_places_are_taken_as_they_are() -> None:
    manifest = {**MANIFEST, "userValues": {"key": "old", "left": 1}}
    values, problems = answered(manifest, {"Providers[0].api_key": "x", "thinks": "no"}, CONFIG)
    assert not problems
    assert values == {"key": "old", "left": 1, "Providers[0].api_key": "x", "thinks": False}


def test_models_are_those_of_the_provider_that_was_answered() -> None:
    model = next(one for one in questions(MANIFEST) if one.id == "model")
    assert [one.value for one in options(model, CONFIG, {"provider": "other"})] == ["c"]
    assert [one.value for one in options(model, CONFIG, {})] == ["a", "b", "c"]


def test_questions_without_a_type_are_secret() -> None:
    assert secret_ids(MANIFEST) == {"key"}


@pytest.mark.parametrize("schema", [None, 3, {}, [None, 1], [{"id": ""}]])
def test_a_schema_that_is_none_asks_nothing(schema: Any) -> None:
    assert questions({"schema": schema}) == []


def test_a_broken_pattern_refuses_nothing() -> None:
    manifest = {"schema": [{"id": "a", "type": "input", "validator": "("}]}
    assert answered(manifest, {"a": "x"}, {}) == ({"a": "x"}, [])
