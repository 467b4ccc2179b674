"""The scripts work in the real shells, as a person uses them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

from ccr.cli.completion.answering import SHELLS, source
from tests.cli.completion.test_candidates import CONFIG
from tests.cli.machine import DEADLINE, Machine

PROMPT = "ready> "


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def called(machine: Machine) -> Machine:
    """The machine has `ccr` on its PATH."""
    machine.configure(json.dumps(CONFIG))
    program = machine.home / "bin" / "ccr"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ccr "$@"\n')
    program.chmod(0o755)
    return machine


def shell(machine: Machine, *command: str, **env: str) -> Any:
    return pexpect.spawn(
        command[0],
        list(command[1:]),
        env={**machine.env, "TERM": "dumb", "PS1": PROMPT, "PROMPT": PROMPT, **env},
        encoding="utf-8",
        timeout=DEADLINE,
        dimensions=(50, 200),
    )


@pytest.mark.parametrize("name", SHELLS)
def test_each_shell_has_a_script_with_everything_filled_in(name: str) -> None:
    text = source(name)
    assert "_CCR_COMPLETE" in text
    assert "%(" not in text


@needs("bash")
def test_bash_completes_commands_providers_and_models_with_colons(called: Machine) -> None:
    child = shell(called, "bash", "--norc", "--noprofile", "-i")
    child.expect_exact(PROMPT)
    child.sendline(
        'bind "set enable-bracketed-paste off" "set bell-style none"; eval "$(ccr completion bash)"'
    )
    child.expect_exact(PROMPT)
    for begun, whole in (
        ("ccr statusl", "statusline "),
        ("ccr usage --prov", "--provider "),
        ("ccr usage --model m:f", "m:free "),
        ("ccr model set default c,m4", "c,m4 "),
    ):
        child.send(f"{begun}\t\x01echo [\x05]\r")  # the line, completed, is shown instead of run
        child.expect_exact("[")
        child.expect_exact(whole.strip())
        child.expect_exact(PROMPT)
    child.sendline("exit")
    child.expect(pexpect.EOF)


@needs("zsh")
def test_zsh_completes_commands_and_targets(called: Machine) -> None:
    child = shell(called, "zsh", "-f", "-i")
    child.expect_exact(PROMPT)
    child.sendline(
        'unsetopt beep; autoload -Uz compinit && compinit -u && eval "$(ccr completion zsh)"; print loaded'
    )
    child.expect("\nloaded")
    child.expect_exact(PROMPT)
    for begun, whole in (("ccr statusl", "statusline"), ("ccr model set default c,m", "c,m3")):
        child.send(f"{begun}\t")
        child.expect_exact(whole)
        child.send("\x03")
        child.expect_exact(PROMPT)
    child.sendline("exit")
    child.expect(pexpect.EOF)


@needs("fish")
def test_fish_completes_commands_options_and_providers(called: Machine) -> None:
    for begun, whole in (
        ("ccr statusl", "statusline"),
        ("ccr usage --prov", "--provider"),
        ("ccr usage --provider ", "c"),
        ("ccr usage --model m:f", "m:free"),
    ):
        line = f"ccr completion fish | source; complete --do-complete '{begun}'"
        done = subprocess.run(
            ["fish", "--no-config", "-c", line], env=called.env, capture_output=True, text=True, check=True
        )
        assert whole in [shown.partition("\t")[0] for shown in done.stdout.splitlines()]


@needs("pwsh")
def test_powershell_completes_commands(called: Machine, tmp_path: Path) -> None:
    code = (
        "ccr completion powershell | Out-String | Invoke-Expression; "
        "(TabExpansion2 'ccr statusl' 11).CompletionMatches.CompletionText"
    )
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", code],
        env=called.env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "statusline" in done.stdout
