"""Names out of the configuration, whatever its shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccr.cli.completion.candidates import SCENARIOS, Known

CONFIG = {
    "Providers": [
        {"name": "a", "models": ["m1", "m:free"]},
        {"name": "b", "models": {"m1": {}, "m2": {}}},
        {"name": "c", "models": [{"name": "m3"}, {"id": "m4"}, 7]},
        {"models": ["nameless"]},
        "nonsense",
    ],
    "Router": {"default": "a,m1", "mine": "b,m2"},
}


@pytest.fixture
def known(tmp_path: Path) -> Known:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG))
    for name in ("team", "own"):
        (tmp_path / "presets" / name).mkdir(parents=True)
        (tmp_path / "presets" / name / "manifest.json").write_text("{}")
    (tmp_path / "presets" / "empty").mkdir()
    return Known(str(path), {})


def test_providers_and_models(known: Known) -> None:
    assert known.providers() == ["a", "b", "c"]
    assert known.models() == ["m1", "m:free", "m2", "m3", "m4"]
    assert known.models("b") == ["m1", "m2"]
    assert known.targets()[:3] == ["a,m1", "a,m:free", "b,m1"]


def test_scenarios_places_and_presets(known: Known) -> None:
    assert known.scenarios() == [*SCENARIOS, "mine"]
    assert {"Router.mine", "Providers.a", "Router"} <= set(known.places())
    assert known.presets() == ["own", "team"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Providers": 7}', '{"Providers": {"a": 1}, "Router": []}'])
def test_a_configuration_that_cannot_be_read_offers_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(text)
    known = Known(str(tmp_path / "c.json"), {})
    assert (known.providers(), known.models(), known.targets(), known.presets()) == ([], [], [], [])
