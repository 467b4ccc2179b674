"""Configurations as users of the original and its forks have them load as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ccr.config import Settings, load, syntax
from ccr.config.provider import Use
from tests.config.conftest import Read

ENV = {"OPENROUTER_API_KEY": "sk-or", "HOME": "/home/ada"}

README = """
{
  "APIKEY": "your-secret-key",
  "PROXY_URL": "http://127.0.0.1:7890",
  "LOG": true,
  "API_TIMEOUT_MS": 600000,
  "NON_INTERACTIVE_MODE": false,
  "Providers": [
    { // a comment, as JSON5 allows
      "name": "openrouter",
      "api_base_url": "https://openrouter.ai/api/v1/chat/completions",
      "api_key": "$OPENROUTER_API_KEY",
      "models": ["google/gemini-2.5-pro-preview", "anthropic/claude-sonnet-4", "moonshotai/kimi-k2"],
      "transformer": {
        "use": ["openrouter"],
        "moonshotai/kimi-k2": {"use": [["openrouter", {"provider": {"only": ["moonshotai/fp8"]}}]]}
      }
    },
    {
      "name": "deepseek",
      "api_base_url": "https://api.deepseek.com/chat/completions",
      "api_key": "sk-xxx",
      "models": ["deepseek-chat", "deepseek-reasoner"],
      "transformer": {"use": ["deepseek"], "deepseek-chat": {"use": ["tooluse"]}}
    },
    {
      "name": "ollama",
      "api_base_url": "http://localhost:11434/v1/chat/completions",
      "api_key": "ollama",
      "models": ["qwen2.5-coder:latest"]
    },
    {
      "name": "gemini",
      "api_base_url": "https://generativelanguage.googleapis.com/v1beta/models/",
      "api_key": "sk-xxx",
      "models": ["gemini-2.5-flash", "gemini-2.5-pro"],
      "transformer": {"use": ["gemini"]}
    },
    {
      "name": "zai",
      "api_base_url": "https://api.z.ai/api/anthropic/v1/messages",
      "api_key": "sk-xxx",
      "models": ["glm-4.6"],
      "transformer": {"use": ["Anthropic"]}
    },
    {
      "name": "modelscope",
      "api_base_url": "https://api-inference.modelscope.cn/v1/chat/completions",
      "api_key": "",
      "models": ["Qwen/Qwen3-Coder-480B-A35B-Instruct", "Qwen/Qwen3-235B-A22B-Thinking-2507"],
      "transformer": {
        "use": [["maxtoken", {"max_tokens": 65536}], "enhancetool"],
        "Qwen/Qwen3-235B-A22B-Thinking-2507": {"use": ["reasoning"]}
      }
    },
  ],
  "Router": {
    "default": "deepseek,deepseek-chat",
    "background": "ollama,qwen2.5-coder:latest",
    "think": "deepseek,deepseek-reasoner",
    "longContext": "openrouter,google/gemini-2.5-pro-preview",
    "longContextThreshold": 60000,
    "webSearch": "gemini,gemini-2.5-flash",
    "image": ""
  },
  "transformers": [{"path": "$HOME/.claude-code-router/plugins/mine.py", "options": {"project": "xxx"}}],
  "CUSTOM_ROUTER_PATH": "$HOME/.claude-code-router/custom-router.js",
  "StatusLine": {"enabled": true, "currentStyle": "default", "default": {"modules": []}},
  "plugins": [{"name": "token-speed", "enabled": true}],
  "fallback": {"default": ["openrouter,anthropic/claude-sonnet-4"]}
}
"""

VERSION_3 = {
    "HOST": "127.0.0.1",
    "PORT": 3456,
    "APIKEYS": [{"id": "a", "key": "k", "name": "n", "createdAt": "2026-01-01"}],
    "Providers": [
        {
            "id": "p1",
            "name": "kimi-coding",
            "enabled": True,
            "type": "anthropic_messages",
            "baseUrl": "https://api.kimi.com/coding/",
            "credentials": [
                {"id": "c", "label": "one", "api_key": "k1", "enabled": True, "priority": 1, "weight": 2},
                {"id": "d", "label": "two", "api_key": "k2", "enabled": False},
            ],
            "models": ["kimi-for-coding"],
            "modelDisplayNames": {"kimi-for-coding": "Kimi"},
            "modelMetadata": {
                "kimi-for-coding": {
                    "contextWindow": 262144,
                    "maxOutputTokens": 32768,
                    "capabilities": {"imageInput": True},
                    "pricing": {"input": 1},
                }
            },
            "extraHeaders": {"x-a": "1"},
            "extraBody": {},
            "autoFetchModels": False,
        }
    ],
    "Router": {"builtInRules": {}, "fallback": {"mode": "off", "models": []}, "rules": []},
    "gateway": {"enabled": True, "port": 3456},
}


def by_name(settings: Settings) -> dict[str, Any]:
    return {provider.name: provider for provider in settings.providers}


def test_the_readme_of_the_original(read: Read) -> None:
    settings = read(README, ENV)
    providers = by_name(settings)
    protocols = {name: provider.protocol for name, provider in providers.items()}
    assert protocols == {
        "openrouter": "openai_chat",
        "deepseek": "openai_chat",
        "ollama": "openai_chat",
        "gemini": "gemini",
        "zai": "anthropic",
        "modelscope": "openai_chat",
    }
    assert [warning.partition(":")[0] for warning in settings.warnings] == ["Providers[5].api_key"]
    assert providers["openrouter"].keys == ("sk-or",)
    (kimi,) = providers["openrouter"].model_use["moonshotai/kimi-k2"]
    assert kimi.options == {"provider": {"only": ["moonshotai/fp8"]}}
    modelscope = providers["modelscope"]
    assert modelscope.use[0] == Use("maxtoken", {"max_tokens": 65536}, "Providers[5].transformer.use[0]")
    assert modelscope.dialect_of("Qwen/Qwen3-235B-A22B-Thinking-2507").reasoning == "enable_thinking"
    assert settings.router["longContextThreshold"] == 60000
    assert settings.custom_router_path == Path("/home/ada/.claude-code-router/custom-router.js")
    assert settings.fallback == {"default": ("openrouter,anthropic/claude-sonnet-4",)}


def test_a_configuration_of_version_3(read: Read) -> None:
    settings = read(VERSION_3)
    (provider,) = settings.providers
    assert (provider.protocol, provider.keys) == ("anthropic", ("k1",))
    assert provider.base_url == "https://api.kimi.com/coding/v1/messages"
    assert provider.key_options[0]["weight"] == 2
    assert provider.facts_of("kimi-for-coding").context_window == 262144
    assert settings.router["rules"] == []
    assert settings.warnings == ()


def examples(folder: Path) -> list[tuple[str, Any]]:
    """Every piece of configuration in the seed documents that is JSON5 as it stands."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        for n, text in enumerate(re.findall(r"```json\n(.*?)```", path.read_text("utf-8"), re.DOTALL)):
            for candidate in (text, f"{{{text}}}"):
                try:
                    found.append((f"{path.name}:{n}", syntax.parse(candidate)))
                    break
                except syntax.SyntaxMistake:
                    continue
    return found


def completed(example: dict[str, Any]) -> dict[str, Any]:
    """A fragment put where it belongs; a rule's provider is there to be named."""
    if "api_base_url" in example:
        return {"Providers": [example]}
    if "transformer" in example:
        return {"Providers": [{"name": "openrouter", "api_key": "k", **example}]}
    rules = example.get("Router", {})
    names = {target.partition(",")[0] for target in rules.values() if isinstance(target, str)}
    return {"Providers": [{"name": name, "api_key": "k"} for name in sorted(names)], **example}


def test_every_example_of_the_seed_documents(shared: Path, read: Read) -> None:
    found = [(place, example) for place, example in examples(shared / "seeds") if isinstance(example, dict)]
    assert len(found) >= 15
    for place, example in found:
        settings = read(completed(example), ENV)
        given = example.get("Providers") or [example] * ("api_base_url" in example)
        assert len(settings.providers) >= len(given), place


def test_the_configurations_of_the_kits(shared: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(shared))
    from conformance import config as conformance  # type: ignore[import-not-found,unused-ignore]

    apis = {
        "openai-chat": "openai_chat",
        "openai-responses": "openai_responses",
        "gemini-generate": "gemini",
        "anthropic-messages": "anthropic",
        "bedrock-converse": "bedrock",
        "cohere-chat": "cohere",
        "ollama-chat": "ollama",
    }
    vendors = {*conformance.TRANSFORMERS, "openai", "google"}
    pairs = {(api, vendor) for api in apis for vendor in vendors}
    entries = conformance.providers_for(pairs)
    settings = read(conformance.build(entries, "http://127.0.0.1:18080", 3456, 20_000))
    assert settings.warnings == ()
    for entry, provider in zip(entries, settings.providers, strict=True):
        assert provider.protocol == apis[entry.api]
        assert provider.base_url == entry.entry("http://127.0.0.1:18080")["api_base_url"]
        assert provider.keys == (conformance.PROVIDER_KEY,)
        assert provider.preset is None


def test_the_configurations_of_the_economics_kit(
    shared: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(shared))
    from economics import config as economics  # type: ignore[import-not-found,unused-ignore]

    upstream = "http://127.0.0.1:18080"
    for name, target in economics.TARGETS.items():
        settings = read(economics.build(target, upstream, port=3456, keys=2, scenario=True))
        (provider,) = settings.providers
        assert provider.base_url == f"{upstream}/{target.dialect}{target.path}", name
        assert len(provider.keys) == 2
        assert settings.router["background"] == f"{target.dialect},{target.models.small}"
        assert settings.warnings == ()


def test_loading_by_path_alone(tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    path.write_text('{"Providers": [{"name": "lab", "api_base_url": "http://127.0.0.1:18080/v1beta"}]}')
    (provider,) = load(path, {}).providers
    assert provider.base_url == "http://127.0.0.1:18080/v1beta"


def test_the_oldest_form_with_one_provider_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        '{"log": true, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://api.deepseek.com",'
        ' "OPENAI_MODEL": "deepseek-chat"}'
    )
    settings = load(path, {})
    assert settings.route("default") == "openai,deepseek-chat"
    assert (settings.providers[0].keys, settings.providers[0].models) == (("k",), ("deepseek-chat",))
