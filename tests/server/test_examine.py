"""A configuration is examined as the service would take it: with the user's own code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ccr.config.loading import Report
from ccr.config.saving import document
from ccr.server.examine import examine

LAB = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m"]}


def examined(tmp_path: Path, **config: Any) -> Report:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"Providers": [LAB], "Router": {"default": "lab,m"}, **config}))
    return examine(document.read(path), {})


def test_what_is_right_gives_settings(tmp_path: Path) -> None:
    report = examined(tmp_path)
    assert report.settings is not None
    assert report.problems == report.warnings == ()


def test_options_that_a_transformer_does_not_take_are_mistakes(tmp_path: Path) -> None:
    use = {"use": [["maxtoken", {"max_tokns": 5}]]}
    report = examined(tmp_path, Providers=[{**LAB, "transformer": use}])
    assert report.settings is None
    assert report.problems[0].path == "Providers[0].transformer.use[0]"


def test_transformers_and_agents_of_the_user_are_loaded(tmp_path: Path) -> None:
    report = examined(tmp_path, transformers=[{"path": "gone.py"}])
    assert [problem.path for problem in report.problems] == ["transformers[0].path"]
    report = examined(tmp_path, agents=[{"path": "gone.py"}])
    assert [problem.path for problem in report.problems] == ["agents[0].path"]


def test_values_of_variables_are_told_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"LOG_LEVEL": "$SECRET", "PROXY_URL": "${SECRET}", "PORT": "$LONG"}')
    secret, long = "a-secret-value", "another-secret-value-that-is-longer-than-messages-are"
    report = examine(document.read(path), {"SECRET": secret, "LONG": long})
    told = " ".join(map(str, report.problems))
    assert "$SECRET" in told
    assert "$LONG" in told
    assert secret not in told
    assert long[:20] not in told


def test_a_custom_router_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    report = examined(tmp_path, CUSTOM_ROUTER_PATH=str(tmp_path / "gone.js"))
    assert report.settings is not None
    assert [warning.path for warning in report.warnings] == ["CUSTOM_ROUTER_PATH"]
    (tmp_path / "router.txt").write_text("")
    assert examined(tmp_path, CUSTOM_ROUTER_PATH=str(tmp_path / "router.txt")).warnings
    (tmp_path / "router.py").write_text("")
    assert not examined(tmp_path, CUSTOM_ROUTER_PATH=str(tmp_path / "router.py")).warnings
