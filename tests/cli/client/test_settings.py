"""The ``--settings`` file for Claude Code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccr.cli.client.settings import BadSettings, merge, taken


@pytest.mark.parametrize(
    ("arguments", "rest", "settings"),
    [
        (["-p", "hi"], ["-p", "hi"], {}),
        (["--settings", '{"a": 1}', "-p"], ["-p"], {"a": 1}),
        (['--settings={"a": 1}', "x", "--settings", '{"b": 2}'], ["x"], {"b": 2}),
        (["--", "--settings", "x"], ["--", "--settings", "x"], {}),
    ],
)
def test_the_option_is_taken_out_and_nothing_else(
    arguments: list[str], rest: list[str], settings: dict[str, int]
) -> None:
    assert taken(arguments) == (rest, settings)


def test_the_option_may_name_a_file(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text('{"model": "opus"}')
    assert taken(["--settings", str(file)]).settings == {"model": "opus"}


@pytest.mark.parametrize("value", ["/does/not/exist", "{", "", '{"env": 1}', "{}[]"])
def test_settings_that_cannot_be_used_are_told(value: str) -> None:
    with pytest.raises(BadSettings, match="--settings"):
        taken(["--settings", value])


def test_the_user_s_variables_win_unless_they_pass_the_router_by() -> None:
    users = {"model": "m", "env": {"DISABLE_TELEMETRY": "0", "MINE": "1", "ANTHROPIC_BASE_URL": "https://x"}}
    ours = {"DISABLE_TELEMETRY": "true", "ANTHROPIC_BASE_URL": "http://router", "ANTHROPIC_API_KEY": None}
    merged, beaten = merge(users, ours)
    assert merged == {
        "model": "m",
        "env": {
            "DISABLE_TELEMETRY": "0",
            "MINE": "1",
            "ANTHROPIC_BASE_URL": "http://router",
            "ANTHROPIC_API_KEY": "",
        },
    }
    assert beaten == ["ANTHROPIC_BASE_URL"]
    assert json.loads(json.dumps(merged)) == merged
