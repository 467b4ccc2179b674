"""Whoever calls us as we say reaches this very installation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccr import __version__
from ccr.cli import itself


def version(words: list[str]) -> str:
    return subprocess.run([*words, "--version"], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Alone on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_what_is_said_can_be_called() -> None:
    for words in (itself.by_name(), itself.by_path()):
        assert __version__ in version(words)


def test_another_program_of_our_name_is_not_us(folder: Path) -> None:
    (folder / "ccr").write_text("#!/bin/sh\necho another\n")
    (folder / "ccr").chmod(0o755)
    assert itself.by_name() != ["ccr"]
    assert __version__ in version(itself.by_name())


def test_a_link_to_us_is_us(folder: Path) -> None:
    script = Path(sys.executable).parent / "ccr"
    if not script.exists():
        pytest.skip("not installed beside this Python")
    (folder / "ccr").symlink_to(script)
    assert itself.by_name() == ["ccr"]


def test_without_a_script_it_is_a_module_of_this_python(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    assert itself.by_name() == [str(folder / "python"), "-P", "-m", "ccr"]
