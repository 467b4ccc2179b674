"""`ccr model …` as plain commands: words, JSON, exit codes, and a file with its comments kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.machine import Machine
from tests.cli.models.fake import Fake, provider

FILE = """{
  // mine
  "Providers": [
    { "name": "lab", "api_base_url": "%s", "models": ["qwen3-coder", "qwen3-mini"] } // in the cellar
  ],
  "Router": {
    "default": "lab,qwen3-coder", // good
    "think": "lab,qwen3-mini"
  }
}
"""


@pytest.fixture(name="fake")
def _fake() -> Iterator[Fake]:
    with provider() as running:
        yield running


@pytest.fixture(name="path")
def _path(machine: Machine, fake: Fake) -> Path:
    return machine.configure(FILE % fake.url)


def told(machine: Machine, *args: str, code: int = 0) -> Any:
    done = machine.run("model", *args, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@pytest.mark.usefixtures("path")
def test_models_are_listed_with_the_rules_that_name_them(machine: Machine) -> None:
    done = machine.run("model", "list")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["lab,qwen3-coder  Router.default", "lab,qwen3-mini   Router.think"]
    found = told(machine, "list", "--provider", "LAB")["models"]
    assert [one["target"] for one in found] == ["lab,qwen3-coder", "lab,qwen3-mini"]
    assert "There are: lab" in machine.run("model", "list", "--provider", "zzz").stderr


@pytest.mark.usefixtures("path")
def test_the_provider_is_asked_for_more(machine: Machine, fake: Fake) -> None:
    found = told(machine, "list", "--remote")["models"]
    assert {one["model"]: one["configured"] for one in found} == {
        "qwen3-coder": True,
        "qwen3-mini": True,
        "qwen3-max": False,
    }
    assert "* lab,qwen3-mini" in machine.run("model", "list", "--remote").stdout
    fake.key = "another"
    assert "The key is wrong" in told(machine, "list", "--remote", code=1)["errors"]["lab"]


def test_models_are_added_and_taken_out_and_comments_stay(machine: Machine, path: Path, fake: Fake) -> None:
    assert told(machine, "add", "lab,qwen3-max")["changes"] == ["+ model lab,qwen3-max"]
    assert '"qwen3-max"] } // in the cellar' in path.read_text()
    assert machine.run("model", "remove", "lab,qwen3-max").returncode == 0
    assert path.read_text().replace('" ]', '"]') == FILE % fake.url
    assert machine.run("model", "add", "nobody,m").returncode == 2
    assert machine.run("model", "add", "lab,qwen3-mini").stdout == (
        "Nothing to do: the configuration says so already.\n"
    )


def test_a_model_that_rules_name_goes_by_force(machine: Machine, path: Path) -> None:
    before = path.read_text()
    done = machine.run("model", "remove", "lab,qwen3-mini")
    assert done.returncode == 2
    assert "Router.think: lab,qwen3-mini" in done.stderr
    assert path.read_text() == before
    assert "Router.think" in told(machine, "remove", "lab,qwen3-mini", code=2)["error"]
    assert told(machine, "remove", "lab,qwen3-mini", "--force")["written"]
    assert "qwen3-mini" not in path.read_text()


def test_a_scenario_is_set_with_its_fallback_and_threshold(machine: Machine, path: Path) -> None:
    arguments = (
        "set",
        "long-context",
        "lab,qwen3-coder",
        "--fallback",
        "lab,qwen3-mini",
        "--threshold",
        "9000",
    )
    found = told(machine, *arguments, "--dry-run")
    assert not found["written"]
    assert "longContext" not in path.read_text()
    assert told(machine, *arguments)["changes"] == found["changes"]
    routes = told(machine, "routes")
    assert routes["routes"]["longContext"] == {"targets": ["lab,qwen3-coder"], "fallback": ["lab,qwen3-mini"]}
    assert routes["longContextThreshold"] == 9000
    assert "else lab,qwen3-mini" in machine.run("model", "routes").stdout
    assert told(machine, "set", "longContext", "--no-fallback")["changes"]
    assert told(machine, "unset", "longContext")["changes"] == [
        "Router.longContext: no more (it was lab,qwen3-coder)"
    ]
    assert "// good" in path.read_text()


def test_mistakes_in_the_command_end_with_two(machine: Machine, path: Path) -> None:
    before = path.read_text()
    for arguments, words in {
        ("set", "thnik", "lab,qwen3-mini"): 'Did you mean "think"?',
        ("set", "think"): "Say what is to change",
        ("set", "think", "lab,qwen3-mini", "--threshold", "5"): "is for longContext",
        ("set", "think", "lba,qwen3-mini"): 'Did you mean "lab"?',
        ("set", "think", "qwen3-mini"): "should be provider,model",
        ("move", "lab,qwen3-mini", "top"): "up, down, first, last",
        ("nonsense",): "There is no command",
    }.items():
        done = machine.run("model", *arguments)
        assert done.returncode == 2, arguments
        assert words in done.stderr
    assert path.read_text() == before


def test_the_order_of_models_is_changed(machine: Machine, path: Path) -> None:
    assert told(machine, "move", "lab,qwen3-mini", "first")["changes"] == [
        "models of lab in this order: qwen3-mini, qwen3-coder"
    ]
    assert '["qwen3-mini", "qwen3-coder"] } // in the cellar' in path.read_text()


@pytest.mark.usefixtures("path")
def test_models_are_asked_for_a_word(machine: Machine, fake: Fake) -> None:
    done = machine.run("model", "test")
    assert done.returncode == 0, done.stderr
    assert "lab,qwen3-coder answers: 'hello'" in done.stdout
    assert "s to the first token" in done.stdout
    found = told(machine, "test", "--all")["tests"]
    assert [(one["model"], one["ok"]) for one in found] == [("qwen3-coder", True), ("qwen3-mini", True)]
    assert fake.asked == ["qwen3-coder", "qwen3-coder", "qwen3-mini"]
    fake.key = "another"
    done = machine.run("model", "test", "lab,qwen3-mini")
    assert done.returncode == 1
    assert "The key is wrong" in done.stdout


def test_without_a_file_the_way_to_one_is_told(machine: Machine) -> None:
    done = machine.run("model", "list")
    assert done.returncode == 1
    assert "ccr config init" in done.stderr


@pytest.mark.usefixtures("path")
def test_a_running_service_takes_the_change(machine: Machine) -> None:
    assert machine.run("start", "--daemon").returncode == 0
    found = told(machine, "set", "background", "lab,qwen3-mini")
    assert found["service"] == "The running service uses it now."
    assert machine.run("stop").returncode == 0
