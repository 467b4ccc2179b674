"""`ccr provider …` as plain commands: words, JSON, exit codes, and keys that are never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccr.config.presets import presets
from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine
from tests.cli.models.fake import Fake, config, provider, written


@pytest.fixture(name="fake")
def _fake(machine: Machine) -> Iterator[Fake]:
    for name in (name for preset in presets().provider.values() for name in preset.key):
        machine.env.pop(name, None)
    with provider() as running:
        yield running


@pytest.fixture(name="path")
def _path(machine: Machine, fake: Fake) -> Path:
    lab = {"name": "lab", "api_base_url": fake.url, "models": ["qwen3-coder", "qwen3-mini"]}
    other = {"name": "ollama", "models": ["m"]}
    router = {"default": "lab,qwen3-coder", "think": "ollama,m"}
    return machine.configure(json.dumps({"Providers": [lab, other], "Router": router}))


def told(machine: Machine, *args: str, code: int = 0, **env: str) -> Any:
    done = machine.run("provider", *args, "--json", **env)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def names(machine: Machine) -> list[str]:
    return [one["name"] for one in written(machine)["Providers"]]


@pytest.mark.usefixtures("path")
def test_providers_are_listed_without_keys(machine: Machine) -> None:
    key = "sk-a-key-in-the-clear"
    assert machine.run("provider", "edit", "lab", "--set", f"api_key={key}").returncode == 0
    done = machine.run("provider", "list")
    assert done.stdout.splitlines()[1] == "ollama  Ollama · 1 model · no key"
    found = told(machine, "list")
    assert [one["name"] for one in found["providers"]] == ["lab", "ollama"]
    assert key not in done.stdout + json.dumps(found)


def test_known_providers_are_searched_without_a_file(machine: Machine) -> None:
    assert len(told(machine, "presets")["presets"]) == len(presets().provider)
    assert "moonshot" in machine.run("provider", "presets", "KIMI").stdout
    done = machine.run("provider", "presets", "nobody")
    assert done.returncode == 1
    assert "--url" in done.stderr


@pytest.mark.usefixtures("fake")
def test_a_known_provider_is_added_with_its_usual_variable(machine: Machine) -> None:
    machine.env["OPENROUTER_API_KEY"] = "a-key-in-the-environment"
    found = told(machine, "add", "openrouter", "--model", "a/b", "--model", "a/c")
    assert found["written"]
    assert written(machine)["Providers"] == [
        {"name": "openrouter", "api_key": "$OPENROUTER_API_KEY", "models": ["a/b", "a/c"]}
    ]
    done = machine.run("provider", "add", "OpenRouter")
    assert done.returncode == 2
    assert "ccr provider edit" in done.stderr


@pytest.mark.usefixtures("fake")
def test_a_variable_without_a_value_is_refused_with_the_cure(machine: Machine) -> None:
    found = told(machine, "add", "openrouter", code=2)
    assert "OPENROUTER_API_KEY is not set" in found["problems"][0]["message"]
    assert not config(machine).exists()
    assert machine.run("provider", "add", "openrouter", "--force").returncode == 0
    assert names(machine) == ["openrouter"]


def test_a_key_itself_goes_beside_the_file_and_is_never_shown(
    machine: Machine, path: Path, fake: Fake
) -> None:
    fake.key = "the-key-of-the-lab"
    done = machine.run("provider", "edit", "lab", "--key", fake.key)
    assert done.returncode == 0, done.stderr
    assert fake.key not in done.stdout + done.stderr + path.read_text()
    assert path.with_name(".env").read_text() == f"LAB_API_KEY={fake.key}\n"
    assert machine.run("provider", "test", "lab").returncode == 0


def test_any_other_is_added_by_its_address(machine: Machine, fake: Fake) -> None:
    arguments = (
        "--protocol",
        "openai-chat",
        "--key",
        "$LAB_K",
        "--model",
        "qwen3-coder",
        "--set",
        "headers={a: 1}",
    )
    assert told(machine, "add", "lab", "--url", fake.url, *arguments, LAB_K="k")["written"]
    assert written(machine)["Providers"] == [
        {
            "name": "lab",
            "api_base_url": fake.url,
            "protocol": "openai-chat",
            "headers": {"a": 1},
            "api_key": "$LAB_K",
            "models": ["qwen3-coder"],
        }
    ]
    for wrong in (("x",), ("x", "--url", "ftp://x"), ("x", "--url", fake.url, "--protocol", "nonsense")):
        assert machine.run("provider", "add", *wrong).returncode == 2
    assert names(machine) == ["lab"]


@pytest.mark.usefixtures("fake")
def test_a_known_provider_may_have_another_name(machine: Machine) -> None:
    assert told(machine, "add", "work", "--preset", "openai", "--key", "$WORK", WORK="k")["written"]
    assert told(machine, "list")["providers"][0]["preset"] == "openai"
    assert "Did you mean" in machine.run("provider", "add", "x", "--preset", "opnai").stderr


@pytest.mark.usefixtures("path")
def test_an_entry_is_changed_key_by_key(machine: Machine) -> None:
    assert told(machine, "edit", "lab", "--set", "contextWindow=9000", "--model", "qwen3-max")["changes"] == [
        "+ model lab,qwen3-max",
        "lab.contextWindow: 9000",
    ]
    assert told(machine, "edit", "lab", "--set", "contextWindow=")["changes"] == [
        "lab.contextWindow: no more (it was 9000)"
    ]
    assert machine.run("provider", "edit", "lab").returncode == 2
    assert machine.run("provider", "edit", "nobody", "--key", "").returncode == 2
    assert machine.run("provider", "edit", "lab", "--set", "nonsense").returncode == 2


@pytest.mark.usefixtures("path")
def test_one_that_rules_name_goes_by_force(machine: Machine) -> None:
    done = machine.run("provider", "remove", "ollama")
    assert done.returncode == 2
    assert "Router.think: ollama,m" in done.stderr
    assert told(machine, "remove", "ollama", "--force", "--dry-run")["changes"] == [
        "- provider ollama",
        "Router.think: no more (it was ollama,m)",
    ]
    assert names(machine) == ["lab", "ollama"]
    assert machine.run("provider", "remove", "ollama", "--force").returncode == 0
    assert written(machine)["Router"] == {"default": "lab,qwen3-coder"}


@pytest.mark.usefixtures("path")
def test_a_key_that_does_not_come_by_the_input_is_told(machine: Machine) -> None:
    seen = told(machine, "add", "far", "--url", "http://127.0.0.1:9", "--key", "-", code=2)
    assert "no text came from there" in seen["error"]
    assert names(machine) == ["lab", "ollama"]


def test_a_name_cannot_command_the_terminal(machine: Machine) -> None:
    machine.configure(json.dumps({"Providers": [{"name": "a\x1b[31mb\n", "models": ["m"]}]}))
    assert machine.run("provider", "list").stdout.startswith("a·[31mb·")
    assert machine.run("model", "list").returncode == 0


@pytest.fixture(name="keyed")
def _keyed(machine: Machine, path: Path) -> Path:
    """The ``.env`` with the key of a provider that was added."""
    assert machine.run("provider", "add", "far", "--url", "http://127.0.0.1:9", "--key", "k").returncode == 0
    assert path.with_name(".env").read_text() == "FAR_API_KEY=k\n"
    return path.with_name(".env")


def test_a_key_that_nothing_uses_any_more_stays_and_is_told(machine: Machine, keyed: Path) -> None:
    done = machine.run("provider", "remove", "far")
    assert done.returncode == 0
    assert f"FAR_API_KEY in {keyed} is used by nothing any more. --forget-keys" in done.stderr
    assert keyed.read_text() == "FAR_API_KEY=k\n"


def test_a_key_that_nothing_uses_any_more_goes_when_told_so(machine: Machine, keyed: Path) -> None:
    seen = told(machine, "remove", "far", "--dry-run")
    assert (seen["forgotten"], seen["unused"]) == ([], ["FAR_API_KEY"])
    seen = told(machine, "remove", "far", "--forget-keys", "--dry-run")
    assert f"FAR_API_KEY is taken out of {keyed}" in seen["changes"]
    assert keyed.read_text()
    seen = told(machine, "remove", "far", "--forget-keys")
    assert (seen["forgotten"], seen["unused"], seen["written"]) == (["FAR_API_KEY"], [], True)
    assert keyed.read_text() == ""


@pytest.mark.parametrize(("answer", "left"), [("y", ""), ("n", "FAR_API_KEY=k\n")])
def test_in_a_terminal_one_is_asked(machine: Machine, keyed: Path, answer: str, left: str) -> None:
    machine.env["PROMPT_TOOLKIT_NO_CPR"] = "1"
    session = Session(machine, "provider", "remove", "far")
    session.until("Take it out of there, too?").type(answer)
    assert session.end()[0] == 0
    assert keyed.read_text() == left


def test_nobody_is_asked_who_said_that_it_stays(machine: Machine, keyed: Path) -> None:
    assert Session(machine, "provider", "remove", "far", "--keep-keys").end()[0] == 0
    assert keyed.read_text() == "FAR_API_KEY=k\n"


@pytest.mark.usefixtures("path")
def test_a_new_name_is_that_of_the_rules_too(machine: Machine) -> None:
    assert machine.run("provider", "rename", "ollama", "here").returncode == 0
    assert written(machine)["Router"]["think"] == "here,m"
    assert written(machine)["Providers"][1]["api_base_url"].startswith("http://localhost:11434")
    assert machine.run("provider", "rename", "here", "LAB").returncode == 2


@pytest.mark.usefixtures("path")
def test_the_order_is_changed(machine: Machine) -> None:
    assert told(machine, "move", "ollama", "up")["changes"] == ["providers in this order: ollama, lab"]
    assert names(machine) == ["ollama", "lab"]


@pytest.mark.usefixtures("path")
def test_models_are_listed_and_fetched(machine: Machine, fake: Fake) -> None:
    assert machine.run("provider", "models", "lab").stdout == "qwen3-coder\nqwen3-mini\n"
    assert "qwen3-max" in told(machine, "models", "lab", "--fetch")["models"]
    fake.key = "another"
    assert "The key is wrong" in told(machine, "models", "lab", "--fetch", code=1)["error"]


@pytest.mark.usefixtures("path", "fake")
def test_a_provider_is_tried(machine: Machine) -> None:
    done = machine.run("provider", "test", "lab")
    assert done.returncode == 0, done.stderr
    assert "tells its models: 3" in done.stdout
    assert "answers: 'hello'" in done.stdout
    assert told(machine, "test", "lab", "--model", "qwen3-max")["test"]["model"] == "qwen3-max"
    machine.run("provider", "edit", "lab", "--url", "http://127.0.0.1:9/v1")
    found = told(machine, "test", "lab", code=1)
    assert not found["test"]["ok"]
    assert "is the server running" in found["listing"]


def test_a_provider_is_tried_although_rules_are_wrong(machine: Machine, path: Path) -> None:
    path.write_text(path.read_text().replace("ollama,m", "nobody,m"))
    assert machine.run("provider", "test", "lab").returncode == 0
