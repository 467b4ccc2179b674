"""`ccr code`, with a Claude Code that only tells what it was given."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pexpect

from tests.cli.machine import DEADLINE, Machine, end, until

ARGUMENTS = (
    ["-p", 'a prompt with $HOME, `id` and "quotes"'],
    ["a positional prompt"],
    ["--help"],
    ["--", "--settings", "-x"],
    ["--model=p,m", "--allowedTools", "Bash(git:*)", "Read", "--no-x", "--flag", "", "--port", "1"],
)


def test_arguments_arrive_as_they_were_given(machine: Machine, told: Path) -> None:
    machine.run("start", "-d")
    for args in ARGUMENTS:
        done = machine.run("code", *args, TOLD=str(told))
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(told.read_text())["args"][2:] == args
    machine.run("stop")


def test_the_client_is_sent_to_the_router_by_environment_and_settings(machine: Machine, told: Path) -> None:
    machine.configure(json.dumps({"APIKEY": "secret"}))
    foreign = {"ANTHROPIC_API_KEY": "k", "CLAUDE_CODE_USE_VERTEX": "1", "NO_PROXY": "corp", "KEEP": "me"}
    machine.run("code", "-p", "hi", TOLD=str(told), **foreign)
    found = json.loads(told.read_text())
    for env in (found["env"], found["settings"]["env"]):
        assert env["ANTHROPIC_BASE_URL"] == f"http://127.0.0.1:{machine.port}"
        assert env["ANTHROPIC_AUTH_TOKEN"] == "secret"
        assert env["NO_PROXY"] == "corp,127.0.0.1,localhost"
        assert env["CLAUDE_CODE_GATEWAY_HINT_HEADERS"] == "1"
        assert env["CLAUDE_CODE_AUTO_MODE_SERVER"] == "0"
        assert not env.get("ANTHROPIC_API_KEY")
        assert not env.get("CLAUDE_CODE_USE_VERTEX")
    assert "ANTHROPIC_API_KEY" not in found["env"]
    assert found["env"]["KEEP"] == "me"


def test_the_token_is_on_no_command_line_and_its_file_is_private_and_goes(
    machine: Machine, told: Path
) -> None:
    machine.configure(json.dumps({"APIKEY": "secret"}))
    machine.run("code", "-p", "hi", TOLD=str(told))
    found = json.loads(told.read_text())
    assert "secret" not in " ".join(found["args"])
    assert found["mode"] == 0o600
    assert not Path(found["args"][1]).exists()


def test_the_user_s_own_settings_are_kept(machine: Machine, told: Path) -> None:
    own = json.dumps({"model": "opus", "env": {"MINE": "1", "ANTHROPIC_BASE_URL": "https://elsewhere"}})
    done = machine.run("code", "--settings", own, "-p", "hi", TOLD=str(told))
    found = json.loads(told.read_text())
    assert found["args"][0] == "--settings"
    assert found["args"][2:] == ["-p", "hi"]
    assert found["settings"]["model"] == "opus"
    assert found["settings"]["env"]["MINE"] == "1"
    assert found["settings"]["env"]["ANTHROPIC_BASE_URL"] == f"http://127.0.0.1:{machine.port}"
    assert "ANTHROPIC_BASE_URL" in done.stderr


def test_settings_that_cannot_be_read_end_it_before_anything_starts(machine: Machine, told: Path) -> None:
    done = machine.run("code", "--settings", "/gone.json", TOLD=str(told))
    assert (done.returncode, told.exists(), machine.health()) == (2, False, None)
    assert "/gone.json cannot be read" in done.stderr


def test_the_exit_code_is_the_client_s(machine: Machine, told: Path) -> None:
    assert machine.run("code", "seven", TOLD=str(told)).returncode == 7


def test_a_missing_client_is_told_with_a_hint(machine: Machine) -> None:
    done = machine.run("code", PATH="/nowhere")
    assert (done.returncode, machine.health()) == (127, None)
    assert "npm install" in done.stderr


def test_signals_reach_the_client_and_the_service_is_cleaned_up(machine: Machine, told: Path) -> None:
    client = machine.claude(told)
    client.send_signal(signal.SIGTERM)
    assert end(client)[0] == 128 + signal.SIGTERM
    until(lambda: machine.status()["state"] == "not running")


def test_a_terminal_that_closes_while_the_service_starts_leaves_none_behind(
    machine: Machine, told: Path
) -> None:
    client = machine.spawn("code", "wait", TOLD=str(told))
    until(lambda: any((machine.home / ".claude-code-router").glob("services/*.gate")))
    client.send_signal(signal.SIGHUP)
    assert end(client)[0] == 128 + signal.SIGHUP
    until(lambda: machine.status()["state"] == "not running")


def test_non_interactive_mode_closes_the_input(machine: Machine, told: Path) -> None:
    machine.configure('{"NON_INTERACTIVE_MODE": true}')
    client = machine.claude(told)
    assert client.wait(DEADLINE) == 0
    assert json.loads(told.read_text())["env"]["CI"] == "true"
    end(client)


def test_the_terminal_is_the_client_s_and_so_is_ctrl_c(machine: Machine, told: Path) -> None:
    env = machine.env | {"TOLD": str(told)}
    terminal = pexpect.spawn(sys.executable, ["-m", "ccr", "code", "wait"], env=env, timeout=DEADLINE)
    until(told.exists)
    assert json.loads(told.read_text())["tty"]
    terminal.sendintr()
    terminal.expect("KeyboardInterrupt")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 128 + signal.SIGINT
    until(lambda: machine.status()["state"] == "not running")


def test_claude_code_starts_without_its_introduction(machine: Machine, told: Path) -> None:
    machine.run("code", TOLD=str(told))
    assert json.loads((machine.home / ".claude.json").read_text()) == {"hasCompletedOnboarding": True}
