"""The workflows in `examples/github-actions` work: their shell steps are run as the runner would.

With a local provider, a `claude` that asks one question, and installers that only tell what they are to do.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.commands.config.lab import Lab, lab
from tests.cli.machine import DEADLINE, Machine

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "github-actions"
KEY = "the-key-of-the-provider"
ACTION = "anthropics/claude-code-action"

CLAUDE = """#!{python}
import json, os, sys, urllib.request
env = dict(os.environ)
if "--settings" in sys.argv:
    env |= json.load(open(sys.argv[sys.argv.index("--settings") + 1]))["env"]
said = [{{"role": "user", "content": sys.argv[-1]}}]
body = {{"model": "claude-opus-5-5", "max_tokens": 99, "messages": said}}
key = env.get("ANTHROPIC_AUTH_TOKEN") or env["ANTHROPIC_API_KEY"]
head = {{"content-type": "application/json", "authorization": "Bearer " + key}}
url = env["ANTHROPIC_BASE_URL"] + "/v1/messages?beta=true"
with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), head)) as answer:
    print(json.load(answer)["content"][0]["text"])
"""


class Runner:
    """As much of GitHub's runner as the workflows need."""

    def __init__(self, machine: Machine, provider: Lab, name: str) -> None:
        self.folder = machine.home / "work"
        self.folder.mkdir()
        self.summary = self.folder / "summary.md"
        self.installed = machine.home / "installed"
        self.installed.touch()
        self._machine = machine
        self._known = {
            "secrets.PROVIDER_KEY": KEY,
            "vars.PROVIDER_URL": provider.url,
            "vars.CCR_SOURCE": "git+https://example.com/ccr",
            "inputs.prompt": 'say "hello" $(touch ran) `touch ran`',
        }
        text = (FOLDER / name).read_text().replace("3456", str(machine.port))
        self.workflow: dict[str, Any] = yaml.safe_load(text)
        self._tools()

    def _tools(self) -> None:
        folder = self._machine.home / "bin"
        tools = {
            "ccr": f'#!/bin/sh\nexec "{sys.executable}" -m ccr "$@"\n',
            "pip": f'#!/bin/sh\necho "pip $*" >> "{self.installed}"\n',
            "npm": f'#!/bin/sh\necho "npm $*" >> "{self.installed}"\n',
            "claude": CLAUDE.format(python=sys.executable),
        }
        for name, text in tools.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)

    def run(self) -> list[str]:
        """Every step; gives what was printed by each."""
        job = next(iter(self.workflow["jobs"].values()))
        return [self._step(step) for step in job["steps"]]

    def _step(self, step: dict[str, Any]) -> str:
        env = self._env(self.workflow.get("env")) | self._env(step.get("env"))
        if ACTION in step.get("uses", ""):
            given = {"ANTHROPIC_API_KEY": step["with"]["anthropic_api_key"]}
            return self._shell("claude 'from the action'", env | given)
        return self._shell(self._filled(step["run"]), env) if "run" in step else ""

    def _shell(self, script: str, env: dict[str, str]) -> str:
        own = {key: value for key, value in self._machine.env.items() if not key.startswith("ANTHROPIC_")}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env=own | {"GITHUB_STEP_SUMMARY": str(self.summary)} | env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=DEADLINE * 2,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        assert KEY not in done.stdout + done.stderr
        return done.stdout

    def _env(self, given: dict[str, Any] | None) -> dict[str, str]:
        return {name: self._filled(str(value)) for name, value in (given or {}).items()}

    def _filled(self, text: str) -> str:
        return re.sub(r"\$\{\{\s*([\w.]+).*?\}\}", lambda match: self._known[match[1]], text)


@pytest.fixture(name="lab")
def _lab() -> Iterator[Lab]:
    with lab() as server:
        server.key = KEY
        yield server


def test_comments_are_answered_through_the_router(machine: Machine, lab: Lab) -> None:
    runner = Runner(machine, lab, "claude.yml")
    printed = runner.run()
    assert "is right: 1 provider" in printed[3]
    assert "The service is running." in printed[4]
    assert printed[5] == "hello\n"
    assert "0 of them failed" in printed[6]
    assert runner.installed.read_text() == "pip install git+https://example.com/ccr\n"
    assert machine.health() is None


def test_a_prompt_is_answered_at_night_and_is_no_script(machine: Machine, lab: Lab) -> None:
    runner = Runner(machine, lab, "nightly.yml")
    runner.run()
    assert runner.summary.read_text() == "hello\n"
    assert not (runner.folder / "ran").exists()
    assert "npm install --global @anthropic-ai/claude-code@" in runner.installed.read_text()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.name)
def test_no_secret_and_no_text_of_strangers_becomes_a_part_of_a_script(path: Path) -> None:
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        assert not [step for step in job["steps"] if "${{" in step.get("run", "")]
