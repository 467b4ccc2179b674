"""No key is shown, and what was shown comes back as the key it stood for."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ccr.config.saving.secrets import mask, mask_at, secrets_in, unmask
from ccr.config.saving.spotting import DOTS

KEY = "sk-or-v1-0123456789abcdef"
CONFIG: dict[str, Any] = {
    "APIKEY": "the-routers-own-key-1",
    "APIKEYS": [{"key": "client-key-number-1", "name": "laptop"}, "plain-client-key-22"],
    "PROXY_URL": "http://ada:byron-lovelace-1815@proxy.lan:8080",
    "Providers": [
        {"name": "one", "api_key": KEY, "api_base_url": "https://a.example/v1?key=abcdefghijkl"},
        {"name": "two", "api_key": ["$TWO_KEY", "${THREE_KEY}", "second-secret-of-two-9"], "models": ["m"]},
        {"name": "three", "headers": {"Authorization": "Bearer hidden-token-77", "X-Title": "ccr"}},
        {"name": "four", "api_key": [{"key": "weighted-key-of-four", "weight": 2}, {"key": "short"}]},
        {"name": "five", "transformer": {"use": [["vertex-openai", {"private_key": "-----BEGIN-----xyz"}]]}},
    ],
    "Router": {"default": "one,m", "longContextThreshold": 60000},
    "WebSearch": {"api_key": "tvly-abcdefghijklmnop"},
    "note": f"the old key was {KEY}",
}
SECRETS = (
    "the-routers-own-key", "client-key-number", "plain-client-key", "lovelace", "0123456789ab", "abcdefgh",
    "second-secret", "hidden-token", "weighted-key", "short", "BEGIN",
)  # fmt: skip


def test_no_key_can_be_read() -> None:
    shown = json.dumps(mask(CONFIG), ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in shown] == []


def test_everything_else_can() -> None:
    shown = mask(CONFIG)
    assert shown["Router"] == CONFIG["Router"]
    assert shown["Providers"][0]["name"] == "one"
    assert shown["Providers"][0]["api_key"] == f"{DOTS}cdef"
    assert shown["Providers"][1]["api_key"][:2] == ["$TWO_KEY", "${THREE_KEY}"]
    assert shown["Providers"][2]["headers"]["X-Title"] == "ccr"
    assert shown["Providers"][3]["api_key"][0]["weight"] == 2
    assert shown["PROXY_URL"] == f"http://ada:{DOTS}1815@proxy.lan:8080"


def test_what_was_shown_comes_back_as_it_was() -> None:
    assert unmask(mask(CONFIG), CONFIG) == (CONFIG, [])


def test_entries_may_change_places_and_names_and_go() -> None:
    shown = mask(CONFIG)
    shown["Providers"] = [shown["Providers"][3], {**shown["Providers"][0], "name": "renamed"}]
    wanted = copy.deepcopy(CONFIG)
    wanted["Providers"] = [wanted["Providers"][3], {**wanted["Providers"][0], "name": "renamed"}]
    assert unmask(shown, CONFIG) == (wanted, [])


def test_a_new_value_wins() -> None:
    shown = mask(CONFIG)
    shown["APIKEY"] = "another-key-for-the-router"
    restored, problems = unmask(shown, CONFIG)
    assert restored["APIKEY"] == "another-key-for-the-router"
    assert problems == []


@pytest.mark.parametrize(
    ("posted", "path"),
    [
        ({"APIKEY": f"{DOTS}9999"}, "APIKEY"),
        ({"New": {"api_key": f"{DOTS}cdef"}}, "New.api_key"),
        ({"Router": {"default": f"{DOTS}cdef"}}, "Router.default"),
        ({"Providers": [{"name": "one", "models": [f"{DOTS}ret9"]}]}, "Providers[0].models[0]"),
    ],
)
def test_a_mask_stands_for_nothing_where_no_such_secret_was(posted: dict[str, Any], path: str) -> None:
    _, problems = unmask(posted, CONFIG)
    assert [problem.path for problem in problems] == [path]


WRONG: dict[str, Any] = {
    "APIKEY": {"a": "wrong-1"},
    "api_key": [["wrong-2"], {"key": {"x": "wrong-3", "name": "wrong-4"}}],
    "Providers": {"one": {"apiKey": 40404040}, "two": {"credentials": {"a": [1.5, "wrong-5"]}}},
    "clients": {"laptop": "wrong-6", "ci": {"key": "wrong-7"}, "sk-wrong-80000000000": "one,m"},
    "APIKEYS": {"wrong-9-of-the-laptop": "laptop"},
    "headers": [["Authorization", "wrong-10"], "x-api-key: wrong-11"],
    "more": [{"name": "Cookie", "value": "wrong-12"}],
    "urls": [
        "https://ada:wrong/13@proxy.lan", "ada:wrong-14@proxy.lan:80", "https://wrong-15-0123456789@git.example",
        "https://ada:wrong@16@proxy.lan", "https://a.example/?access_token=wrong$17",
    ],
    "PROXY_URL": {"url": "socks5://:wrong-18@127.0.0.1:1"},
    "api_keys": "${NAME:-wrong-19}",
    "password": "$wrong_20",
    "Redis": [{"url": "redis://h", "password": [{"password": 2121212121212121}]}],
}  # fmt: skip


def test_no_key_of_a_wrong_shape_can_be_read() -> None:
    shown = json.dumps(mask(WRONG), ensure_ascii=False)
    assert "wrong" not in shown
    assert [number for number in ("40404040", "1.5", "212121212121") if number in shown] == []


def test_keys_of_a_wrong_shape_come_back_as_they_were() -> None:
    assert unmask(mask(WRONG), WRONG) == (WRONG, [])


def test_keys_of_a_wrong_shape_come_back_beside_a_change() -> None:
    shown = mask(WRONG)
    shown["clients"]["new"] = "one,m"
    shown["APIKEY"]["b"] = "new"
    wanted = copy.deepcopy(WRONG)
    wanted["clients"]["new"] = "one,m"
    wanted["APIKEY"]["b"] = "new"
    assert unmask({"more": 1, **shown}, WRONG) == ({"more": 1, **wanted}, [])


def test_keys_that_look_alike_masked_come_back_where_their_list_is_as_it_was() -> None:
    config = {"Providers": [{"name": "one", "api_key": ["short-1", "short-2"]}], "PORT": 1}
    assert unmask({**mask(config), "PORT": 2}, config) == ({**config, "PORT": 2}, [])
    _, problems = unmask({"Providers": [{"name": "one", "api_key": [DOTS + DOTS]}]}, config)
    assert [problem.path for problem in problems] == ["Providers[0].api_key[0]"]


def test_a_masked_name_that_nothing_has_is_told() -> None:
    _, problems = unmask({"clients": {f"{DOTS}abcd": "one,m"}}, WRONG)
    assert [problem.path for problem in problems] == [f'clients["{DOTS}abcd"]']


def test_names_that_look_alike_masked_stay_apart() -> None:
    config = {"APIKEYS": {"aaaaaaaa-1-aaaa-same": "a", "bbbbbbbb-1-bbbb-same": "b"}}
    assert len(mask(config)["APIKEYS"]) == 2
    assert unmask(mask(config), config) == (config, [])


HARMLESS: dict[str, Any] = {
    "auth": "x-api-key",
    "APIKEYS": [{"key": "$KEY", "name": "laptop", "limits": {"rpm": 60}}],
    "Router": {"clients": {"ci": {"default": "one,m", "agents": {"Explore": "one,m"}}, "b": "two/m"}},
    "rules": [{"match": {"tokens": {">": 1000}}, "name": "long"}],
    "extraBody": {"max_tokens": 100, "thinking": {"budget_tokens": 1000}, "prompt_cache_key": True},
    "keyPool": {"strategy": "weighted"},
    "key_strategy": "weighted",
    "models": ["monkey-7b", "skylark-pro-32k-240515", "claude-sonnet-4@20250514"],
    "Prices": {"one,monkey-7b": {"input": 3}},
    "api_key": "Bearer ${KEY}",
    "api_base_url": "http://127.0.0.1:8000/v1/models@latest",
    "LOG_FILE": "logs/keys.log",
    "APIKEY": None,
    "token": True,
}


def test_what_only_sounds_like_a_key_is_shown() -> None:
    assert mask(HARMLESS) == HARMLESS


def test_what_is_shown_at_a_place_is_what_is_shown_of_the_whole() -> None:
    assert mask_at(WRONG, ["APIKEY", "a"]) == DOTS + DOTS
    assert mask_at(WRONG, ["clients", "sk-wrong-80000000000"]) == "one,m"
    assert mask_at(CONFIG, ["Providers", 0, "name"]) == "one"


def test_secrets_can_be_told_apart_from_the_rest() -> None:
    assert secrets_in({"APIKEY": "a", "api_key": [[5]], "note": "b", "key": "$C"}) == {"a", "5"}
