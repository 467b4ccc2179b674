"""`ccr logs`."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import click

from ccr.cli.terminal import OK, USAGE, fail, note
from ccr.config.logs import LEVELS, folder_of
from ccr.config.peek import peek
from ccr.telemetry.logs.following import Follower
from ccr.telemetry.logs.lines import human
from ccr.telemetry.logs.outputs import is_colored
from ccr.telemetry.logs.reading import Wanted, inside, last, lines_of, moment
from ccr.wire import json

PAUSE = 0.3
"""Seconds between looks at files that are followed."""

EPILOG = """\b
Examples:
  ccr logs -f                          follow everything
  ccr logs --level warn --since 1d     what went wrong since yesterday
  ccr logs --request req_01abc         all about one request"""


@click.command("logs", epilog=EPILOG)
@click.option("-f", "--follow", is_flag=True, help="Go on with what is written from now on.")
@click.option("--level", type=click.Choice(LEVELS, case_sensitive=False), default="trace", help="At least.")
@click.option("--request", metavar="ID", default="", help="Lines of one request.")
@click.option("--since", metavar="TIME", default="", help="Such as 10m, 2h, 1d, or 2026-11-21T16:00.")
@click.option("--search", metavar="TEXT", default="", help="Lines with this text in them.")
@click.option("-n", "--lines", type=click.IntRange(0, 1_000_000), default=100, help="The last so many (100).")
@click.option("--file", "name", metavar="NAME", default="", help="One file of the log folder.")
@click.option("--json", "as_it_is", is_flag=True, help="Print the lines as they stand in the file.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
def command(  # noqa: PLR0913 - one for each option
    *,
    follow: bool,
    level: str,
    request: str,
    since: str,
    search: str,
    lines: int,
    name: str,
    as_it_is: bool,
    config: str | None,
) -> int:
    """Show what the service has logged: of the server and of the application, packed files too."""
    found = peek(os.environ, config)
    folder = folder_of(found.raw, found.path, os.environ)
    wanted = Wanted(level.lower(), _moment(since), request, search)
    path = _named(folder, name) if name else None
    show = _shown(as_it_is=as_it_is)
    follower = Follower(folder, wanted, path) if follow else None
    told = list(deque(lines_of(path, wanted), lines)) if path else last(folder, wanted, lines)
    show(told)
    if not told and not follow:
        note(f"Nothing is logged in {folder} that fits.")
    if follower is not None:
        _follow(follower, show)
    return OK


def _follow(follower: Follower, show: Callable[[list[str]], None]) -> None:
    try:
        while True:
            show(follower.poll())
            time.sleep(PAUSE)
    finally:
        follower.close()


def _shown(*, as_it_is: bool) -> Callable[[list[str]], None]:
    """What prints lines."""
    words = human(color=is_colored(sys.stdout, os.environ), traces=True)

    def show(lines: list[str]) -> None:
        sys.stdout.write("".join(f"{line}\n" if as_it_is else _for_people(line, words) for line in lines))
        if lines:
            sys.stdout.flush()

    return show


def _for_people(line: str, words: Callable[..., str]) -> str:
    """The line in words; what is no JSON of ours as it stands."""
    try:
        value = json.decode(line)
    except json.JSONError:
        return f"{line}\n"
    return words(value) if isinstance(value, dict) else f"{line}\n"


def _named(folder: Path, name: str) -> Path:
    path = inside(folder, name)
    if path is None:
        fail(f"There is no log {name} in {folder}.")
    return path


def _moment(since: str) -> float:
    try:
        return moment(since, time.time())
    except ValueError as error:
        fail(f"--since {since}: {error}.", USAGE)
