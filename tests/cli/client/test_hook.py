"""Claude Code's settings get our entry and lose it again; all else in them stays as it was."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from ccr.cli.client import hook
from ccr.cli.client.hook import NotChanged, install, quoted, uninstall

OURS = hook.entry("ccr statusline")
ANOTHER = {"type": "command", "command": "~/bin/line.sh"}
TEXT = """{
  // mine
  "model": "opus",
  "env": {"A": "1"},
  "hooks": {"Stop": [{"hooks": []}]}
}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "claude" / "settings.json"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


def test_it_is_put_in_and_taken_out_and_the_rest_stays_to_the_letter(settings: Path) -> None:
    change = install(settings, OURS)
    assert '"statusLine"' in settings.read_text()
    assert "// mine" in settings.read_text()
    assert change.backup is not None
    assert change.backup.read_text() == TEXT
    uninstall(settings)
    assert settings.read_text() == TEXT


def test_twice_is_once(settings: Path) -> None:
    install(settings, OURS)
    before = settings.read_text()
    assert not install(settings, OURS).done
    assert settings.read_text() == before
    assert uninstall(settings).done
    assert not uninstall(settings).done


def test_without_a_file_one_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    assert install(path, OURS).backup is None
    assert json.loads(path.read_text()) == {"statusLine": OURS}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_our_own_older_entry_is_renewed(settings: Path) -> None:
    install(settings, hook.entry("'/a b/python' -P -m ccr statusline mine"))
    assert install(settings, hook.entry("ccr statusline", 5)).done
    assert '"refreshInterval": 5' in settings.read_text()


def test_another_program_s_line_stays_unless_forced(settings: Path) -> None:
    settings.write_text(json.dumps({"statusLine": ANOTHER}))
    with pytest.raises(NotChanged, match="--force"):
        install(settings, OURS)
    with pytest.raises(NotChanged, match="not ours"):
        uninstall(settings)
    assert json.loads(settings.read_text()) == {"statusLine": ANOTHER}
    assert install(settings, OURS, force=True).done


@pytest.mark.parametrize("text", ["{", "[]", "7", "\xff"])
def test_a_file_that_is_no_settings_is_left_alone(text: str, settings: Path) -> None:
    settings.write_bytes(text.encode("latin-1"))
    with pytest.raises(NotChanged, match="stays as it is"):
        install(settings, OURS)
    assert settings.read_bytes() == text.encode("latin-1")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotChanged, match="cannot be"):
        install(tmp_path / "file" / "settings.json", OURS)


def test_a_link_stays_a_link(settings: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(settings)
    install(link, OURS)
    assert link.is_symlink()
    assert "statusLine" in settings.read_text()


@pytest.mark.parametrize(
    "command",
    [
        "ccr statusline",
        "/a/bin/ccr statusline x",
        '"C:/a b/ccr.exe" statusline',
        "'/a b/python' -P -m ccr statusline",
    ],
)
def test_our_own_commands_are_known(command: str) -> None:
    assert hook.is_ours({"type": "command", "command": command})


@pytest.mark.parametrize("value", [None, [], {"command": 7}, ANOTHER, {"command": "accr statusline"}])
def test_others_are_not_ours(value: Any) -> None:
    assert not hook.is_ours(value)


def test_words_are_quoted_for_the_system_s_shells() -> None:
    assert quoted(["/a b/py", "statusline", "it's"], "linux") == """'/a b/py' statusline 'it'"'"'s'"""
    assert quoted(["C:\\a b\\py.exe", "-m", "ccr"], "win32") == '& "C:/a b/py.exe" -m ccr'
    assert quoted(["ccr", "statusline"], "win32") == "ccr statusline"


def test_the_file_is_where_claude_code_looks(tmp_path: Path) -> None:
    assert hook.settings_file({"HOME": "/h"}) == Path("/h/.claude/settings.json")
    assert (
        hook.settings_file({"HOME": "/h", "CLAUDE_CONFIG_DIR": str(tmp_path)}) == tmp_path / "settings.json"
    )
