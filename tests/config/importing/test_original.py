"""Versions 1 and 2 of the original: the same file, and what means something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.config.importing import original
from ccr.config.importing.found import Unreadable


def test_the_file_is_taken_as_it_is_and_differences_are_told(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        "{Providers: [{name: 'a'}], Router: {default: '$MODEL'}, HOST: '0.0.0.0', API_TIMEOUT_MS: 1,"
        "transformers: [{path: 'x.js'}]} // theirs"
    )
    found = original.read(path)
    assert found.config["Router"] == {"default": "$MODEL"}
    assert len(found.notes) == 5


def test_the_oldest_form_becomes_a_provider(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://a.example/v1", "OPENAI_MODEL": "m"}')
    found = original.read(path)
    assert found.config == {
        "Providers": [
            {"name": "openai", "api_base_url": "https://a.example/v1", "api_key": "k", "models": ["m"]}
        ],
        "Router": {"default": "openai,m"},
    }


def test_what_cannot_be_parsed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{")
    with pytest.raises(Unreadable, match="Syntax error"):
        original.read(path)
