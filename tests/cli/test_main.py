"""The entry: the status line goes its own way, everything else that of commands."""

from __future__ import annotations

import pytest

from ccr.cli import main


@pytest.mark.parametrize("words", [[], ["a preset"], ["listing"]])
def test_claude_code_s_calls_are_drawings(words: list[str]) -> None:
    assert main.is_drawing(words)


@pytest.mark.parametrize(
    "words", [["install"], ["uninstall"], ["--help"], ["-h"], ["install", "x"], ["a", "b"]]
)
def test_people_s_calls_are_commands(words: list[str]) -> None:
    assert not main.is_drawing(words)


def test_the_entry_ends_with_the_command_s_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["no-such-command"])
    assert ended.value.code == 2
    assert "no-such-command" in capsys.readouterr().err
