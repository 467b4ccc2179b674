"""`ccr config edit` in a real terminal, with an editor that is a small program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ccr.cli.commands.config.edit import editor
from ccr.cli.terminal import Failure
from tests.cli.commands.config.terminal import Session
from tests.cli.machine import CONFIG, Machine

EDITOR = """#!{python}
import pathlib, sys
texts, draft = sorted(pathlib.Path({texts!r}).glob("*.txt")), pathlib.Path(sys.argv[-1])
pathlib.Path({texts!r}, "arguments").write_text(" ".join(sys.argv[1:]))
if texts:
    draft.write_text(texts[0].read_text())
    texts[0].unlink()
"""


@pytest.fixture
def writes(machine: Machine, tmp_path: Path) -> Path:
    """A folder: each time the editor is run it writes the next ``*.txt`` of it."""
    folder = tmp_path / "texts with spaces"
    folder.mkdir()
    program = folder / "my editor"
    program.write_text(EDITOR.format(python=sys.executable, texts=str(folder)))
    program.chmod(0o755)
    machine.env["EDITOR"] = f"'{program}' --wait '$(touch {tmp_path}/shell)'"
    machine.env["VISUAL"] = ""
    machine.configure(CONFIG)
    return folder


def config(machine: Machine) -> Path:
    return machine.home / ".claude-code-router" / "config.json"


def test_what_is_right_is_saved_and_the_shell_is_never_asked(
    machine: Machine, writes: Path, tmp_path: Path
) -> None:
    (writes / "1.txt").write_text('{"PORT": 4000}')
    code, shown = Session(machine, "config", "edit").end()
    assert code == 0
    assert "is saved" in shown
    assert config(machine).read_text() == '{"PORT": 4000}'
    assert "--wait $(touch" in (writes / "arguments").read_text()
    assert not (tmp_path / "shell").exists()


@pytest.mark.usefixtures("writes")
def test_nothing_changed_is_nothing_saved(machine: Machine) -> None:
    code, shown = Session(machine, "config", "edit").end()
    assert code == 0
    assert "Nothing was changed." in shown
    assert not (config(machine).parent / ".backups").exists()


def test_with_mistakes_one_may_go_on_editing(machine: Machine, writes: Path) -> None:
    (writes / "1.txt").write_text('{"LOG_LEVEL": "loud"}')
    (writes / "2.txt").write_text('{"PORT": 4000}')
    session = (
        Session(machine, "config", "edit").until("LOG_LEVEL: should be").until("Edit it again").type("e\r")
    )
    assert session.end()[0] == 0
    assert config(machine).read_text() == '{"PORT": 4000}'


def test_or_go_back(machine: Machine, writes: Path) -> None:
    (writes / "1.txt").write_text("{ broken")
    code, shown = Session(machine, "config", "edit").until("Syntax error").until("drop").type("d\r").end()
    assert code == 0
    assert "It stays as it was." in shown
    assert config(machine).read_text() == CONFIG


def test_or_save_it_all_the_same(machine: Machine, writes: Path) -> None:
    (writes / "1.txt").write_text("{ broken")
    assert Session(machine, "config", "edit").until("all the same").type("s\r").end()[0] == 0
    assert config(machine).read_text() == "{ broken"


def test_without_a_terminal_what_was_written_is_kept_aside(machine: Machine, writes: Path) -> None:
    (writes / "1.txt").write_text("{ broken")
    done = machine.run("config", "edit")
    assert done.returncode == 1
    draft = Path(done.stderr.strip().rpartition("What you wrote is in ")[2].rstrip("."))
    assert draft.read_text() == "{ broken"
    assert config(machine).read_text() == CONFIG


def test_a_broken_file_can_be_mended(machine: Machine, writes: Path) -> None:
    config(machine).write_text("{ broken")
    (writes / "1.txt").write_text("{}")
    assert Session(machine, "config", "edit").end()[0] == 0
    assert config(machine).read_text() == "{}"


@pytest.mark.usefixtures("writes")
def test_an_editor_that_cannot_be_run_is_told(machine: Machine) -> None:
    code, shown = Session(machine, "config", "edit", EDITOR="/nowhere/editor").end()
    assert code == 1
    assert "The editor '/nowhere/editor' cannot be run" in shown


def test_the_variable_is_read_word_by_word() -> None:
    assert editor({"EDITOR": "vim", "VISUAL": "code --wait"}) == ["code", "--wait"]
    windows = {"EDITOR": '"C:\\Program Files\\Code\\code.exe" --wait'}
    assert editor(windows, "win32") == ["C:\\Program Files\\Code\\code.exe", "--wait"]


def test_without_any_editor_the_cure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failure, match="EDITOR="):
        editor({})


@pytest.mark.parametrize("program", ["/no/such/editor", "false", "true"])
def test_what_nobody_wrote_is_neither_saved_nor_left_behind(
    machine: Machine, tmp_path: Path, program: str
) -> None:
    machine.run("config", "edit", EDITOR=program, VISUAL="", TMPDIR=str(tmp_path))
    assert not config(machine).exists()
    assert list(tmp_path.glob("ccr-edit-*")) == []


def test_an_editor_that_fails_saves_nothing(machine: Machine, writes: Path, tmp_path: Path) -> None:
    (writes / "1.txt").write_text('{"PORT": 4000}')
    failing = tmp_path / "failing"
    program = machine.env["EDITOR"].split(" --wait")[0]
    failing.write_text(f'#!/bin/sh\n{program} "$1"\nexit 3\n')
    failing.chmod(0o755)
    done = machine.run("config", "edit", EDITOR=str(failing))
    assert (done.returncode, "What you wrote is in" in done.stderr) == (1, True)
    assert config(machine).read_text() == CONFIG
