"""Claude Code's first start, which would ask for a login with Anthropic and reach for its servers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ccr.cli.service.records import replace
from ccr.config import source


def skip(env: Mapping[str, str]) -> None:
    """Where Claude Code has never run, mark its introduction as done, as the original does."""
    folder = env.get("CLAUDE_CONFIG_DIR")
    file = (Path(folder) if folder else source.home(env)) / ".claude.json"
    if not file.exists():
        replace(file, '{\n  "hasCompletedOnboarding": true\n}\n')
