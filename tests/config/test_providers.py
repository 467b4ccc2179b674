from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccr.config.dialect import Dialect
from ccr.config.provider import Provider, Use
from tests.config.conftest import Mistakes, Read

FAR = {"name": "far", "api_base_url": "https://llm.example.com/v1/chat/completions", "api_key": "k"}


def one(read: Read, entry: dict[str, Any], env: dict[str, str] | None = None) -> Provider:
    return read({"Providers": [entry]}, env).providers[0]


def test_a_known_name_and_a_key_are_enough(read: Read) -> None:
    provider = one(
        read, {"name": "openrouter", "api_key": "$OPENROUTER_API_KEY"}, {"OPENROUTER_API_KEY": "sk-1"}
    )
    assert provider.base_url == "https://openrouter.ai/api/v1/chat/completions"
    assert (provider.protocol, provider.keys, provider.preset) == ("openai_chat", ("sk-1",), "openrouter")
    assert (provider.dialect.reasoning, provider.dialect.replay) == ("openrouter", "reasoning_details")


# ---------------------------------------------------------------- protocol


@pytest.mark.parametrize(
    ("written", "protocol"),
    [
        ("openai-chat", "openai_chat"),
        ("openai_chat", "openai_chat"),
        ("OpenAI", "openai_chat"),
        ("chat", "openai_chat"),
        ("openai_chat_completions", "openai_chat"),
        ("anthropic", "anthropic"),
        ("messages", "anthropic"),
        ("anthropic_messages", "anthropic"),
        ("openai-responses", "openai_responses"),
        ("Responses", "openai_responses"),
        ("gemini", "gemini"),
        ("gemini_generate_content", "gemini"),
        ("vertex-gemini", "gemini"),
        ("Vertex_Claude", "anthropic"),
        ("bedrock", "bedrock"),
        ("ollama", "ollama"),
        ("cohere", "cohere"),
        ("deepseek", "openai_chat"),
    ],
)
def test_protocols_in_every_spelling(written: str, protocol: str, read: Read) -> None:
    assert one(read, {**FAR, "protocol": written}).protocol == protocol


def test_type_is_the_protocol_when_it_names_one(read: Read) -> None:
    assert one(read, {**FAR, "type": "anthropic_messages"}).protocol == "anthropic"
    assert one(read, {**FAR, "type": "cloud"}).protocol == "openai_chat"


@pytest.mark.parametrize(
    ("use", "protocol"),
    [
        (["Anthropic"], "anthropic"),
        (["anthropic"], "anthropic"),
        (["ANTHROPIC", "maxtoken"], "anthropic"),
        (["maxtoken", ["gemini", {}]], "gemini"),
        (["openai-responses"], "openai_responses"),
        (["OpenAI"], "openai_chat"),
        (["deepseek"], "openai_chat"),
        (["vertex-claude"], "anthropic"),
        (["mine"], "openai_chat"),
    ],
)
def test_protocols_by_the_names_of_transformers(use: list[Any], protocol: str, read: Read) -> None:
    assert one(read, {**FAR, "transformer": {"use": use}}).protocol == protocol


@pytest.mark.parametrize(
    ("url", "protocol"),
    [
        ("https://x.example/v1/messages", "anthropic"),
        ("https://x.example/v1/messages/", "anthropic"),
        ("https://open.example/api/anthropic", "anthropic"),
        ("https://x.example/apps/anthropic/v1", "anthropic"),
        ("https://x.example/publishers/anthropic/models/", "anthropic"),
        ("https://x.example/v1/responses", "openai_responses"),
        ("https://x.example/anthropic/v1/chat/completions", "openai_chat"),
        ("https://generativelanguage.googleapis.com", "gemini"),
        ("https://generativelanguage.googleapis.com/v1beta/models/", "gemini"),
        ("https://generativelanguage.googleapis.com/v1beta/openai/", "openai_chat"),
        ("https://x.example/v1beta/models/", "gemini"),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com", "bedrock"),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1", "openai_chat"),
        ("http://localhost:11434/api/chat", "ollama"),
        ("http://localhost:11434", "openai_chat"),
        ("https://api.cohere.com/v2/chat", "cohere"),
        ("https://api.cohere.ai/compatibility/v1", "openai_chat"),
        ("https://api.anthropic.com", "anthropic"),
        ("https://api.kimi.com/coding/", "anthropic"),
        ("https://api.deepseek.com/anthropic", "anthropic"),
        ("https://models.inference.ai.azure.com", "openai_chat"),
        ("https://x.example/v1", "openai_chat"),
    ],
)
def test_protocols_by_the_url(url: str, protocol: str, read: Read) -> None:
    entry = {"name": "mine", "api_base_url": url, "api_key": "k"}
    assert one(read, entry).protocol == protocol


def test_what_is_written_wins_over_names_and_names_over_the_url(read: Read) -> None:
    entry = {**FAR, "api_base_url": "https://x.example/v1/messages", "transformer": {"use": ["gemini"]}}
    assert one(read, entry).protocol == "gemini"
    assert one(read, {**entry, "protocol": "chat"}).protocol == "openai_chat"


# ---------------------------------------------------------------- address


@pytest.mark.parametrize("key", ["api_base_url", "baseUrl", "api_base"])
def test_the_url_under_all_its_names(key: str, read: Read) -> None:
    assert (
        one(read, {"name": "x", "api_key": "k", key: "https://a.example/v1"}).base_url
        == "https://a.example/v1"
    )


@pytest.mark.parametrize(
    ("name", "url", "completed"),
    [
        ("a", "https://openrouter.ai", "https://openrouter.ai/api/v1/chat/completions"),
        ("a", "https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1/chat/completions"),
        ("a", "https://api.deepseek.com/anthropic", "https://api.deepseek.com/anthropic/v1/messages"),
        ("a", "https://generativelanguage.googleapis.com/v1beta", None),
        ("ollama", "http://box.lan:9999", "http://box.lan:9999/v1/chat/completions"),
        ("gemini", "http://box.lan/v1beta", "http://box.lan/v1beta/models/"),
        # what says more, or something else, is the user's word
        ("a", "https://api.deepseek.com/beta", "https://api.deepseek.com/beta"),
        ("openrouter", "https://proxy.example/or/v1", "https://proxy.example/or/v1"),
        ("a", "https://unknown.example", "https://unknown.example"),
    ],
)
def test_the_beginning_of_a_known_address_is_completed(
    name: str, url: str, completed: str | None, read: Read
) -> None:
    found = one(read, {"name": name, "api_base_url": url, "api_key": "k"}).base_url
    assert found == (completed or "https://generativelanguage.googleapis.com/v1beta/models/")


def test_the_protocol_chooses_among_the_addresses_of_a_preset(read: Read) -> None:
    entry = {"name": "deepseek", "api_key": "k", "protocol": "anthropic"}
    assert one(read, entry).base_url == "https://api.deepseek.com/anthropic/v1/messages"


def test_azure_by_resource_and_by_deployment(read: Read) -> None:
    provider = one(read, {"name": "azure", "api_key": "k", "resource": "acme"})
    assert provider.base_url == "https://acme.openai.azure.com/openai/v1/chat/completions"
    assert (provider.auth, provider.query) == ("api-key", {})
    url = "https://acme.openai.azure.com/openai/deployments/gpt/chat/completions"
    entry = {"name": "mine", "api_base_url": url, "api_key": "k", "api_version": "2025-04-01-preview"}
    provider = one(read, entry)
    assert (provider.base_url, provider.auth) == (url, "api-key")
    assert provider.query == {"api-version": "2025-04-01-preview"}
    entry["api_base_url"] += "?api-version=1"
    assert one(read, entry).query == {}


def test_vertex_needs_no_key_and_finds_its_project(read: Read, tmp_path: Path) -> None:
    account = tmp_path / "account.json"
    account.write_text(json.dumps({"project_id": "from-file"}))
    by_file = {"GOOGLE_APPLICATION_CREDENTIALS": str(account)}
    provider = one(read, {"name": "vertex"}, by_file)
    host = "https://us-central1-aiplatform.googleapis.com"
    base = f"{host}/v1/projects/from-file/locations/us-central1/publishers/google/models/"
    assert (provider.base_url, provider.auth, provider.keys) == (base, "google", ())
    env = {**by_file, "GOOGLE_CLOUD_PROJECT": "from-env", "GOOGLE_CLOUD_LOCATION": "global"}
    provider = one(read, {"name": "vertex-claude"}, env)
    base = (
        "https://aiplatform.googleapis.com/v1/projects/from-env/locations/global/publishers/anthropic/models/"
    )
    assert (provider.base_url, provider.protocol) == (base, "anthropic")


def test_a_transformer_of_the_original_makes_a_vertex_provider_of_its_entry(read: Read) -> None:
    entry = {
        "name": "google",
        "api_base_url": "https://us-central1-aiplatform.googleapis.com",
        "api_key": "unused",
        "project": "p",
        "transformer": {"use": [["vertex-openai", {"location": "europe-west1", "client_email": "a@b"}]]},
    }
    provider = one(read, entry)
    path = "/v1/projects/p/locations/europe-west1/endpoints/openapi/chat/completions"
    assert provider.base_url == f"https://us-central1-aiplatform.googleapis.com{path}"
    assert provider.options["client_email"] == "a@b"
    assert provider.use == (Use("vertex-openai", {}, "Providers[0].transformer.use[0]"),)


def test_bedrock_signs_and_shows_a_key_when_there_is_one(read: Read) -> None:
    provider = one(read, {"name": "bedrock", "region": "eu-central-1"})
    assert provider.base_url == "https://bedrock-runtime.eu-central-1.amazonaws.com"
    assert (provider.auth, provider.protocol) == ("aws", "bedrock")
    env = {"AWS_BEARER_TOKEN_BEDROCK": "t", "AWS_REGION": "us-west-2"}
    provider = one(read, {"name": "bedrock"}, env)
    assert (provider.auth, provider.keys) == ("bearer", ("t",))
    assert provider.base_url == "https://bedrock-runtime.us-west-2.amazonaws.com"


# ---------------------------------------------------------------- keys


def test_one_key_several_keys_and_keys_with_more_beside_them(read: Read) -> None:
    assert one(read, FAR).keys == ("k",)
    keys = ["a", {"key": "b", "weight": 2}, {"api_key": "c"}, {"key": "d", "enabled": False}, ""]
    provider = one(read, {**FAR, "api_key": keys})
    assert provider.keys == ("a", "b", "c")
    assert provider.key_options == ({}, {"weight": 2}, {})


@pytest.mark.parametrize(
    "url", ["http://localhost:1/v1", "http://127.0.0.1/v1", "http://192.168.0.2/v1", "http://gpu-box:8000/v1"]
)
def test_local_providers_need_no_key(url: str, read: Read) -> None:
    provider = one(read, {"name": "mine", "api_base_url": url})
    assert (provider.keys, provider.local) == ((), True)
    assert not one(read, FAR).local


def test_no_key_is_needed_where_none_is_shown(read: Read) -> None:
    assert one(read, {"name": "x", "api_base_url": "https://open.example/v1", "auth": "none"}).keys == ()


def test_an_empty_key_is_a_warning(read: Read) -> None:
    settings = read({"Providers": [{"name": "dashscope", "api_key": ""}]})
    (warning,) = settings.warnings
    assert warning == (
        "Providers[0].api_key: is empty: dashscope will refuse every request.\n"
        '    Write "api_key": "$DASHSCOPE_API_KEY" and set that variable, or give the key itself.'
    )


def test_a_known_variable_is_the_key_of_its_own_provider_only(read: Read, mistakes: Mistakes) -> None:
    env = {"GEMINI_API_KEY": "g"}
    assert one(read, {"name": "gemini"}, env).keys == ("g",)
    elsewhere = {"name": "gemini", "api_base_url": "https://proxy.example/v1beta/models/"}
    assert "Providers[0].api_key: is missing." in mistakes({"Providers": [elsewhere]}, env)


# ---------------------------------------------------------------- transformers


def test_uses_for_all_models_and_for_one(read: Read) -> None:
    use = {"use": ["a", ["b", {"x": 1}], ["c"]], "org/model": {"use": ["d"]}, "short": ["e"]}
    provider = one(read, {**FAR, "transformer": use})
    place = "Providers[0].transformer"
    assert provider.use == (
        Use("a", {}, f"{place}.use[0]"),
        Use("b", {"x": 1}, f"{place}.use[1]"),
        Use("c", {}, f"{place}.use[2]"),
    )
    assert provider.model_use == {
        "org/model": (Use("d", {}, f'{place}["org/model"].use[0]'),),
        "short": (Use("e", {}, f"{place}.short.use[0]"),),
    }


@pytest.mark.parametrize("written", ["a", ["a"], {"use": "a"}, {"use": ["a"]}])
def test_a_single_use_in_every_form(written: object, read: Read) -> None:
    assert [use.name for use in one(read, {**FAR, "transformer": written}).use] == ["a"]


def test_a_preset_s_own_transformers_are_for_those_who_name_none(read: Read) -> None:
    entry: dict[str, Any] = {"name": "modelscope", "api_key": "k"}
    assert [use.name for use in one(read, entry).use] == ["enhancetool"]
    assert one(read, {**entry, "transformer": {"use": []}}).use == ()
    assert one(read, {**entry, "protocol": "anthropic", "api_base_url": "https://a.example/"}).use == ()


def test_extra_body_is_a_transformer(read: Read) -> None:
    provider = one(read, {**FAR, "extraBody": {"seed": 1}})
    assert provider.use == (Use("customparams", {"seed": 1}, "Providers[0].extraBody"),)


# ---------------------------------------------------------------- dialect and models


def test_layers_of_the_dialect_in_their_order(read: Read) -> None:
    entry: dict[str, Any] = {"name": "openrouter", "api_key": "k"}
    assert one(read, entry).dialect.reasoning == "openrouter"
    entry["transformer"] = {"use": ["reasoning"]}
    assert one(read, entry).dialect.reasoning == "enable_thinking"
    entry["dialect"] = {"reasoning": "off"}
    provider = one(read, entry)
    assert provider.dialect.reasoning == "off"
    assert provider.dialect.cache_control
    entry["models"] = {"m": {"dialect": {"reasoning": "thinking"}}}
    provider = one(read, entry)
    assert provider.dialect_of("m").reasoning == "thinking"
    assert provider.dialect_of("n").reasoning == "off"


def test_a_preset_s_dialect_may_differ_by_protocol(read: Read) -> None:
    chat = one(read, {"name": "openai", "api_key": "k", "protocol": "chat"})
    responses = one(read, {"name": "openai", "api_key": "k"})
    assert (chat.dialect.web_search, chat.dialect_of("gpt-5.5").effort_with_tools) == (None, False)
    assert (responses.dialect.web_search, responses.protocol) == ("web_search", "openai_responses")


def test_transformers_of_a_model_are_of_its_dialect_only(read: Read) -> None:
    provider = one(read, {**FAR, "transformer": {"m": {"use": ["Reasoning"]}}})
    assert provider.dialect_of("m").reasoning == "enable_thinking"
    assert provider.dialect_of("n") == provider.dialect == Dialect()


def test_the_dialect_follows_the_address_whatever_the_name(read: Read) -> None:
    url = "https://api.deepseek.com/chat/completions"
    provider = one(read, {"name": "openrouter", "api_base_url": url, "api_key": "k"})
    assert (provider.preset, provider.dialect.reasoning) == ("deepseek", "thinking")


def test_the_original_s_deepseek_clamps_and_the_preset_does_not(read: Read) -> None:
    entry = {"name": "deepseek", "api_key": "k"}
    assert one(read, entry).dialect_of("deepseek-chat").max_output is None
    entry_with = {**entry, "transformer": {"use": ["deepseek"]}}
    assert one(read, entry_with).dialect_of("deepseek-v4-flash").max_output == 8192


@pytest.mark.parametrize("model", ["gpt-5-mini", "openai/gpt-5.2", "o3", "o4-mini-high", "GPT-5", "gpt-6-a"])
def test_reasoning_models_refuse_what_they_refuse_everywhere(model: str, read: Read) -> None:
    dialect = one(read, FAR).dialect_of(model)
    assert dialect.max_tokens_field == "max_completion_tokens"
    assert (dialect.sampling, dialect.stop) == (False, 0)


@pytest.mark.parametrize("model", ["gpt-4.1-mini", "gpt-oss-120b", "olmo-3", "ollama-x", "mymodel"])
def test_others_do_not(model: str, read: Read) -> None:
    assert one(read, FAR).dialect_of(model) == Dialect()


def test_facts_of_models(read: Read) -> None:
    provider = one(read, {"name": "openai", "api_key": "k", "models": ["gpt-4o"]})
    assert list(provider.facts) == ["gpt-4o"]
    for model in ("gpt-4o", "gpt-4o-2024-11-20"):
        facts = provider.facts_of(model)
        assert (facts.context_window, facts.max_output) == (128_000, 16_384)
        assert facts.dialect is not None
        assert facts.dialect.max_output == 16_384
    assert provider.facts_of("unheard-of").context_window is None


def test_ceilings_bind_only_where_the_provider_is_known(read: Read) -> None:
    borrowed = one(read, FAR)
    assert borrowed.facts_of("gpt-4o").max_output == 16_384
    assert borrowed.dialect_of("gpt-4o").max_output is None
    assert borrowed.dialect_of("gpt-oss-120b").images
    known = one(read, {"name": "openrouter", "api_key": "k"})
    assert not known.dialect_of("openai/gpt-oss-120b:free").images


def test_what_the_user_says_of_models_wins(read: Read) -> None:
    entry = {
        "name": "openai",
        "api_key": "k",
        "contextWindow": 1000,
        "models": ["gpt-4o", {"name": "gpt-4.1", "contextWindow": 3000, "maxOutputTokens": 50}],
        "modelMetadata": {"gpt-4o": {"contextWindow": 2000, "dialect": {"max_output": 99_999}}},
    }
    provider = one(read, entry)
    assert provider.models == ("gpt-4o", "gpt-4.1")
    windows = [provider.facts_of(model).context_window for model in ("gpt-4o", "gpt-4.1", "other")]
    assert windows == [2000, 3000, 1000]
    assert provider.dialect_of("gpt-4o").max_output == 99_999
    assert provider.dialect_of("gpt-4.1").max_output == 50
    assert one(read, {**FAR, "models": {"m": {"maxOutputTokens": 7}}}).dialect_of("m").max_output == 7


@pytest.mark.parametrize("models", [["a", "b"], {"a": {}, "b": {}}, [{"id": "a"}, "b"], "a, b"])
def test_models_in_every_form(models: object, read: Read) -> None:
    assert one(read, {**FAR, "models": models}).models == ("a", "b")


def test_headers_query_and_options(read: Read) -> None:
    entry = {
        **FAR,
        "extraHeaders": {"X-Title": "ccr", "x-n": 1, "x-b": True},
        "query": {"a": 1},
        "auth": "api-key",
        "tokenizer": {"default": {"type": "tiktoken"}},
    }
    provider = one(read, entry)
    assert provider.headers == {"X-Title": "ccr", "x-n": "1", "x-b": "true"}
    assert (provider.query, provider.auth) == ({"a": "1"}, "api-key")
    assert provider.options == {"tokenizer": {"default": {"type": "tiktoken"}}}


def test_a_model_s_transformer_that_stands_for_another_language_is_warned_of(read: Read) -> None:
    url = "https://api.example.com/v1/chat/completions"
    entry = {"name": "mine", "api_base_url": url, "api_key": "k", "models": ["m"]}
    for use, warned in (("gemini", 1), ("deepseek", 0), ("enhancetool", 0)):
        settings = read({"Providers": [{**entry, "transformer": {"m": {"use": [use]}}}]})
        assert len(settings.warnings) == warned
    (said,) = read({"Providers": [{**entry, "transformer": {"m": {"use": ["Gemini"]}}}]}).warnings
    assert said.startswith('Providers[0].transformer.m.use[0]: "Gemini" stands for gemini, but')
    assert "a provider of their own" in said
