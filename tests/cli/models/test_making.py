"""Entries made of what a person says."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.models import making
from ccr.cli.models.entries import Refused
from ccr.config.presets import presets


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (name for preset in presets().provider.values() for name in preset.key):
        monkeypatch.delenv(name, raising=False)


def entry(name: str, preset: str = "", key: str | None = None, **changes: Any) -> dict[str, Any]:
    return making.entry(name, preset, changes, key, ["m"]).entry


def test_a_known_provider_needs_its_name_and_gets_its_usual_variable() -> None:
    assert entry("openrouter") == {"name": "openrouter", "api_key": "$OPENROUTER_API_KEY", "models": ["m"]}
    assert entry("ollama") == {"name": "ollama", "models": ["m"]}
    assert entry("lab", api_base_url="http://x/v1") == {
        "name": "lab",
        "api_base_url": "http://x/v1",
        "models": ["m"],
    }


def test_a_known_provider_under_another_name_gets_its_address() -> None:
    assert entry("work", "OpenRouter")["api_base_url"] == "https://openrouter.ai/api/v1/chat/completions"
    with pytest.raises(Refused, match='Did you mean "openrouter"'):
        entry("work", "openruter")


def test_every_known_provider_can_be_added_by_its_name_and_most_under_another() -> None:
    by_address = 0
    for name, preset in presets().provider.items():
        options = dict.fromkeys(preset.options, "x")
        assert making.entry(name, name, options, None, []).entry["name"] == name
        try:
            url = making.entry("work", name, options, None, []).entry["api_base_url"]
        except Refused as refused:
            assert f"call it '{name}'" in str(refused)  # noqa: PT017 - either way is right
        else:
            by_address += 1
            assert url.startswith("http")
    assert by_address > 40


def test_a_key_itself_goes_into_a_variable_and_a_variable_stays_one() -> None:
    made = making.entry("openrouter", "", {}, "sk-1", [])
    assert made.entry["api_key"] == "$OPENROUTER_API_KEY"
    assert made.variables == {"OPENROUTER_API_KEY": "sk-1"}
    assert making.key("4 u!", "sk-1").variables == {"_4_U__API_KEY": "sk-1"}
    assert making.key("lab", "${LAB_KEY}") == ("${LAB_KEY}", {})
    assert making.key("lab", "") == ("", {})
    assert making.key("lab", None) == (None, {})


def test_a_variable_of_the_environment_with_another_key_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAB_API_KEY", "mine")
    assert making.key("lab", "other") == ("$CCR_LAB_API_KEY", {"CCR_LAB_API_KEY": "other"})
    assert making.key("lab", "mine") == ("$LAB_API_KEY", {"LAB_API_KEY": "mine"})


def test_a_new_name_does_not_lose_the_address() -> None:
    assert "openrouter.ai" in making.lost_by_renaming({"name": "openrouter"}, "work")["api_base_url"]
    assert making.lost_by_renaming({"name": "openrouter"}, "OpenRouter") == {}
    assert making.lost_by_renaming({"name": "lab", "baseUrl": "http://x"}, "work") == {}
    with pytest.raises(Refused, match="call it 'azure'"):
        making.lost_by_renaming({"name": "azure"}, "work")


def test_pairs_are_json5_or_text() -> None:
    assert making.pairs(["a=1", "b=x=y", 'c={"d": [true]}', "e="]) == {
        "a": 1,
        "b": "x=y",
        "c": {"d": [True]},
        "e": "",
    }
    with pytest.raises(Refused, match="NAME=VALUE"):
        making.pairs(["a"])


def test_a_transformer_keeps_those_of_the_preset() -> None:
    name = next(name for name, preset in presets().provider.items() if preset.use and not preset.options)
    value = making.with_use(
        {"Providers": [{"name": name, "models": ["m"]}]}, name, "maxtoken", {"max_tokens": 9}, None
    )
    used = [one if isinstance(one, str) else one[0] for one in value["Providers"][0]["transformer"]["use"]]
    assert used == [*presets().provider[name].use, "maxtoken"]
    with pytest.raises(Refused, match="It lists: m"):
        making.with_use(value, name, "maxtoken", {}, "n")
