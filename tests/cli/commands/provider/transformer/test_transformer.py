"""`ccr provider transformer …` as plain commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.machine import CONFIG, Machine


@pytest.fixture(name="path")
def _path(machine: Machine) -> Path:
    return machine.configure(CONFIG)


def told(machine: Machine, *args: str, code: int = 0) -> Any:
    done = machine.run("provider", "transformer", *args, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def used(path: Path) -> Any:
    return json.loads(path.read_text())["Providers"][0].get("transformer")


def test_one_is_used_for_all_models_or_for_one_and_no_more(machine: Machine, path: Path) -> None:
    assert told(machine, "add", "local", "maxtoken", "--option", "max_tokens=9")["written"]
    assert told(machine, "add", "local", "tooluse", "--model", "m")["written"]
    assert used(path) == {"use": [["maxtoken", {"max_tokens": 9}]], "m": {"use": ["tooluse"]}}
    uses = told(machine, "list", "local")["uses"]
    assert [(one["of"], one["name"]) for one in uses] == [("local", "maxtoken"), ("local,m", "tooluse")]
    assert told(machine, "add", "local", "maxtoken", "--option", "max_tokens=8")["written"]
    assert told(machine, "remove", "local", "tooluse", "--model", "m")["written"]
    assert used(path) == {"use": [["maxtoken", {"max_tokens": 8}]]}


@pytest.mark.usefixtures("path")
def test_all_are_listed_with_their_options_and_users(machine: Machine) -> None:
    machine.run("provider", "transformer", "add", "local", "tooluse")
    found = {one["name"]: one for one in told(machine, "list")["transformers"]}
    assert found["maxtoken"]["options"] == ["max_tokens"]
    assert found["tooluse"]["used_by"] == ["local"]
    assert "maxtoken" in machine.run("provider", "transformer", "list").stdout


def test_what_is_wrong_is_told_and_not_written(machine: Machine, path: Path) -> None:
    for arguments, words in {
        ("add", "local", "maxtokn"): "Did you mean",
        ("add", "local", "maxtoken"): "max_tokens",
        ("add", "local", "maxtoken", "--option", "max_tokens=many"): "max_tokens",
        ("add", "local", "tooluse", "--model", "n"): "It lists: m",
        ("add", "local", "tooluse", "--option", "x"): "NAME=VALUE",
        ("remove", "local", "tooluse"): "It uses: none",
    }.items():
        done = machine.run("provider", "transformer", *arguments)
        assert done.returncode == 2, arguments
        assert words in done.stderr
    assert path.read_text() == CONFIG
