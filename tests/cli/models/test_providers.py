"""Changes of providers and models, as values."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.cli.models import providers
from ccr.cli.models.entries import Refused

VALUE: dict[str, Any] = {
    "Providers": [
        {
            "name": "a",
            "baseUrl": "http://a",
            "models": ["one", "two"],
            "transformer": {"use": [], "two": {"use": ["x"]}},
        },
        {"name": "b", "models": ["three"]},
    ],
    "Router": {"default": "a,one"},
}


def names(value: dict[str, Any]) -> list[str]:
    return [one["name"] for one in value["Providers"]]


def test_a_provider_is_added_once() -> None:
    assert names(providers.added(VALUE, {"name": "c"})) == ["a", "b", "c"]
    assert names(providers.added({}, {"name": "c"})) == ["c"]
    with pytest.raises(Refused, match="already"):
        providers.added(VALUE, {"name": "A"})


def test_a_key_is_changed_under_the_spelling_it_has() -> None:
    changed = providers.edited(VALUE, "a", {"api_base_url": "http://z", "api_key": "$K", "protocol": None})
    assert changed["Providers"][0] | {"transformer": 0} == {
        "name": "a", "baseUrl": "http://z", "models": ["one", "two"], "transformer": 0, "api_key": "$K",
    }  # fmt: skip
    assert "baseUrl" not in providers.edited(VALUE, "a", {"api_base_url": None})["Providers"][0]


def test_what_rules_name_goes_only_by_force_and_out_of_the_rules() -> None:
    with pytest.raises(providers.Named, match=r"Router.default: a,one"):
        providers.removed(VALUE, "a")
    gone = providers.removed(VALUE, "a", force=True)
    assert names(gone) == ["b"]
    assert gone["Router"] == {}
    assert names(providers.removed(VALUE, "b")) == ["a"]
    with pytest.raises(providers.Named, match="a,one"):
        providers.without_models(VALUE, ["a,one"])


def test_a_model_goes_with_its_transformers() -> None:
    left = providers.without_models(VALUE, ["a,two"])["Providers"][0]
    assert left["models"] == ["one"]
    assert left["transformer"] == {"use": []}
    with pytest.raises(Refused, match="It lists: one, two"):
        providers.without_models(VALUE, ["a,three"])


def test_models_are_added_once_each() -> None:
    more = providers.with_added_models(VALUE, ["b,four", "B,four", "a,one"])
    assert [one["models"] for one in more["Providers"]] == [["one", "two"], ["three", "four"]]


def test_a_new_name_is_that_of_nobody_else() -> None:
    renamed = providers.renamed(VALUE, "a", "z")
    assert names(renamed) == ["z", "b"]
    assert renamed["Router"]["default"] == "z,one"
    assert names(providers.renamed(VALUE, "a", "A")) == ["A", "b"]
    with pytest.raises(Refused, match="already"):
        providers.renamed(VALUE, "a", "B")


def test_no_change_touches_what_it_was_given() -> None:
    before = repr(VALUE)
    providers.removed(VALUE, "a", force=True)
    providers.with_added_models(VALUE, ["a,x"])
    providers.edited(VALUE, "a", {"api_key": "$K"})
    assert repr(VALUE) == before
