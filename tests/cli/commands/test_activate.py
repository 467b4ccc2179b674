"""`ccr activate` and `ccr env`."""

from __future__ import annotations

import json
import subprocess

from tests.cli.machine import Machine


def test_activation_makes_a_shell_use_the_service(machine: Machine) -> None:
    machine.configure(json.dumps({"APIKEY": "it's $secret"}))
    done = machine.run("activate", "--shell", "bash")
    assert "not running" in done.stderr
    script = f'{done.stdout}\nprintf "%s|%s" "$ANTHROPIC_BASE_URL" "$ANTHROPIC_AUTH_TOKEN"'
    shell = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert shell.stdout == f"http://127.0.0.1:{machine.port}|it's $secret"
    assert machine.run("env", "--shell", "fish").stdout.startswith("set -gx ANTHROPIC_BASE_URL ")
