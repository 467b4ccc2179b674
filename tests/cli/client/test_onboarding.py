"""Claude Code's first start."""

from __future__ import annotations

import json
from pathlib import Path

from ccr.cli.client import onboarding


def test_the_introduction_is_skipped_where_claude_code_never_ran(tmp_path: Path) -> None:
    onboarding.skip({"HOME": str(tmp_path)})
    file = tmp_path / ".claude.json"
    assert json.loads(file.read_text()) == {"hasCompletedOnboarding": True}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_never_changed(tmp_path: Path) -> None:
    file = tmp_path / ".claude.json"
    file.write_text("{}")
    onboarding.skip({"HOME": "/nowhere", "CLAUDE_CONFIG_DIR": str(tmp_path)})
    assert file.read_text() == "{}"
