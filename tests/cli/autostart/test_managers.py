"""Each platform has its manager."""

from __future__ import annotations

import pytest

from ccr.cli.autostart import managers
from ccr.cli.autostart.definition import Definition

ENV = {"HOME": "/h", "USERNAME": "me", "USERDOMAIN": "DESK", "XDG_CONFIG_HOME": "/x"}


@pytest.mark.parametrize(
    ("platform", "file", "name"),
    [
        ("linux", "/x/systemd/user/claude-code-router.service", "systemd"),
        ("freebsd", "/x/systemd/user/claude-code-router.service", "systemd"),
        ("darwin", "/h/Library/LaunchAgents/claude-code-router.plist", "launchd"),
        ("win32", "/h/.claude-code-router/services/claude-code-router.xml", "the Task Scheduler"),
    ],
)
def test_what_it_is_told(platform: str, file: str, name: str, unix: Definition) -> None:
    assert str(managers.plan(unix, ENV, platform).file) == file
    assert managers.name(platform) == name


def test_windows_knows_its_user(unix: Definition) -> None:
    text = managers.plan(unix, ENV, "win32").content.decode("utf-16")
    assert "<UserId>DESK\\me</UserId>" in text
