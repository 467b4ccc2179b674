"""What is wrong with the file, and the way to where each mistake can be mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccr.cli.models.entries import whole
from ccr.cli.models.routes import MEANINGS
from ccr.cli.models.screens import asking
from ccr.cli.models.screens.asking import Back, Line
from ccr.cli.models.screens.desk import Desk
from ccr.cli.terminal import note, paint, say

if TYPE_CHECKING:
    from ccr.config.loading import Report
    from ccr.config.problems import ConfigError, Problem

Open = Callable[[Desk, "Report", str, str], None]

_PROVIDER = re.compile(r"[Pp]roviders\[(\d+)\]")
_RULE = re.compile(r"(?:Router|fallback)\.(?:fallback\.)?(\w+)")


def run(desk: Desk, report: Report, open_screen: Open) -> None:
    """Shows each, and opens the screen where the chosen one can be mended."""
    asking.clear()
    for problem in report.problems:
        say(f"{paint('!', fg='red')} {problem}")
    lines = [Line(f"Mend {problem.path or 'the file'}", problem) for problem in report.problems]
    chosen = asking.pick("Which shall be mended?", lines)
    kind, name = place_of(desk, chosen)
    if kind == "edit":
        return edit(desk.path, desk)
    return open_screen(desk, report, kind, name)


def place_of(desk: Desk, problem: Problem) -> tuple[str, str]:
    """The screen for a mistake: ``rule`` or ``provider`` with its name, else ``edit``."""
    if (found := _PROVIDER.match(problem.path)) is not None:
        listed = whole(desk.value)
        entry = listed[int(found[1])] if int(found[1]) < len(listed) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        return ("provider", name) if isinstance(name, str) else ("edit", "")
    rule = _RULE.match(problem.path)
    return ("rule", rule[1]) if rule is not None and rule[1] in MEANINGS else ("edit", "")


def edit(path: Path, desk: Desk | None = None) -> None:
    """Opens the editor, and reads what it leaves."""
    from ccr.cli.commands.config.edit import command

    with asking.echo(on=True):
        command.main(["--config", str(path)], standalone_mode=False)
    if desk is not None:
        desk.read()


def unreadable(path: Path, error: ConfigError) -> None:
    """A file that cannot be parsed: it is edited, or a copy put back. Raises ``Back`` for neither."""
    from ccr.config.saving import backups

    note(str(error))
    copies = backups.listed(path)
    newest = [Line(f"Bring back the copy of {copies[0].time}", "restore")] if copies else []
    lines = [Line("Open it in your editor", "edit"), *newest, Line("Leave it", "leave")]
    match asking.pick("What shall be done?", lines):
        case "edit":
            edit(path)
        case "restore":
            _restore(path)
        case _:
            raise Back


def _restore(path: Path) -> None:
    from ccr.cli.commands.config.restore import command

    try:
        command.main(["--config", str(path)], standalone_mode=False)
    except click.ClickException as error:
        error.show()
