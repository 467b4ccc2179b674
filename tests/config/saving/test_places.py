"""Paths as people write them lead where they mean."""

from __future__ import annotations

import pytest

from ccr.config.saving import places
from ccr.config.saving.places import WrongPath

CONFIG = {
    "Providers": [{"name": "openrouter", "models": ["x", "y"], "transformer": {"some/model": {"use": []}}}],
    "Router": {"default": "openrouter,x"},
}


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("Router.default", ["Router", "default"]),
        ("Router.new.deep", ["Router", "new", "deep"]),
        ("Providers.openrouter.models", ["Providers", 0, "models"]),
        ("providers.OpenRouter.models[1]", ["Providers", 0, "models", 1]),
        ("Providers[0].models.2", ["Providers", 0, "models", 2]),
        ("Providers.openrouter.models.y", ["Providers", 0, "models", 1]),
        ("Providers[1]", ["Providers", 1]),
        (
            "Providers.openrouter.transformer['some/model'].use",
            ["Providers", 0, "transformer", "some/model", "use"],
        ),
        ('New["a.b"]', ["New", "a.b"]),
    ],
)
def test_a_path_is_resolved(path: str, steps: list[str | int]) -> None:
    assert places.resolve(path, CONFIG) == steps


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "empty"),
        ("a..b", "no path"),
        (".a", "no path"),
        ("a[x]", "no path"),
        ("Providers.openruter.models", 'no entry named "openruter". Did you mean "openrouter"?'),
        ("Providers[3]", "has 1 entry, counted from 0"),
        ("Providers[1].name", "has 1 entry, counted from 0"),
        ("Router.default.x", 'the text "openrouter,x"'),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, words: str) -> None:
    with pytest.raises(WrongPath) as caught:
        places.resolve(path, CONFIG)
    assert words in str(caught.value)


def test_the_alias_of_providers_is_used_where_the_file_has_it() -> None:
    assert places.resolve("Providers.a.models", {"providers": [{"name": "a"}]}) == ["providers", 0, "models"]


def test_a_value_is_found_or_the_nearest_name_told() -> None:
    assert places.value_at(CONFIG, ["Providers", 0, "models", 1]) == "y"
    with pytest.raises(WrongPath, match=r"There is no Router\.defalt\. Did you mean"):
        places.value_at(CONFIG, ["Router", "defalt"])


def test_paths_are_shown_as_messages_show_them() -> None:
    steps = places.resolve('Providers.openrouter.transformer["some/model"]', CONFIG)
    assert places.place(steps) == 'Providers[0].transformer["some/model"]'
