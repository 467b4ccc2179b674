"""No key is shown, and what was shown comes back as the key it stood for."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ccr.config.saving.secrets import DOTS, mask, unmask

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
