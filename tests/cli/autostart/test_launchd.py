"""The agent is what launchd reads as these very words."""

from __future__ import annotations

import plistlib
from pathlib import Path

from ccr.cli.autostart.definition import Definition
from ccr.cli.autostart.launchd import agent, plan
from tests.cli.autostart.conftest import agrees


def test_the_agent_is_golden(unix: Definition) -> None:
    assert agrees("launchd.plist", agent(unix).decode())


def test_it_says_the_words_as_they_are(unix: Definition) -> None:
    read = plistlib.loads(agent(unix))
    assert (read["ProgramArguments"], read["EnvironmentVariables"]) == (list(unix.words), unix.env)


def test_it_is_loaded_for_its_user_and_taken_out(unix: Definition) -> None:
    made = plan(unix, Path("/Users/me"), 501)
    file = "/Users/me/Library/LaunchAgents/claude-code-router.plist"
    assert made.install[-1] == ["launchctl", "bootstrap", "gui/501", file]
    assert made.uninstall == [["launchctl", "bootout", "gui/501/claude-code-router"]]
