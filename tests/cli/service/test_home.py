"""Where the files of the user's services are."""

from __future__ import annotations

from pathlib import Path

from ccr.cli.service.home import Home


def test_everything_is_in_the_original_s_folder() -> None:
    home = Home.of({"HOME": "/h"})
    assert home.pid_file == Path("/h/.claude-code-router/.claude-code-router.pid")
    files = (home.record(1), home.lock(1), home.gate(1), home.users(1), home.output(1))
    assert all(file.is_relative_to("/h/.claude-code-router") for file in files)
    assert len(set(files)) == len(files)


def test_windows_has_its_own_variable_for_the_home() -> None:
    assert Home.of({"USERPROFILE": "/u"}).folder == Path("/u/.claude-code-router")
