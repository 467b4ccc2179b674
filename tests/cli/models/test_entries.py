"""Providers and models are found in every form a file may have them in."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.models import entries
from ccr.cli.models.entries import Refused


@pytest.mark.parametrize(
    "models",
    [
        "a, b",
        ["a", "b"],
        [{"name": "a", "contextWindow": 1}, "b"],
        [{"id": "a"}, "b"],
        {"a": {"maxOutput": 1}, "b": {}},
    ],
)
def test_models_are_named_in_any_form_and_keep_what_is_said_of_them(models: Any) -> None:
    entry = {"name": "p", "models": models}
    assert entries.models_of(entry) == ["a", "b"]
    longer = entries.with_models(entry, ["a", "b", "c"])
    assert entries.models_of(longer) == ["a", "b", "c"]
    if not isinstance(models, str):
        kept = longer["models"]["a"] if isinstance(models, dict) else longer["models"][0]
        assert kept == (models["a"] if isinstance(models, dict) else models[0])


def test_the_list_keeps_the_name_it_has() -> None:
    assert entries.key_of({"providers": []}) == "providers"
    assert entries.key_of({}) == "Providers"
    assert entries.replaced({"providers": [{"name": "a"}]}, 0, {"name": "b"}) == {
        "providers": [{"name": "b"}]
    }


def test_a_provider_is_found_in_any_case_and_an_unknown_one_gets_the_nearest_told() -> None:
    value = {"Providers": ["broken", {"name": "OpenRouter"}]}
    assert entries.index(value, "openrouter") == 1
    with pytest.raises(Refused, match='Did you mean "OpenRouter"'):
        entries.index(value, "openruter")
    with pytest.raises(Refused, match="ccr provider add"):
        entries.index({}, "x")


@pytest.mark.parametrize("target", ["model", ",model", "provider,", ""])
def test_a_target_names_both(target: str) -> None:
    with pytest.raises(Refused, match="provider,model"):
        entries.split_target(target)


def test_targets_are_all_there_are_as_the_file_spells_them() -> None:
    value = {"Providers": [{"name": "Lab", "models": ["a"]}, {"name": "b"}]}
    assert entries.targets(value) == ["Lab,a"]
    assert entries.known_target(value, " lab , a ") == "Lab,a"
