"""What a preset's manifest stands for, in every form that manifests have."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.manifest import configuration
from ccr.config.problems import ConfigError

PROVIDER = {"name": "lab", "api_base_url": "https://lab.example/v1", "api_key": "#{apiKey}", "models": ["m"]}
ASKED = [{"id": "apiKey", "type": "password", "label": "API key"}]


def mistakes(manifest: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        configuration(manifest)
    return [str(problem) for problem in caught.value.problems]


def test_metadata_and_questions_are_no_configuration() -> None:
    manifest = {"name": "p", "version": "1.0.0", "keywords": [], "schema": [], "Router": {"default": "a,b"}}
    assert configuration(manifest) == {"Router": {"default": "a,b"}}


@pytest.mark.parametrize("form", ["#{apiKey}", "{{apiKey}}", "{{ apiKey }}"])
def test_both_forms_of_a_variable_are_filled_in(form: str) -> None:
    manifest = {
        "Providers": [{**PROVIDER, "api_key": form}],
        "userValues": {"apiKey": "sk-1"},
        "schema": ASKED,
    }
    assert configuration(manifest)["Providers"][0]["api_key"] == "sk-1"


def test_a_template_stands_in_the_place_of_the_configuration() -> None:
    manifest = {
        "Router": {"default": "left,out"},
        "template": {"Router": {"default": "lab,#{model}"}},
        "userValues": {"model": "m9"},
    }
    assert configuration(manifest) == {"Router": {"default": "lab,m9"}}


def test_a_text_that_is_one_variable_becomes_the_answer_itself() -> None:
    manifest = {
        "Router": {"longContextThreshold": "#{limit}", "note": "at #{limit}, #{on}: #{models}"},
        "Providers": [{"models": "{{models}}"}],
        "userValues": {"limit": 90_000, "models": ["a", "b"], "on": True},
    }
    found = configuration(manifest)
    assert found["Router"] == {"longContextThreshold": 90_000, "note": "at 90000, true: a,b"}
    assert found["Providers"][0]["models"] == ["a", "b"]


def test_defaults_answer_what_nobody_has() -> None:
    manifest = {
        "schema": [{"id": "model", "defaultValue": "m1"}, {"id": "other", "required": False}],
        "Router": {"default": "lab,#{model}", "think": "#{other}"},
    }
    assert configuration(manifest)["Router"] == {"default": "lab,m1", "think": ""}


def test_a_question_without_an_answer_is_a_mistake_only_where_it_is_needed() -> None:
    manifest = {"schema": ASKED, "Providers": [PROVIDER]}
    said = 'userValues.apiKey: has no value ("API key"), which the preset asks for.\n    Write it there.'
    assert mistakes(manifest) == [said]
    assert configuration({**manifest, "Providers": []}) == {"Providers": []}


def test_a_question_that_is_not_asked_needs_no_answer() -> None:
    asked = [{**ASKED[0], "when": {"field": "kind", "value": "cloud"}}]
    manifest = {"schema": asked, "Providers": [PROVIDER], "userValues": {"kind": "local"}}
    assert configuration(manifest)["Providers"][0]["api_key"] == ""
    assert mistakes({**manifest, "userValues": {"kind": "cloud"}})


def test_double_braces_that_mean_nothing_here_stay() -> None:
    manifest = {
        "StatusLine": {"default": {"modules": [{"text": "{{model}} #{model}"}]}},
        "note": "{{elsewhere}} #{elsewhere}",
        "userValues": {"model": "m1"},
    }
    found = configuration(manifest)
    assert found["StatusLine"]["default"]["modules"] == [{"text": "{{model}} m1"}]
    assert found["note"] == "{{elsewhere}} "


def test_mappings_put_values_into_their_places_when_their_conditions_hold() -> None:
    manifest = {
        "Providers": [{"name": "lab"}],
        "configMappings": [
            {"target": "Providers[0].api_key", "value": "#{apiKey}"},
            {"target": "Router.think", "value": "lab,r1", "when": {"field": "thinks", "value": True}},
            {"target": "PROXY_URL", "value": "{{proxy}}", "when": [{"field": "proxy", "operator": "exists"}]},
        ],
        "userValues": {"apiKey": "sk-1", "thinks": True},
    }
    assert configuration(manifest) == {
        "Providers": [{"name": "lab", "api_key": "sk-1"}],
        "Router": {"think": "lab,r1"},
    }


def test_answers_under_the_name_of_a_place_go_there() -> None:
    manifest = {
        "Providers": [{"name": "lab"}],
        "userValues": {"Providers[0].api_key": "k", "Router.default": "a,b"},
    }
    assert configuration(manifest) == {
        "Providers": [{"name": "lab", "api_key": "k"}],
        "Router": {"default": "a,b"},
    }


def test_keys_that_are_answers_are_no_configuration() -> None:
    manifest = {"schema": ASKED, "apiKey": "sk-old", "Router": {}}
    assert configuration(manifest) == {"Router": {}}


def test_a_mapping_without_a_place_is_a_mistake() -> None:
    manifest = {"Router": {}, "configMappings": [{"target": "Router[0]", "value": 1}]}
    assert mistakes(manifest)[0].startswith('configMappings[0].target: "Router[0]" does not fit')


def test_nonsense_is_no_crash() -> None:
    nonsense = {"schema": 5, "userValues": [], "template": "x", "configMappings": {"a": 1}, "Router": None}
    assert configuration(nonsense) == {"Router": None}
