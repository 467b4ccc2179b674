from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ccr.config import layers
from ccr.config.presets import Models, Preset, presets
from ccr.config.protocol import PROTOCOLS, protocol_of_url
from ccr.config.urls import filled
from tests.config.conftest import Read

TABLE = presets()
PROVIDERS = sorted(TABLE.provider.items())
NAMES = [name for name, _ in PROVIDERS]
OPTIONS = {"region": "eu-west-1", "location": "europe-west1", "project": "p", "resource": "acme"}

ASKED = """
    openai anthropic azure vertex bedrock xai mistral cerebras together fireworks groq perplexity cohere
    huggingface github-models nvidia lmstudio vllm llama.cpp ollama ollama-cloud kimi moonshot zai zhipu
    minimax qwen dashscope bailian volcengine siliconflow modelscope aihubmix openrouter vercel gemini
    deepseek xiaomi
    xiaomi-token-plan-cn xiaomi-token-plan-sgp xiaomi-token-plan-ams kimi-coding zhipu-cn-coding
    zhipu-cn-general zai-global-coding zai-global-general minimax-global minimax-cn moonshot-global qiniu-ai
    fenno teamorouter code0 runapi infistar-ai unity2 claudeapi opencode-go
"""
"""Named by the issue that asked for them, and by the original's versions 2 and 3."""

TRANSFORMERS = """
    Anthropic gemini vertex-gemini vertex-claude vertex-openai deepseek openrouter OpenAI groq cerebras vercel
    openai-responses gemini-cli qwen-cli chutes-glm rovo-cli reasoning maxcompletiontokens streamoptions
"""
"""Names of the original's transformers that stand for a protocol or a dialect."""


@pytest.mark.parametrize("name", ASKED.split())
def test_everyone_asked_for_is_known(name: str) -> None:
    assert TABLE.named(name)
    assert TABLE.named(name.upper().replace("-", "_")) == TABLE.named(name)


@pytest.mark.parametrize("name", TRANSFORMERS.split())
def test_every_name_for_a_protocol_or_dialect_says_something(name: str) -> None:
    row = TABLE.row(name)
    assert row.protocol or row.dialect
    assert row.protocol in (None, *PROTOCOLS)
    assert row.preset is None or row.preset in TABLE.provider


@pytest.mark.parametrize(("name", "preset"), PROVIDERS, ids=NAMES)
def test_every_preset_loads_with_each_of_its_protocols(name: str, preset: Preset, read: Read) -> None:
    for protocol, url in preset.base_url.items():
        settings = read({"Providers": [{"name": name, "api_key": "k", "protocol": protocol, **OPTIONS}]})
        (provider,) = settings.providers
        assert (provider.preset, provider.protocol) == (name, protocol)
        assert provider.base_url == filled(url, OPTIONS)
        assert provider.dialect_of("any-model") is not None
        assert settings.warnings == ()
        assert provider.local == preset.local


@pytest.mark.parametrize(("name", "preset"), PROVIDERS, ids=NAMES)
def test_addresses_are_full_endpoints_that_tell_their_protocol(name: str, preset: Preset) -> None:
    for protocol, url in preset.base_url.items():
        assert protocol in PROTOCOLS
        assert protocol_of_url(filled(url, OPTIONS)) == protocol, name
        assert url.startswith("http://localhost:" if preset.local else "https://")


@pytest.mark.parametrize(("name", "preset"), PROVIDERS, ids=NAMES)
def test_a_provider_is_recognised_by_its_own_addresses(name: str, preset: Preset) -> None:
    for url in preset.base_url.values():
        at = TABLE.at(filled(url, OPTIONS))
        host = urlsplit(filled(url, OPTIONS)).hostname or ""
        twins = {other for other, row in PROVIDERS if row.recognises(host)}
        assert at in ({name} | twins) if preset.hosts or twins else at is None


@pytest.mark.parametrize(("name", "preset"), PROVIDERS, ids=NAMES)
def test_every_preset_says_where_its_key_is_usually_found(name: str, preset: Preset) -> None:
    assert preset.local or preset.key or preset.auth == "google", name
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", variable) for variable in preset.key)


def test_every_flag_in_the_table_exists_and_has_a_value_it_can_have() -> None:
    rows = [preset.dialect for _, preset in PROVIDERS]
    rows += [flags for _, preset in PROVIDERS for flags in preset.dialects.values()]
    rows += [row.dialect for row in TABLE.transformer.values()]
    tables = [TABLE.model, *(preset.models for _, preset in PROVIDERS)]
    rows += [row.dialect for table in tables for row in table.values()]
    assert [problem for flags in rows for problem in layers.check(flags, "")] == []


def test_protocols_with_a_dialect_or_credential_of_their_own_have_an_address() -> None:
    for name, preset in PROVIDERS:
        own = {*preset.dialects, *(preset.auth if isinstance(preset.auth, dict) else ())}
        assert own <= preset.base_url.keys(), name


def test_names_and_hosts_are_each_of_one_provider() -> None:
    names = [*NAMES, *(alias for _, preset in PROVIDERS for alias in preset.aliases)]
    hosts = [host for _, preset in PROVIDERS for host in preset.hosts]
    assert len(names) == len(set(names))
    assert len(hosts) == len(set(hosts))


def test_no_pattern_of_a_model_hides_behind_one_before_it() -> None:
    tables = [TABLE.model, *(preset.models for _, preset in PROVIDERS)]
    for table in tables:
        for pattern, row in table.items():
            plain = re.sub(r"\[(.)[^]]*\]", r"\1", pattern).replace("?", ".").replace("*", "")
            assert Models(table).find(plain) is row, pattern


@pytest.mark.parametrize(
    ("model", "window", "max_output"),
    [
        ("gpt-5.5", 1_050_000, 128_000),
        ("openai/gpt-5", 400_000, 128_000),
        ("gpt-5.2-chat-latest", 128_000, 16_384),
        ("o3-mini", 200_000, 100_000),
        ("claude-opus-4-1-20250805", 200_000, 32_000),
        ("anthropic/claude-sonnet-4.5", 200_000, 64_000),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", 200_000, 64_000),
        ("claude-haiku-4-5@20251001", 200_000, 64_000),
        ("claude-opus-4-20250514", 200_000, 32_000),
        ("claude-sonnet-4-20250514", 200_000, 64_000),
        ("anthropic/claude-3.7-sonnet:thinking", 200_000, 64_000),
        ("claude-opus-5-5", 1_000_000, 128_000),
        ("google/gemini-2.5-pro", 1_048_576, 65_536),
        ("moonshotai/kimi-k2-0905", 262_144, None),
        ("moonshotai/Kimi-K2-Instruct-0905:groq", 262_144, None),
        ("zai-org/GLM-4.6", 204_800, 131_072),
        ("glm-4.5v", None, None),
        ("z-ai/glm-4.5-air:free", 131_072, 98_304),
        ("MiniMax-M2.7", 204_800, 131_072),
        ("Qwen/Qwen3-Coder-480B-A35B-Instruct", 262_144, 65_536),
        ("grok-4-fast-reasoning", 2_000_000, None),
        ("somebody/unknown", None, None),
    ],
)
def test_windows_and_ceilings(model: str, window: int | None, max_output: int | None) -> None:
    row = TABLE.models.find(model)
    assert (row.context_window, row.max_output) == (window, max_output)


def test_a_window_holds_more_than_what_is_given_out() -> None:
    for pattern, row in TABLE.model.items():
        assert (row.context_window or 10**9) >= (row.max_output or 0), pattern


# What the documentation says of all this.

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "providers.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "preset"), PROVIDERS, ids=NAMES)
def test_the_docs_name_each_provider_as_the_table_does(name: str, preset: Preset) -> None:
    names = ", ".join(f"`{known}`" for known in (name, *preset.aliases))
    spoken = ", ".join(protocol.replace("_", "-") for protocol in preset.base_url)
    key = f"`{preset.key[0]}`" if preset.key else "none needed" if preset.local else "Google credential"
    assert f"| {preset.title} | {names} | {spoken} | {key} |\n" in DOCS


def test_the_docs_name_no_provider_that_is_not_known() -> None:
    (_, table) = DOCS.split("## All that are known")
    assert len(re.findall(r"^\| .* \| `", table, re.MULTILINE)) == len(PROVIDERS)


@pytest.mark.parametrize("entry", re.findall(r"^\{ [^\n]*\}$|^\{\n.*?^\}$", DOCS, re.MULTILINE | re.DOTALL))
def test_the_entries_in_the_docs_load(entry: str, read: Read) -> None:
    env = {name: name for name in ("DEEPSEEK_API_KEY", "KEY_ONE", "KEY_TWO", "AZURE_OPENAI_API_KEY")}
    settings = read(f"{{ Providers: [{entry}] }}", env)
    assert len(settings.providers) == 1
    assert settings.warnings == ()
