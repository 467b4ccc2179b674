"""How we speak to the user."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ccr.cli.terminal import fail, note, paint, program, say, warn


def test_data_goes_to_stdout_and_the_rest_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("data")
    note("aside")
    warn("careful")
    assert capsys.readouterr() == ("data\n", "aside\nccr: careful\n")


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert paint("x", fg="red") == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint("x", fg="red") == "x"


def test_a_failure_has_words_and_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    import click

    with pytest.raises(click.ClickException) as failed:
        fail("no", 7)
    failed.value.show()
    assert (failed.value.exit_code, capsys.readouterr().err) == (7, "ccr: no\n")


def test_we_are_called_by_name_where_the_shell_finds_us_and_by_path_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ccr = tmp_path / "bin" / "ccr"
    ccr.parent.mkdir()
    ccr.write_text("#!/bin/sh\n")
    ccr.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(ccr)])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == "bin/ccr"
    monkeypatch.setenv("PATH", str(ccr.parent))
    assert program() == "ccr"
