"""`ccr config init` in a real terminal, with a model server on this machine."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccr.config.presets import presets
from tests.cli.commands.config.lab import Lab, lab
from tests.cli.commands.config.terminal import Session
from tests.cli.machine import CONFIG, Machine

DOWN, ENTER = "\x1b[B", "\r"


@pytest.fixture(name="lab")
def _lab(machine: Machine) -> Iterator[Lab]:
    """The server, and no key of the user's in the environment."""
    for name in (name for preset in presets().provider.values() for name in preset.key):
        machine.env.pop(name, None)
    machine.env["PROMPT_TOOLKIT_NO_CPR"] = "1"
    with lab() as server:
        yield server


def config(machine: Machine) -> Path:
    return machine.home / ".claude-code-router" / "config.json"


def written(machine: Machine) -> Any:
    return json.loads(config(machine).read_text())


def test_a_server_on_this_machine_is_offered_tried_and_written(machine: Machine, lab: Lab) -> None:
    session = Session(machine, "config", "init", OLLAMA_HOST=lab.address)
    session.until("Which providers?").until("Ollama (on this machine, 3 models)").type(ENTER)
    session.until("Models of Ollama:").type(ENTER)
    session.until("Who answers usually?").type(ENTER)
    session.until("ollama,qwen3-mini for small work").type(ENTER)
    session.until("needs a key of its own").type(ENTER)
    code, shown = session.end()
    assert code == 0, shown
    assert "ollama,qwen3-coder answers: 'hello'" in shown
    assert "ccr code" in shown
    assert written(machine) == {
        "$schema": "./config.schema.json",
        "Providers": [{"name": "ollama", "api_base_url": lab.url, "models": ["qwen3-coder", "qwen3-mini"]}],
        "Router": {"default": "ollama,qwen3-coder", "background": "ollama,qwen3-mini"},
    }
    assert config(machine).stat().st_mode & 0o777 == 0o600
    assert "$schema" in json.loads(config(machine).with_name("config.schema.json").read_text())


def test_another_provider_is_asked_for_with_its_key_which_goes_into_env(machine: Machine, lab: Lab) -> None:
    lab.key = "the-key-of-the-lab"
    session = Session(machine, "config", "init")
    session.until("Provider (type to search").type("lab" + ENTER)
    session.until("A name for it:").type(ENTER)
    session.until("Its address:").type("\x15" + lab.url + ENTER)
    session.until("Key of lab").type(lab.key + ENTER)
    session.until("Models of lab:").type(ENTER)
    session.until("Who answers usually?").type(DOWN + ENTER)
    session.until("needs a key of its own").type("y")
    code, shown = session.end()
    assert code == 0, shown
    assert lab.key not in shown
    assert lab.key not in config(machine).read_text()
    assert written(machine)["Providers"][0]["api_key"] == "$LAB_API_KEY"
    assert written(machine)["Router"]["default"] == "lab,qwen3-mini"
    assert written(machine)["APIKEY"] == "$CCR_APIKEY"
    kept = config(machine).with_name(".env").read_text()
    assert f"LAB_API_KEY={lab.key}\n" in kept
    assert "CCR_APIKEY=ccr-" in kept
    assert Session(machine, "config", "validate").end()[0] == 0


def test_a_wrong_key_is_told_with_its_cure_before_anything_is_written(machine: Machine, lab: Lab) -> None:
    lab.key = "another-key"
    machine.env["LAB_KEY"] = "wrong-key"
    arguments = ("-p", "lab", "--url", lab.url, "--key-env", "LAB_KEY", "-m", "m")
    session = Session(machine, "config", "init", *arguments)
    session.until("needs a key of its own").type(ENTER)
    session.until("The key is wrong, or is not for this provider").until("all the same?").type("n")
    assert session.end()[0] == 1
    assert not config(machine).exists()
    done = machine.run("config", "init", "--yes", *arguments)
    assert done.returncode == 0
    assert "The key is wrong" in done.stderr
    assert "wrong-key" not in done.stderr + done.stdout + config(machine).read_text()


def test_among_many_models_one_searches_by_typing(machine: Machine, lab: Lab) -> None:
    lab.models = [f"model-{number}" for number in range(30)]
    session = Session(machine, "config", "init", "-p", "lab", "--url", lab.url)
    session.until("Key of lab").type(ENTER)
    session.until("Model of lab:").type("\x15model-17" + ENTER)
    session.until("Another model of lab").type(ENTER)
    session.until("needs a key of its own").type(ENTER)
    code, shown = session.end()
    assert code == 0, shown
    assert written(machine)["Providers"][0]["models"] == ["model-17"]


def test_mistakes_that_were_there_before_hinder_nothing(machine: Machine, lab: Lab) -> None:
    path = machine.configure('{"LOG_LEVEL": "loud"}')
    done = machine.run("config", "init", "--yes", "-p", "lab", "--url", lab.url, "-m", "m")
    assert done.returncode == 0, done.stderr
    assert "LOG_LEVEL" in done.stderr
    assert json.loads(path.read_text())["Router"] == {"default": "lab,m"}


def test_ctrl_c_leaves_everything_as_it_was(machine: Machine, lab: Lab) -> None:
    session = Session(machine, "config", "init", OLLAMA_HOST=lab.address)
    session.until("Which providers?").type("\x03")
    assert session.end()[0] == 130
    assert not config(machine).exists()


def test_one_may_keep_the_configuration_there_is(machine: Machine, lab: Lab) -> None:
    path = machine.configure(CONFIG)
    session = Session(machine, "config", "init", OLLAMA_HOST=lab.address)
    session.until("Add to it?").type("n")
    assert session.end()[0] == 0
    assert path.read_text() == CONFIG


def test_without_asking_what_is_found_is_added_to_what_there_is(machine: Machine, lab: Lab) -> None:
    path = machine.configure("// mine\n" + CONFIG)
    done = machine.run("config", "init", "--yes", OLLAMA_HOST=lab.address)
    assert done.returncode == 0, done.stderr
    assert "Found: Ollama" in done.stderr
    text = path.read_text()
    assert text.startswith("// mine\n")
    assert '"name": "local"' in text
    assert '"name": "ollama"' in text
    assert list((path.parent / ".backups").iterdir())


def test_without_asking_models_are_proposed_of_what_the_provider_has(machine: Machine, lab: Lab) -> None:
    done = machine.run("config", "init", "--yes", "--no-test", "-p", "lab", "--url", lab.url)
    assert done.returncode == 0, done.stderr
    assert written(machine)["Providers"] == [
        {"name": "lab", "api_base_url": lab.url, "models": ["qwen3-coder", "qwen3-mini"]}
    ]
    assert lab.seen == ["/v1/models"]


def test_a_known_provider_gets_its_usual_variable(machine: Machine, lab: Lab) -> None:
    machine.env["OPENROUTER_API_KEY"] = "key-in-the-environment"
    done = machine.run(
        "config", "init", "--yes", "--no-test", "-p", "openrouter", "-m", "a/b", "-m", "a/c-mini"
    )
    assert done.returncode == 0, done.stderr
    assert written(machine)["Providers"] == [
        {"name": "openrouter", "api_key": "$OPENROUTER_API_KEY", "models": ["a/b", "a/c-mini"]}
    ]
    assert written(machine)["Router"] == {"default": "openrouter,a/b", "background": "openrouter,a/c-mini"}
    assert lab.seen == []


def test_where_nothing_is_found_or_nobody_can_be_asked_the_cure_is_told(machine: Machine, lab: Lab) -> None:
    assert lab.seen == []
    done = machine.run("config", "init")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    done = machine.run("config", "init", "--yes", OLLAMA_HOST="127.0.0.1:9")
    assert done.returncode == 1
    assert "OPENROUTER_API_KEY" in done.stderr
    done = machine.run("config", "init", "--yes", "-p", "nobody", "-m", "m")
    assert done.returncode == 2
    assert "is no provider known by name" in done.stderr
    assert not config(machine).exists()


def test_other_routers_are_told_of(machine: Machine, lab: Lab) -> None:
    folder = machine.home / ".cc-switch"
    folder.mkdir()
    (folder / "cc-switch.db").write_text("")
    session = Session(machine, "config", "init", OLLAMA_HOST=lab.address)
    session.until("`ccr config import` takes it over").until("Which providers?").type("\x03")
    assert session.end()[0] == 130


def test_what_it_wrote_serves(machine: Machine, lab: Lab) -> None:
    assert machine.run("config", "init", "--yes", "--no-test", "-p", "lab", "--url", lab.url).returncode == 0
    assert machine.run("start", "--daemon").returncode == 0
    body = {"model": "claude-sonnet-4", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello!"}]}
    asked = urllib.request.Request(
        f"http://127.0.0.1:{machine.port}/v1/messages",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
        assert json.load(answer)["content"] == [{"type": "text", "text": "hello"}]
    assert machine.run("stop").returncode == 0
