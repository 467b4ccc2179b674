"""`ccr version`."""

from __future__ import annotations

import pytest

from ccr import __version__
from ccr.cli import main


@pytest.mark.parametrize("arguments", [["version"], ["-v"], ["--version"]])
def test_the_version_is_told_in_the_original_s_words(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(arguments) == 0
    assert capsys.readouterr().out == f"claude-code-router version: {__version__}\n"
