"""A command with commands of its own imports only the one that is run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ccr.cli import main
from ccr.cli.commands.config import ENTRIES


def test_its_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["config", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {entry.name} " in shown for entry in ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_explains_itself(entry: object, capsys: pytest.CaptureFixture[str]) -> None:
    name = getattr(entry, "name", "")
    assert main.run(["config", name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: ccr config {name}")


def test_an_unknown_command_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["config", "shwo"]) == 2
    assert "Did you mean 'show'?" in capsys.readouterr().err


def test_help_and_path_import_nothing_heavy() -> None:
    for arguments in (["config", "--help"], ["config", "path"]):
        code = f"import sys; from ccr.cli import main; main.run({arguments}); print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert not {"pydantic", "aiohttp", "rich", "questionary"} & set(done.stdout.splitlines()[-1].split())
