"""Names of models, in every form that clients use."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.errors import NoRoute
from ccr.routing.models import REMEMBERED, Models, is_clients_own
from tests.routing.support import provider, settings


@pytest.fixture
def models(tmp_path: Path) -> Models:
    made = settings(
        tmp_path,
        {},
        provider("lab", "m1", "far/m2", "both", "Qwen3:8b"),
        provider("far", "m3", "both"),
        provider("x", "anthropic.claude-9-v1:0"),
    )
    return Models(made.providers)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("lab,m1", "lab,m1"),
        ("LAB, m1 ", "lab,m1"),
        ("lab,unlisted:online", "lab,unlisted:online"),
        ("lab/m1", "lab,m1"),
        ("Far/m3", "far,m3"),
        ("lab/unlisted", "lab,unlisted"),
        ("far/m2", "lab,far/m2"),  # a model of that name is nearer than a provider of that name
        ("m3", "far,m3"),
        ("anthropic.lab,m1", "lab,m1"),
        ("m3[1m]", "far,m3"),
        ("lab,m1:online[1M]", "lab,m1:online"),
        ("lab,m[v2]", "lab,m[v2]"),
        ("lab,M1", "lab,m1"),  # as the provider writes it
        ("lab/qwen3:8B", "lab,Qwen3:8b"),
        ("m3:online", "far,m3:online"),
        ("both:online", None),
        ("anthropic.claude-9-v1:0", "x,anthropic.claude-9-v1:0"),  # Bedrock's own names begin so
        ("anthropic.anthropic.claude-9-v1:0", "x,anthropic.claude-9-v1:0"),
        ("both", None),
        ("nowhere", None),
        ("nobody/m", None),
        ("lab/", None),
        ("", None),
    ],
)
def test_every_form_of_a_name(name: str, target: str | None, models: Models) -> None:
    found = models.find(name)
    assert (str(found) if found else None) == target


@pytest.mark.parametrize("name", ["lab,", "LAB , "])
def test_a_provider_alone_is_no_model(name: str, models: Models) -> None:
    with pytest.raises(NoRoute, match="names no model: write 'lab,<model>'"):
        models.find(name)


def test_an_unknown_provider_is_told_with_what_there_is(models: Models) -> None:
    with pytest.raises(NoRoute) as caught:
        models.find("labs,m1")
    assert caught.value.message == (
        "Provider 'labs' of model 'labs,m1' is not configured. Did you mean 'lab'? "
        "Configured providers: lab, far, x."
    )


def test_names_of_clients_do_not_fill_the_memory(models: Models) -> None:
    for n in range(2 * REMEMBERED):
        models.find(f"lab,m{n}")
    assert len(models._found) <= REMEMBERED
    assert models.find("lab,m1") is models.find("lab,m1")


def test_the_first_model_of_the_first_provider_that_has_one(tmp_path: Path, models: Models) -> None:
    assert models.first == "lab,m1"
    assert Models(settings(tmp_path / "b", {}, provider("a"), provider("b", "m")).providers).first == "b,m"
    assert Models(()).first is None


@pytest.mark.parametrize(
    ("name", "own"), [("claude-9", True), ("lab,claude-9", False), ("claude-lab/m", False), ("gpt-9", False)]
)
def test_names_that_the_client_sends_by_itself(name: str, own: bool) -> None:
    assert is_clients_own(name) is own
