"""`ccr model` without arguments: routes and providers at a glance, each a line that leads to its screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import path_of
from ccr.cli.models import routes, saving, summary
from ccr.cli.models.entries import Refused, entries
from ccr.cli.models.screens import adding, asking, mistakes, models, provider, rule
from ccr.cli.models.screens.asking import Back, Line
from ccr.cli.models.screens.desk import Desk
from ccr.cli.terminal import INTERRUPTED, OK, USAGE, fail, paint, say
from ccr.config.problems import ConfigError
from ccr.config.saving import document as documents

if TYPE_CHECKING:
    from pathlib import Path

    from ccr.config.loading import Report

PLAIN = """\
There is no terminal to ask in. The same by commands:
  ccr model list · routes · set · unset · add · remove · move · test
  ccr provider list · presets · add · edit · remove · rename · move · models · test · transformer
Each has --help and --json."""


def run(config: str | None) -> int:
    """The whole conversation. Gives the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail(PLAIN, USAGE)
    with asking.echo(on=False):
        return _talk(path_of(config))


def _talk(path: Path) -> int:
    try:
        desk = _desk(path)
        while desk is not None and _once(desk):
            desk = desk if desk.is_readable() else _desk(path)
    except Back as back:
        asking.clear()
        return INTERRUPTED if back.interrupted else OK
    asking.clear()
    return OK


def _desk(path: Path) -> Desk | None:
    """The file; None when there is none, and none is made here."""
    if not path.exists():
        return _without_file(path)
    while True:
        try:
            return Desk(documents.read(path))
        except ConfigError as error:
            mistakes.unreadable(path, error)


def _without_file(path: Path) -> Desk | None:
    say(f"There is no configuration {path} yet.")
    lines = [
        Line("Make one, guided: keys and model servers are looked for", "init"),
        Line("Begin with a provider of your choice", "empty"),
        Line("Leave", "leave"),
    ]
    match asking.pick("How shall it begin?", lines):
        case "init":
            from ccr.cli.commands.config.init import command

            with asking.echo(on=True):
                command.main(["--config", str(path)], standalone_mode=False)
            return _desk(path) if path.exists() else None
        case "empty":
            return Desk(documents.read(path))
    return None


def _once(desk: Desk) -> bool:
    """One look at all, and one thing done; False: the user is done."""
    asking.clear()
    report = saving.examined(desk.document)
    say(f"{paint('Claude Code Router', bold=True)} · {desk.path}")
    if news := desk.told():
        say(news)
    lines = _lines(desk, report)
    desk.at = asking.pick("What shall be changed?", lines, desk.at, hint="(↑↓, Enter; Esc leaves)")
    kind, name = desk.at
    if kind == "leave":
        return False
    try:
        _open(desk, report, kind, name)
    except Back:
        pass
    except click.ClickException as error:
        desk.wrong(error.message)
    except (ConfigError, Refused) as error:  # the file was changed by somebody else
        desk.wrong(str(error))
    return True


def _lines(desk: Desk, report: Report) -> list[Line]:
    width = max((len(one["name"]) for one in entries(desk.value)), default=0)
    count = len(report.problems)
    wrong = [Line(f"! {count} {'mistake' if count == 1 else 'mistakes'} to be mended", ("mistakes", ""))]
    return [
        *(wrong if count else []),
        Line("Routes"),
        *(Line(f"  {rule.line(desk.value, one)}", ("rule", one)) for one in routes.MEANINGS),
        Line("Providers"),
        *(
            Line(f"  {one['name']:<{width}}  {_about(desk, one)}", ("provider", one["name"]))
            for one in entries(desk.value)
        ),
        Line("  + add a provider", ("add", "")),
        Line("Test a model", ("test", "")),
        Line("Leave", ("leave", "")),
    ]


def _about(desk: Desk, entry: dict[str, Any]) -> str:
    found = summary.facts(entry)
    count = len(found["models"])
    key = provider.key_line(entry, desk.variables())
    off = " · switched off" if not found["enabled"] else ""
    return f"{count} {'model' if count == 1 else 'models'} · {key}{off} · {found['title']}"


def _open(desk: Desk, report: Report, kind: str, name: str) -> None:
    match kind:
        case "rule":
            rule.run(desk, name)
        case "provider":
            provider.run(desk, name)
        case "add":
            adding.run(desk)
        case "test":
            desk.test(models.any_target(desk, "Which model shall be asked?"))
        case "mistakes":
            mistakes.run(desk, report, _open)
