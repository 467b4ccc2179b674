"""The unit is what systemd reads as these very words."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ccr.cli.autostart.definition import Definition
from ccr.cli.autostart.systemd import plan, quoted, unit
from tests.cli.autostart.conftest import agrees


def test_the_unit_is_golden(unix: Definition) -> None:
    assert agrees("systemd.service", unit(unix))


def test_a_usual_program_is_called_directly(unix: Definition) -> None:
    assert 'ExecStart="/usr/bin/py thon" "-P"' in unit(unix._replace(words=["/usr/bin/py thon", "-P"]))


def test_it_is_where_user_units_are(unix: Definition) -> None:
    assert plan(unix, Path("/h")).file == Path("/h/.config/systemd/user/claude-code-router.service")
    assert plan(unix, Path("/h"), "/x").file == Path("/x/systemd/user/claude-code-router.service")


def test_it_is_enabled_started_and_taken_out(unix: Definition) -> None:
    made = plan(unix, Path("/h"))
    assert [words[2] for words in made.install] == ["daemon-reload", "enable", "restart"]
    assert made.uninstall[0] == ["systemctl", "--user", "disable", "--now", "claude-code-router.service"]


@pytest.mark.parametrize(
    ("word", "written"),
    [("a b", '"a b"'), ('a"b', '"a\\"b"'), ("a\\b", '"a\\\\b"'), ("100%", '"100%%"'), ("a\nb", '"a\\nb"')],
)
def test_a_word_stays_one_word(word: str, written: str) -> None:
    assert quoted(word) == written


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_it(unix: Definition, tmp_path: Path) -> None:
    file = tmp_path / "claude-code-router.service"
    program = tmp_path / "a b'$c"
    program.symlink_to(sys.executable)
    file.write_text(unit(unix._replace(words=[str(program), *unix.words[1:]])))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True, check=False
    )
    if "Failed to" in done.stderr and "claude-code-router" not in done.stderr:
        pytest.skip(f"systemd-analyze does not work here: {done.stderr.strip()}")
    assert "claude-code-router.service" not in done.stderr
