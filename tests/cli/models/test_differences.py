"""A change in plain words: all of it, and no key."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.models.differences import differences

A: dict[str, Any] = {"name": "a", "api_key": "sk-secret-secret-one", "models": ["one", "two"]}
B: dict[str, Any] = {"name": "b", "models": ["three"]}
OLD: dict[str, Any] = {"Providers": [A, B], "Router": {"default": "a,one"}}


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (OLD, []),
        ({**OLD, "Providers": [A]}, ["- provider b"]),
        ({**OLD, "Providers": [B, A]}, ["providers in this order: b, a"]),
        ({**OLD, "Providers": [A, {**B, "name": "c"}]}, ["the provider b is called c"]),
        ({**OLD, "Providers": [A, B, {"name": "c", "models": ["x"]}]}, ["+ provider c with the model x"]),
        ({**OLD, "Providers": [{**A, "models": ["two", "three"]}, B]}, ["- model a,one", "+ model a,three"]),
        ({**OLD, "Providers": [{**A, "models": ["two", "one"]}, B]}, ["models of a in this order: two, one"]),
        ({**OLD, "Providers": [A, {**B, "protocol": "anthropic"}]}, ["b.protocol: anthropic"]),
        ({**OLD, "Router": {"default": "b,three"}}, ["Router.default: b,three (it was a,one)"]),
        ({**OLD, "Router": {}}, ["Router.default: no more (it was a,one)"]),
        ({**OLD, "fallback": {"default": ["b,three", "a,two"]}}, ["fallback.default: b,three, a,two"]),
        ({**OLD, "PORT": 4000}, ["PORT: 4000"]),
    ],
)
def test_each_change_has_its_line(new: dict[str, Any], words: list[str]) -> None:
    assert differences(OLD, new) == words


def test_keys_are_masked_and_a_change_of_one_is_told_all_the_same() -> None:
    new = {**OLD, "Providers": [{**A, "api_key": "sk-secret-secret-two"}, B]}
    assert "sk-secret" not in "".join(differences(OLD, new))
    assert differences(OLD, new)
    assert differences({"APIKEY": "short-one"}, {"APIKEY": "short-two"}) == ["a key is another"]


def test_many_models_are_counted() -> None:
    new = {"Providers": [{"name": "a", "models": [f"m{n}" for n in range(9)]}]}
    assert differences({}, new) == ["+ provider a with 9 models: m0, m1, m2, m3, m4, m5 and 3 more"]
