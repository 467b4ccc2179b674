"""Every documented mistake, and the words it is told in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.config import ConfigError, Problem, load
from ccr.config.problems import nearest
from tests.config.conftest import Mistakes, Read

FAR: dict[str, Any] = {"name": "far", "api_base_url": "https://llm.example.com/v1", "api_key": "k"}
PROTOCOLS = "anthropic, openai_chat, openai_responses, gemini, bedrock, ollama, cohere"

PROVIDER_MISTAKES: list[tuple[dict[str, Any], str]] = [
    (
        {"name": "openruter", "api_key": "k"},
        (
            '- Providers[0].api_base_url: is missing, and "openruter" is no provider known by name.\n'
            '      Did you mean "openrouter"?'
        ),
    ),
    (
        {"name": "acme-llm", "api_key": "k"},
        (
            '- Providers[0].api_base_url: is missing, and "acme-llm" is no provider known by name.\n'
            '      Give its URL, such as "https://api.example.com/v1".'
        ),
    ),
    (
        {"name": "deepseek"},
        (
            "- Providers[0].api_key: is missing.\n"
            '      Write "api_key": "$DEEPSEEK_API_KEY" and set that variable, or give the key itself. '
            "Keys are made at https://platform.deepseek.com/api_keys."
        ),
    ),
    (
        {**FAR, "api_key": None},
        (
            "- Providers[0].api_key: is missing.\n"
            '      Write "api_key": "$MY_PROVIDER_KEY" and set that variable, or give the key itself.'
        ),
    ),
    (
        {**FAR, "api_key": "$FAR_KEY"},
        (
            "- Providers[0].api_key: the environment variable FAR_KEY is not set.\n"
            "      Set it, here or in a file .env beside this one, or write a default: ${FAR_KEY:-…}."
        ),
    ),
    (
        {**FAR, "api_key": [{"key": "k"}, {"key": "${FAR_KEY}"}, {"weight": 1}]},
        (
            "- Providers[0].api_key[1].key: the environment variable FAR_KEY is not set.\n"
            "      Set it, here or in a file .env beside this one, or write a default: ${FAR_KEY:-…}.\n"
            "- Providers[0].api_key[2].key: is missing."
        ),
    ),
    ({**FAR, "api_key": 7}, "- Providers[0].api_key: should be a key in quotes, or a list of keys."),
    (
        {**FAR, "api_base_url": "localhost:11434/v1"},
        (
            "- Providers[0].api_base_url: should begin with https:// or http:// "
            '(it is "localhost:11434/v1").\n'
            '      Did you mean "http://localhost:11434/v1"?'
        ),
    ),
    (
        {**FAR, "api_base_url": "api.example.com"},
        (
            '- Providers[0].api_base_url: should begin with https:// or http:// (it is "api.example.com").\n'
            '      Did you mean "https://api.example.com"?'
        ),
    ),
    (
        {**FAR, "api_base_url": "http://[::1"},
        (
            '- Providers[0].api_base_url: is no URL: Invalid IPv6 URL ("http://[::1").\n'
            "      It should look like https://host/path."
        ),
    ),
    (
        {**FAR, "protocol": "antropic"},
        '- Providers[0].protocol: there is no protocol "antropic".\n      Did you mean "anthropic"?',
    ),
    (
        {**FAR, "protocol": "grpc"},
        f'- Providers[0].protocol: there is no protocol "grpc".\n      There are: {PROTOCOLS}.',
    ),
    (
        {"name": "groq", "api_key": "k", "protocol": "gemini"},
        (
            "- Providers[0].api_base_url: is missing: Groq is known to speak openai_chat, openai_responses, "
            'not gemini.\n      Give its URL, or another "protocol".'
        ),
    ),
    (
        {"name": "azure", "api_key": "k"},
        (
            '- Providers[0].api_base_url: is missing, and cannot be completed without "resource".\n'
            "      Give either."
        ),
    ),
    ({"api_base_url": "https://a.example", "api_key": "k"}, "- Providers[0].name: is missing."),
    ({**FAR, "name": ""}, "- Providers[0].name: is empty."),
    (
        {**FAR, "models": ["a", 1]},
        (
            "- Providers[0].models: models[1] should be the name of a model, in quotes, "
            'or an object with a "name".'
        ),
    ),
    (
        {**FAR, "models": {"a": {"contextWindow": "big"}}},
        '- Providers[0].models.a.contextWindow: should be a whole number, not "big".',
    ),
    (
        {**FAR, "headers": ["a"]},
        "- Providers[0].headers: should be an object: { … }, not a list.",
    ),
    (
        {**FAR, "auth": "basic"},
        (
            "- Providers[0].auth: should be 'bearer', 'x-api-key', 'x-goog-api-key', 'api-key', 'google', "
            "'aws' "
            "or 'none', not \"basic\"."
        ),
    ),
    (
        {**FAR, "dialect": {"resoning": "off", "stop": "two", "reasoning": "loud"}},
        (
            '- Providers[0].dialect.resoning: is no dialect flag.\n      Did you mean "reasoning"?\n'
            "- Providers[0].dialect.stop: Expected `int`, got `str`.\n"
            "- Providers[0].dialect.reasoning: Invalid enum value 'loud'."
        ),
    ),
    (
        {**FAR, "models": {"m": {"dialect": {"stop": []}}}},
        "- Providers[0].models.m.dialect.stop: Expected `int`, got `array`.",
    ),
    (
        {**FAR, "transformer": 3},
        (
            "- Providers[0].transformer: should be an object.\n"
            '      Write {"use": ["name", ["name", {"option": …}]], "some-model": {"use": [...]}}.'
        ),
    ),
    (
        {**FAR, "transformer": {"use": ["groq", ["groq", 1], {"groq": {}}], "m": {"use": 4}}},
        (
            '- Providers[0].transformer.use[1]: should be "name" or ["name", {options}].\n'
            '- Providers[0].transformer.use[2]: should be "name" or ["name", {options}].\n'
            "- Providers[0].transformer.m.use: should be a list.\n"
            '      Write {"use": ["name", ["name", {"option": …}]], "some-model": {"use": [...]}}.'
        ),
    ),
    (
        {**FAR, "transformer": {"use": ["opnrouter", "maxtokn"], "m": {"use": ["xyz"]}}},
        (
            '- Providers[0].transformer.use[0]: there is no transformer "opnrouter".\n'
            '      Did you mean "openrouter"?\n'
            '- Providers[0].transformer.use[1]: there is no transformer "maxtokn".\n'
            '      Did you mean "maxtoken"?\n'
            '- Providers[0].transformer.m.use[0]: there is no transformer "xyz".\n'
            "      There are: groq, maxtoken, openrouter."
        ),
    ),
]


@pytest.mark.parametrize(("entry", "told"), PROVIDER_MISTAKES)
def test_mistakes_in_a_provider(entry: dict[str, Any], told: str, mistakes: Mistakes) -> None:
    names = ["groq", "maxtoken", "openrouter"]
    assert mistakes({"Providers": [entry]}, transformer_names=lambda _: names) == told


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"PORT": 99999}, "- PORT: should be less than or equal to 65535, not 99999."),
    ({"PORT": "http"}, '- PORT: should be a whole number, not "http".'),
    ({"API_TIMEOUT_MS": 0}, "- API_TIMEOUT_MS: should be greater than 0, not 0."),
    ({"LOG": "perhaps"}, '- LOG: should be true or false, not "perhaps".'),
    (
        {"LOG_LEVEL": "loud"},
        "- LOG_LEVEL: should be 'fatal', 'error', 'warn', 'info', 'debug' or 'trace', not \"loud\".",
    ),
    (
        {"APIKEY": "$ROUTER_KEY"},
        (
            "- APIKEY: the environment variable ROUTER_KEY is not set.\n"
            "      Set it, here or in a file .env beside this one, or write a default: ${ROUTER_KEY:-…}."
        ),
    ),
    (
        {"PROXY_URL": "127.0.0.1:7890"},
        (
            '- PROXY_URL: is no URL with http://, https:// or socks5:// ("127.0.0.1:7890").\n'
            "      It should look like http://127.0.0.1:7890, or be left out."
        ),
    ),
    (
        {"PROXY_URL": "https://api.deepseek.com/v1/chat/completions"},
        (
            "- PROXY_URL: is the address of a provider, not of a proxy "
            '("https://api.deepseek.com/v1/chat/completions").\n'
            '      It belongs into "api_base_url" of the provider; most people need no PROXY_URL.'
        ),
    ),
    (
        {"HTTPS_PROXY": "https://openrouter.ai"},
        (
            '- HTTPS_PROXY: is the address of a provider, not of a proxy ("https://openrouter.ai").\n'
            '      It belongs into "api_base_url" of the provider; most people need no PROXY_URL.'
        ),
    ),
    ({"Providers": {}}, "- Providers: should be a list: [ … ], not an object."),
    ({"Providers": ["openrouter"]}, '- Providers[0]: should be an object: { … }, not "openrouter".'),
    (
        {"Providers": [FAR, {**FAR, "api_key": "l"}]},
        '- Providers[1].name: "far" is already the name of Providers[0].',
    ),
    ({"Router": []}, "- Router: should be an object: { … }, not a list."),
    (
        {"Providers": [FAR], "Router": {"think": 3}},
        (
            '- Router.think: should be "provider,model", not 3.\n'
            '      Write "provider,model", a list of such, '
            'or {"targets": […], "strategy": …, "fallback": […]}.'
        ),
    ),
    (
        {"Providers": [FAR], "Router": {"default": "fra,m"}},
        '- Router.default: there is no provider "fra".\n      Did you mean "far"?',
    ),
    (
        {"Providers": [FAR], "Router": {"default": "openai,m"}},
        '- Router.default: there is no provider "openai".\n      Providers are: far.',
    ),
    (
        {"Providers": [FAR], "Router": {"default": "gpt-4o"}},
        '- Router.default: "gpt-4o" names no provider.\n      Write "provider,model". Providers are: far.',
    ),
    (
        {"Providers": [FAR], "Router": {"default": "far,"}},
        '- Router.default: "far," names no model.\n      Write "provider,model".',
    ),
    (
        {"Providers": [FAR], "Router": {"default": "far"}},
        '- Router.default: "far" names no model.\n      Write "provider,model".',
    ),
    (
        {"Providers": [FAR], "Router": {"default": "far/"}},
        '- Router.default: "far/" names no model.\n      Write "provider,model".',
    ),
    (
        {"Providers": [FAR], "fallback": {"default": ["far,m", "near,m"]}},
        '- fallback.default[1]: there is no provider "near".\n      Providers are: far.',
    ),
    (
        {"Router": {"default": "a,b"}},
        '- Router.default: there is no provider "a".\n      No providers are configured.',
    ),
    (
        {
            "Providers": [{**FAR, "models": ["m"]}, {**FAR, "name": "near", "models": ["m"]}],
            "Router": {"default": "m"},
        },
        ('- Router.default: "m" is a model of several providers.\n      Write "far,m", or another of: near.'),
    ),
    ({"transformers": [{"options": {}}]}, "- transformers[0].path: is missing."),
]


@pytest.mark.parametrize(("config", "told"), MISTAKES)
def test_mistakes_in_the_file(config: dict[str, Any], told: str, mistakes: Mistakes) -> None:
    assert mistakes(config) == told


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(mistakes: Mistakes) -> None:
    config = {
        "Router": {"default": "nobody,m"},
        "PORT": -1,
        "Providers": [{"name": "far"}, FAR, {**FAR, "name": "x", "protocol": "y"}, {"api_key": 1}],
    }
    places = [line.split(":")[0] for line in mistakes(config).splitlines() if line.startswith("- ")]
    assert places == [
        "- Router.default",
        "- PORT",
        "- Providers[0].api_base_url",
        "- Providers[0].api_key",
        "- Providers[1].name",
        "- Providers[2].protocol",
        "- Providers[3].name",
        "- Providers[3].api_key",
    ]


def test_one_mistake_of_a_provider_hides_no_other(mistakes: Mistakes) -> None:
    entry = {"name": "x", "api_base_url": "nowhere", "models": 5, "protocol": "y", "api_key": "k"}
    places = [line.split(":")[0] for line in mistakes({"Providers": [entry]}).splitlines() if line[0] == "-"]
    assert sorted(places) == [
        "- Providers[0].api_base_url",
        "- Providers[0].models",
        "- Providers[0].protocol",
    ]


@pytest.mark.parametrize("name", ["a,b", " far "])
def test_a_name_that_no_client_can_write_is_told(name: str, mistakes: Mistakes) -> None:
    assert "- Providers[0].name: should have no comma" in mistakes({"Providers": [{**FAR, "name": name}]})


def test_a_rule_is_not_wrong_because_its_provider_is(mistakes: Mistakes) -> None:
    config = {"Providers": [{"name": "far"}], "Router": {"default": "far,m"}}
    assert "Router" not in mistakes(config)


def test_the_first_line_names_the_file_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"PORT": 0, "LOG": 7}')
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(caught.value).splitlines()[0] == f"The configuration {path} has 2 mistakes:"
    assert caught.value.problems[0] == Problem("PORT", "should be greater than or equal to 1, not 0.")


def test_a_syntax_error_is_shown_with_its_line(mistakes: Mistakes) -> None:
    assert mistakes('{\n  "PORT": 3456\n  "LOG": true\n}') == (
        "- Syntax error in line 3, column 3: unexpected '\"'; "
        "a comma or a colon is probably missing before it.\n"
        '    "LOG": true\n'
        "    ^\n"
        "  Comments, trailing commas, single quotes and keys without quotes are fine."
    )


def test_a_list_is_no_configuration(mistakes: Mistakes) -> None:
    assert mistakes([]) == "- It must be one object in braces: { … }."


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"Provider": []}, 'Provider: is not known. Did you mean "Providers"?'),
        ({"log": True}, 'log: is not known. Did you mean "LOG"?'),
        ({"api_timeout_ms": 1}, 'api_timeout_ms: is not known. Did you mean "API_TIMEOUT_MS"?'),
        (
            {"Providers": [{**FAR, "modles": []}]},
            'Providers[0].modles: is not known. Did you mean "models"?',
        ),
        (
            {"Providers": [{"name": "groq", "api_key": "k", "api_baseurl": "x"}]},
            'Providers[0].api_baseurl: is not known. Did you mean "api_base_url"?',
        ),
        (
            {"Providers": [{**FAR, "transformers": {}}]},
            'Providers[0].transformers: is not known. Did you mean "transformer"?',
        ),
        (
            {"Router": {"longcontext": "far,m"}},
            'Router.longcontext: is not known. Did you mean "longContext"?',
        ),
        ({"fallback": {"thnk": []}}, 'fallback.thnk: is not known. Did you mean "think"?'),
        (
            {"Router": {"fallback": {"longcontext": []}}},
            'Router.fallback.longcontext: is not known. Did you mean "longContext"?',
        ),
        (
            {"CUSTOM_ROUTER_PATH": "$NOWHERE/r.py"},
            "CUSTOM_ROUTER_PATH: the environment variable NOWHERE is not set. The text stays as it is.",
        ),
    ],
)
def test_what_is_probably_a_slip_is_a_warning_and_kept(config: dict[str, Any], told: str, read: Read) -> None:
    settings = read(config)
    assert settings.warnings == (told,)
    assert settings.raw == config


@pytest.mark.parametrize("key", ["StatusLine", "plugins", "OPENAI_API_KEY", "APIKEYS"])
def test_keys_of_the_original_and_its_forks_are_no_slips(key: str, read: Read) -> None:
    assert read({key: "x"}).warnings == ()


@pytest.mark.parametrize(
    ("word", "found"),
    [("api_baseurl", "api_base_url"), ("API-KEY", "api_key"), ("modles", "models"), ("zzz", None)],
)
def test_the_nearest_name(word: str, found: str | None) -> None:
    assert nearest(word, ["api_base_url", "api_key", "models"]) == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": "Bearer hunter2-hunter2-hunter2"},
        {"api_base_url": "htt://ada:hunter2-hunter2@llm.example.com/v1"},
        {"api_base_url": "ada:hunter2@llm.example.com/v1?key=hunter2-hunter2-hunter2"},
    ],
)
def test_no_mistake_quotes_a_key(wrong: dict[str, Any], mistakes: Mistakes) -> None:
    told = mistakes({"Providers": [{**FAR, **wrong}]})
    assert "hunter2-hunter2" not in told
