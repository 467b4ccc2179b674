"""What is told of providers: all but their keys."""

from __future__ import annotations

import json
from pathlib import Path

from ccr.cli.models import summary
from ccr.config.presets import presets
from ccr.config.saving.document import Document


def test_a_provider_is_told_without_its_key() -> None:
    entry = {
        "name": "x",
        "api_base_url": "https://openrouter.ai/api",
        "apiKey": "sk-or-secretsecret",
        "models": "a,b",
    }
    facts = summary.facts(entry)
    assert facts["title"] == "OpenRouter"
    assert facts["models"] == ["a", "b"]
    assert "secret" not in json.dumps(facts)
    assert summary.facts({"name": "openrouter"})["api_base_url"].startswith("https://openrouter.ai")


def test_all_forms_of_keys_are_told() -> None:
    assert summary.key_of({"api_key": "$A"}) == "$A"
    assert summary.key_of({"api_keys": ["$A", {"key": "$B", "weight": 2}]}) == "$A, $B"
    assert summary.key_of({}) == ""


def test_known_providers_are_found_by_any_of_their_names() -> None:
    assert "moonshot" in summary.presets_like("kimi")
    assert list(summary.presets_like("")) == list(presets().provider)
    assert summary.presets_like("nobody of that name") == {}


def test_transformers_are_known_although_the_file_has_mistakes() -> None:
    broken = Document(Path("f"), None, "", {"transformers": 5, "Providers": [{}]})
    assert "maxtoken" in [one.name for one in summary.transformers(broken)]


def test_uses_name_whom_they_are_for() -> None:
    entry = {
        "name": "p",
        "transformer": {"use": ["x"], "m": {"use": [["y", {"api_key": "sk-secretsecretsecret"}]]}},
    }
    assert [(one["of"], one["name"]) for one in summary.uses(entry)] == [("p", "x"), ("p,m", "y")]
    assert "secretsecret" not in json.dumps(summary.uses(entry))
