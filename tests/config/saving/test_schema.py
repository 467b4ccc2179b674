"""The schema knows what people write, and stands beside the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ccr.config.saving import schema


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    """What an editor shows mistakes by."""
    return jsonschema.Draft202012Validator(schema.document())


def test_it_is_a_schema_and_takes_what_init_writes() -> None:
    document = schema.document()
    jsonschema.Draft202012Validator.check_schema(document)
    config = {
        "$schema": schema.REFERENCE,
        "Providers": [{"name": "deepseek", "api_key": "$DEEPSEEK_API_KEY", "models": ["deepseek-chat"]}],
        "Router": {"default": "deepseek,deepseek-chat"},
    }
    jsonschema.validate(config, document)


def test_it_is_written_beside_the_file(tmp_path: Path) -> None:
    written = schema.beside(tmp_path / "config.json")
    assert written == tmp_path / schema.NAME
    assert json.loads(written.read_text()) == schema.document()


@pytest.mark.parametrize(
    "config",
    [
        {"PORT": "$PORT", "LOG": "${LOG:-true}", "APIKEY": ""},
        {"APIKEYS": ["a", {"key": "b", "name": "laptop"}], "API_TIMEOUT_MS": 600000},
        {"Providers": [{"name": "a", "api_key": ["k", {"key": "l", "weight": 2}], "models": "m,n"}]},
        {"Providers": [{"name": "a", "models": [{"name": "m", "contextWindow": 9}], "headers": {"x-n": 1}}]},
        {
            "Providers": [
                {"name": "a", "models": {"m": {"contextWindow": 9}}, "transformer": {"use": ["groq"]}}
            ]
        },
        {"Router": {"default": "a,m", "image": "", "longContextThreshold": 1}, "unknown": {"kept": True}},
    ],
)
def test_it_takes_what_the_validator_takes(
    config: dict[str, Any], editor: jsonschema.Draft202012Validator
) -> None:
    editor.validate(config)


@pytest.mark.parametrize(
    "config", [{"PORT": "x"}, {"Providers": {}}, {"Providers": [{"models": []}]}, {"LOG": 3}]
)
def test_it_shows_mistakes(config: dict[str, Any], editor: jsonschema.Draft202012Validator) -> None:
    assert not editor.is_valid(config)
