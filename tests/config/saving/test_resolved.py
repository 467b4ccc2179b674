"""What the router uses is shown whole and without a key."""

from __future__ import annotations

import json
from pathlib import Path

from ccr.config import load
from ccr.config.saving.resolved import resolved


def test_variables_presets_and_defaults_are_filled_in_and_keys_masked(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    entry = {
        "name": "deepseek",
        "models": ["deepseek-chat"],
        "transformer": {"use": [["maxtoken", {"max_tokens": 9}]]},
    }
    path.write_text(json.dumps({"providers": [entry], "Router": {"default": "deepseek,$MODEL"}, "mine": 1}))
    shown = resolved(load(path, {"DEEPSEEK_API_KEY": "a-key-that-nobody-sees", "MODEL": "deepseek-chat"}))
    assert shown["PORT"] == 3456
    assert shown["mine"] == 1
    assert "providers" not in shown
    assert shown["Router"] == {"default": "deepseek,deepseek-chat"}
    provider = shown["Providers"][0]
    assert provider["api_base_url"] == "https://api.deepseek.com/chat/completions"
    assert provider["api_key"] == ["••••sees"]
    assert provider["transformer"] == {"use": [["maxtoken", {"max_tokens": 9}]]}
    assert "nobody" not in json.dumps(shown)
