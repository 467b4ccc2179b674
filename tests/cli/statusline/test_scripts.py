"""Modules of the user's own run in both languages, for a limited time, and say nothing that is obeyed."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from ccr.cli.statusline import scripts
from ccr.cli.statusline.themes import Module
from tests.cli.machine import until
from tests.cli.statusline.conftest import Show

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


def said(path: Path, text: str, options: object = None, timeout: float = 5_000) -> str:
    path.write_text(text)
    module = Module("script", "", script=str(path), options=options, timeout=timeout)
    return scripts.run([module], {"model": "M"}, "/nowhere")[0]


@pytest.mark.parametrize(
    "text",
    [
        'def statusline(variables, options): return variables["model"] + options["x"]',
        'def main(variables, options):\n    print("noise")\n    return variables["model"] + options["x"]',
        'statusline = "Mé"',
    ],
)
def test_python(text: str, tmp_path: Path) -> None:
    assert said(tmp_path / "a b'c.py", text, {"x": "é"}) == "Mé"


@needs_node
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "module.exports = (variables, options) => variables.model + options.x"),
        ("a.js", "module.exports = {default: v => v.model + 'é'}"),
        ("a b'c.cjs", "console.log('noise'); module.exports = async (v, o) => v.model + o.x"),
        ("a.mjs", "export default (v, o) => v.model + o.x"),
        ("a.js", "module.exports = 'Mé'"),
    ],
)
def test_javascript(name: str, text: str, tmp_path: Path) -> None:
    assert said(tmp_path / name, text, {"x": "é"}) == "Mé"


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "not python",
        "def statusline(v, o): raise SystemExit(3)",
        "statusline = None",
        "",
        "import os; os._exit(9)",
    ],
)
def test_what_goes_wrong_is_left_out(text: str, tmp_path: Path) -> None:
    assert said(tmp_path / "a.py", text) == ""


def test_a_file_that_is_not_there_is_left_out(show: Show) -> None:
    assert show({"type": "script", "scriptPath": "gone.py"}, {"text": "rest"}) == "rest"


STARTS_ANOTHER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session={own})
open({told!r}, "w").write(str(child.pid))
child.wait()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_one_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    assert said(tmp_path / "a.py", STARTS_ANOTHER.format(told=str(told), own=False), timeout=1_500) == ""
    if told.exists():  # a busy machine may not have come so far
        until(lambda: not is_alive(int(told.read_text() or 0)))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_what_a_script_cuts_loose_is_not_waited_for(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    assert said(tmp_path / "a.py", STARTS_ANOTHER.format(told=str(told), own=True), timeout=1_500) == ""
    if told.exists() and (cut_loose := told.read_text()):  # a busy machine may not have come so far
        assert is_alive(int(cut_loose))
        os.kill(int(cut_loose), signal.SIGKILL)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_whose_group_the_system_does_not_let_us_end_is_ended_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "killpg", refused)
    assert said(tmp_path / "a.py", "import time; time.sleep(600)", timeout=10) == ""


def test_an_endless_answer_is_cut(tmp_path: Path) -> None:
    assert len(said(tmp_path / "a.py", "statusline = 'x' * 50_000_000")) <= scripts.LARGEST


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07a\x1b[2J\x1b[10;10Hb", "ab"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1bPq#0\x1b\\b\x9b2Jc\x00\u202ed", "ab2Jcd"),
        ("󰉋 icon", "󰉋 icon"),
        ("a\x1b", "a"),
    ],
)
def test_only_colours_are_obeyed(text: str, shown: str) -> None:
    assert scripts.clean(text) == shown


def test_a_relative_path_is_meant_from_the_configuration_s_folder(folder: Path, show: Show) -> None:
    (folder / "mine.py").write_text("def statusline(v, o): return '\\x1b[31m' + v['workDirName']")
    module = {"type": "script", "scriptPath": "mine.py", "icon": "I", "timeout": 5_000}
    assert show(module) == "I project"
    assert show(module, NO_COLOR="") == "I \x1b[31mproject\x1b[0m"
