"""Running a command: what goes wrong becomes words and an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccr.cli import program, table


def test_an_unknown_option_gets_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["start", "--prot", "1"]) == 2
    assert "--port" in capsys.readouterr().err


def broken(_: str) -> None:
    raise RuntimeError("no such luck")


def test_a_bug_of_ours_is_told_in_words_and_its_trace_is_kept(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "named", broken)
    assert program.run(["stop"]) == 1
    said = capsys.readouterr().err
    kept = own_home / ".claude-code-router" / "logs" / "ccr-errors.txt"
    assert "no such luck (RuntimeError)" in said
    assert str(kept) in said
    assert "Traceback" not in said
    assert "Traceback" in kept.read_text()


def test_ccr_debug_shows_the_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "named", broken)
    monkeypatch.setenv("CCR_DEBUG", "1")
    assert program.run(["stop"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_bug() -> None:
    line = f"{sys.executable} -m ccr --help | true"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize("command", [["start"], ["start", "--daemon"]])
def test_a_home_that_cannot_be_used_is_told_with_its_cure(
    command: list[str], own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_home / "file").write_text("not a folder")
    monkeypatch.setenv("HOME", str(own_home / "file"))
    assert program.run(command) == 1
    said = capsys.readouterr().err
    assert "let HOME name another" in said
    assert "should not have happened" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_no_bug() -> None:
    line = f"{sys.executable} -m ccr --help > /dev/full"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "ccr: There is no room left where this is written.\n")


@pytest.mark.parametrize("args", ["config init", "provider add x --url http://a --key -", "install x"])
def test_a_closed_input_says_nothing_and_is_no_bug(args: str, tmp_path: Path) -> None:
    line = f"{sys.executable} -m ccr {args} <&-"
    env = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run(["/bin/sh", "-c", line], env=env, check=False, capture_output=True, text=True)
    assert done.returncode in (1, 2)
    assert done.stderr
    assert "should not have happened" not in done.stderr
