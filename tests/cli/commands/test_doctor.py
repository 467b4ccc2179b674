"""`ccr doctor` in a real terminal, with a model server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ccr.cli.client.environment import CONNECTION
from ccr.config.network import of_environment
from tests.cli.commands.config.lab import Lab, lab
from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine

VERSION = "#!/bin/sh\necho '2.1.329 (Claude Code)'\n"


@pytest.fixture(name="lab")
def _lab(machine: Machine) -> Iterator[Lab]:
    (machine.home / "bin" / "claude").write_text(VERSION)
    machine.env["CCR_MANAGED_SETTINGS"] = str(machine.home / "managed.json")
    for name in CONNECTION:
        machine.env.pop(name, None)
    assert of_environment({})[0].http is None
    with lab() as server:
        yield server


def configure(machine: Machine, lab: Lab, **more: object) -> None:
    provider = {"name": "lab", "api_base_url": lab.url, "api_key": "a-secret-key", "models": lab.models[:2]}
    config = {"Providers": [provider], "Router": {"default": "lab,qwen3-coder"}, **more}
    machine.configure(json.dumps(config)).chmod(0o600)


def test_what_is_well_is_told_within_seconds_and_sends_one_small_request(machine: Machine, lab: Lab) -> None:
    configure(machine, lab)
    code, shown = Session(machine, "doctor").end()
    assert code == 0, shown
    for words in (
        "Claude Code: 2.1.329",
        "is right: 1 provider",
        "3 models",
        "lab,qwen3-coder: the provider has it",
    ):
        assert words in shown
    assert "without calling the tool" in shown
    assert lab.seen == ["/v1/models", "/v1/chat/completions"] or sorted(lab.seen) == [
        "/v1/chat/completions",
        "/v1/models",
    ]
    assert "a-secret-key" not in shown


def test_what_is_wrong_is_told_with_its_cure_and_the_exit_code(machine: Machine, lab: Lab) -> None:
    configure(machine, lab, Router={"default": "lab,qwen3-codr"})
    lab.key = "another-key"
    (machine.home / "managed.json").write_text('{"env": {"ANTHROPIC_BASE_URL": "https://elsewhere"}}')
    (machine.home / "bin" / "claude").unlink()
    done = machine.run("doctor", "--json", PATH="/usr/bin:/bin")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    wrong = {one["name"]: one for one in told["findings"] if one["state"] == "failure"}
    assert not told["ok"]
    assert {"Claude Code", "lab", "tool call"} <= set(wrong)
    assert any("managed settings" in name for name in wrong)
    assert all(one["cure"] for one in wrong.values())
    assert "a-secret-key" not in done.stdout
    assert "The key is wrong" in wrong["lab"]["cure"]


def test_mistakes_in_the_configuration_stop_no_other_check(machine: Machine, lab: Lab) -> None:
    configure(machine, lab, PORT="many")
    machine.env.pop("CCR_PORT")
    code, shown = Session(machine, "doctor", "--no-call").end()
    assert code == 1
    assert "PORT" in shown
    assert "disk" in shown


def test_models_are_asked_only_when_that_is_wanted(machine: Machine, lab: Lab) -> None:
    configure(machine, lab, Router={"default": "lab,qwen3-coder", "background": "lab,qwen3-mini"})
    code, shown = Session(machine, "doctor", "--ask", "--no-call").end()
    assert code == 0, shown
    assert shown.count("answers 'hello'") == 2


@pytest.mark.usefixtures("lab")
def test_a_running_service_is_asked_itself_and_keeps_the_client_s_contract(machine: Machine) -> None:
    assert machine.run("start", "-d").returncode == 0
    code, shown = Session(machine, "doctor").end()
    assert code == 0, shown
    assert "called the tool, through the service" in shown
    code, shown = Session(machine, "doctor", "--gateway", f"http://127.0.0.1:{machine.port}").end()
    assert code == 0, shown
    assert "stream: " in shown
    assert machine.run("doctor", "--gateway", "nowhere").returncode == 2
    machine.run("stop")


@pytest.mark.parametrize("options", [("--key", "k"), ("--model", "m"), ("--gateway", "http://a", "--ask")])
def test_an_option_that_would_be_ignored_is_refused(machine: Machine, options: tuple[str, ...]) -> None:
    done = machine.run("doctor", *options)
    assert (done.returncode, "--gateway" in done.stderr) == (2, True)
