"""A folder of the router's, and a Claude Code that says things."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ccr.cli.statusline.line import line

SESSION = "0b8f6f3a-1111-2222-3333-444455556666"

SAID: dict[str, Any] = {
    "hook_event_name": "Status",
    "session_id": SESSION,
    "transcript_path": "/nowhere/at/all.jsonl",
    "cwd": "/nowhere",
    "model": {"id": "claude-sonnet-4", "display_name": "Sonnet 4"},
    "workspace": {"current_dir": "/nowhere/project", "project_dir": "/nowhere/project"},
    "version": "2.1.260",
    "cost": {
        "total_cost_usd": 0.1234,
        "total_duration_ms": 125_000,
        "total_lines_added": 12,
        "total_lines_removed": 5,
    },
    "context_window": {
        "total_input_tokens": 15_500,
        "total_output_tokens": 4_200,
        "context_window_size": 200_000,
        "current_usage": {
            "input_tokens": 8_500,
            "output_tokens": 120,
            "cache_creation_input_tokens": 1_500,
            "cache_read_input_tokens": 30_000,
        },
    },
}

Show = Callable[..., str]


@pytest.fixture
def folder(own_home: Path) -> Path:
    made = own_home / ".claude-code-router"
    made.mkdir()
    return made


@pytest.fixture
def show(folder: Path, own_home: Path, tmp_path: Path) -> Show:
    """The line for a theme of these modules, or for a whole ``StatusLine``, without colours by default."""

    def shown(
        *modules: object, said: object = SAID, config: Mapping[str, Any] | None = None, **env: str
    ) -> str:
        style = {"StatusLine": {"default": {"modules": list(modules)}}} if modules else {}
        (folder / "config.json").write_text(json.dumps({**style, **(config or {})}))
        given = {"HOME": str(own_home), "TMPDIR": str(tmp_path), "NO_COLOR": "1", "TERM": "xterm"}
        return line(said, "", given | env)

    return shown
