"""A shell is answered with what may come next, and with nothing when the line is wrong."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ccr.cli.completion.answering import SHELLS, VARIABLE
from tests.cli.completion.test_candidates import CONFIG
from tests.cli.machine import Machine


@pytest.fixture
def configured(machine: Machine) -> Machine:
    path = machine.configure(json.dumps(CONFIG))
    preset = path.parent / "presets" / "team" / "manifest.json"
    preset.parent.mkdir(parents=True)
    preset.write_text("{}")
    return machine


def offered(machine: Machine, line: str, shell: str = "bash", **env: str) -> list[str]:
    done = machine.run(COMP_LINE=line, **{VARIABLE: f"{shell}_complete"}, **env)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ccr stat", ["status", "statusline"]),
        ("ccr tea", ["team"]),
        ("ccr config val", ["validate"]),
        ("ccr usage --prov", ["--provider"]),
        ("ccr usage --provider ", ["a", "b", "c"]),
        ("ccr usage --provider b --model ", ["m1", "m2"]),
        ("ccr activate --shell po", ["powershell"]),
        ("ccr config get Router.m", ["Router.mine"]),
        ("ccr statusline install ", ["team"]),
        ("ccr completion f", ["fish"]),
    ],
)
def test_what_may_come_next(line: str, words: list[str], configured: Machine) -> None:
    assert offered(configured, line) == [f"plain,{word}" for word in words]


@pytest.mark.parametrize(
    "line",
    ["ccr nosuch x", "ccr stop --prot 1 ", "ccr usage --provider zzz", "", "ccr 'unclosed ", "ccr stop x "],
)
def test_a_line_that_is_wrong_offers_nothing(line: str, configured: Machine) -> None:
    assert [word for word in offered(configured, line) if word and not word.startswith("plain,-")][:1] in (
        [],
        ["plain,start"],  # nothing is written yet
    )


def test_files_are_left_to_the_shell(configured: Machine) -> None:
    for line in ("ccr start --config ", "ccr preset install ", "ccr config import "):
        assert offered(configured, line) == ["file,"]


def test_bash_gets_what_follows_a_colon(configured: Machine) -> None:
    line = "ccr usage --model m:"
    assert offered(configured, line, COMP_WORDBREAKS=" :=") == ["plain,free"]
    assert offered(configured, line, COMP_WORDBREAKS=" ") == ["plain,m:free"]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_its_own_shape(shell: str, configured: Machine) -> None:
    assert any("stop" in line for line in offered(configured, "ccr sto", shell))


def test_commands_are_named_without_importing_them(configured: Machine) -> None:
    code = "import sys; from ccr.cli import main; main.run([]); print(*sys.modules)"
    env = {**configured.env, "COMP_LINE": "ccr st", VARIABLE: "bash_complete"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not {"ccr.cli.commands.start", "ccr.cli.commands.usage", "pydantic", "rich"} & loaded
