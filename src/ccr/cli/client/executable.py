"""Where Claude Code is."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

DEFAULT = "claude"

HINT = """Install it with one of

  npm install -g @anthropic-ai/claude-code
  curl -fsSL https://claude.ai/install.sh | bash

or name it in CLAUDE_PATH (environment or configuration)."""

_SHIM = re.compile(r'"%(?:~dp0|dp0%)\\?([^"%]+?\.(?:exe|m?js|cjs))"', re.IGNORECASE)
"""The program that a starter written by npm for Windows calls, relative to the starter."""


class NotFound(Exception):
    """There is no such program; the message says what to do."""


def find(configured: str | None, env: Mapping[str, str]) -> list[str]:
    """The command of Claude Code, as the first arguments of a process. Raises ``NotFound``.

    ``configured`` (CLAUDE_PATH in the configuration) wins over CLAUDE_PATH in the environment, and that over
    ``claude``. It may be a program with arguments, such as ``npx -y @anthropic-ai/claude-code``.
    """
    named = configured or env.get("CLAUDE_PATH") or DEFAULT
    if (program := _which(named, env)) is not None:
        return _direct(program)
    words = shlex.split(named) if " " in named else []
    if words and (program := _which(words[0], env)) is not None:
        return [*_direct(program), *words[1:]]
    if named != DEFAULT:
        raise NotFound(f"CLAUDE_PATH names '{named}', which is no program that can be run here.\n\n{HINT}")
    raise NotFound(f"Claude Code is not installed: there is no '{DEFAULT}' on the PATH.\n\n{HINT}")


def _which(name: str, env: Mapping[str, str]) -> str | None:
    return shutil.which(str(Path(name).expanduser()), path=env.get("PATH"))


def _direct(program: str) -> list[str]:
    """The program, or what it starts if it is a ``.cmd``: a shell runs those, and would read arguments."""
    path = Path(program)
    if path.suffix.lower() not in (".cmd", ".bat"):
        return [program]
    match = _SHIM.search(path.read_text(encoding="utf-8", errors="replace"))
    if match is None:
        return [program]
    target = str(path.parent / match[1].replace("\\", "/"))
    return [target] if target.lower().endswith(".exe") else ["node", target]
