"""Python, ccr and Claude Code."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

from ccr import __version__
from ccr.cli.client import executable
from ccr.cli.doctor.findings import Finding, failure, ok, warning
from ccr.cli.doctor.world import World

OLDEST = (2, 1, 100)
"""Claude Code from which on we have tried everything."""

PATIENCE = 8.0


def check(world: World) -> list[Finding]:
    return [_python(), _ours(world), _client(world)]


def _python() -> Finding:
    return ok("Python", f"{platform.python_version()} ({sys.executable})")


def _ours(world: World) -> Finding:
    running = world.service.answer.health.get("version")
    if world.runs and running != __version__:
        return warning("ccr", f"this is {__version__}, the service runs {running}.", "`ccr restart`")
    return ok("ccr", __version__)


def _client(world: World) -> Finding:
    configured = world.settings.claude_path if world.settings else None
    try:
        command = executable.find(configured, world.env)
    except executable.NotFound as error:
        message, _, cure = str(error).partition("\n\n")
        return failure("Claude Code", message, cure.replace("\n\n", "\n"))
    try:
        done = subprocess.run(  # noqa: S603  # the program that `ccr code` runs
            [*command, "--version"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return failure("Claude Code", f"{command[0]} does not start: {error}.", "Install it anew.")
    return judged(done.stdout.strip() or done.stderr.strip(), command[0])


def judged(said: str, program: str) -> Finding:
    """What a client says of its version."""
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    if match is None:
        return warning("Claude Code", f"{program} --version does not tell a version.", "Is it Claude Code?")
    if tuple(map(int, match.groups())) < OLDEST:
        return warning(
            "Claude Code", f"{match[0]} is old.", "npm install -g @anthropic-ai/claude-code@latest"
        )
    return ok("Claude Code", f"{match[0]} ({program})")
