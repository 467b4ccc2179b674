"""LiteLLM's YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.config.importing import litellm
from ccr.config.importing.found import Unreadable

pytest.importorskip("yaml", reason="the extra 'import' is not installed")

CONFIG = """
model_list:
  - model_name: big
    litellm_params:
      model: openrouter/anthropic/claude-sonnet-4
      api_key: os.environ/OPENROUTER_API_KEY
  - model_name: cheap
    litellm_params: {model: openrouter/moonshotai/kimi-k2, api_key: os.environ/OPENROUTER_API_KEY}
  - model_name: qwen
    litellm_params: {model: ollama_chat/qwen3-coder, api_base: "http://localhost:11434"}
  - model_name: gpt-5
    litellm_params: {model: gpt-5, api_key: sk-written-in-clear}
  - model_name: odd
    litellm_params: {model: nobody/knows}
router_settings:
  fallbacks: [{big: [cheap, gpt-5, unknown]}]
general_settings:
  master_key: sk-master-key
"""


def test_models_become_providers_and_routes(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    found = litellm.read(path)
    assert found.config == {
        "Providers": [
            {
                "name": "openrouter",
                "api_key": "${OPENROUTER_API_KEY}",
                "models": ["anthropic/claude-sonnet-4", "moonshotai/kimi-k2"],
            },
            {"name": "ollama", "api_base_url": "http://localhost:11434", "models": ["qwen3-coder"]},
            {"name": "openai", "api_key": "$OPENAI_API_KEY", "models": ["gpt-5"]},
        ],
        "Router": {"default": "openrouter,anthropic/claude-sonnet-4"},
        "fallback": {"default": ["openrouter,moonshotai/kimi-k2", "openai,gpt-5"]},
        "APIKEY": "$CCR_ROUTER_API_KEY",
    }
    assert found.variables == {"OPENAI_API_KEY": "sk-written-in-clear", "CCR_ROUTER_API_KEY": "sk-master-key"}
    assert any("'nobody'" in said for said in found.notes)
    assert any("big → openrouter,anthropic/claude-sonnet-4" in said for said in found.notes)


@pytest.mark.parametrize("text", ["", "a: [", "- a", "model_list: []"])
def test_what_is_no_such_file_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(Unreadable, match=r"config\.yaml"):
        litellm.read(path)


def test_a_mistake_is_told_with_its_place_and_without_the_key_there(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a:\n  api_key: hunter2: b\n")
    with pytest.raises(Unreadable, match="line 2, column 19") as caught:
        litellm.read(path)
    assert "hunter2" not in str(caught.value)
