"""The entry of `ccr`. The status line has a way of its own: it is drawn many times a minute."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run a command. Gives its exit code; whatever went wrong has been said on stderr."""
    words = sys.argv[1:] if args is None else list(args)
    if words[:1] == ["statusline"] and is_drawing(words[1:]):
        from ccr.cli.statusline.line import draw

        return draw(words[1] if words[1:] else "")
    from ccr.cli.program import run as run_command

    return run_command(words)


def is_drawing(words: Sequence[str]) -> bool:
    """Whether `ccr statusline` with these words is Claude Code's call; what people call has click."""
    return not words or (len(words) == 1 and words[0] not in COMMANDS and not words[0].startswith("-"))


COMMANDS = ("install", "uninstall")
