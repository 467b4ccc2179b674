"""`ccr config validate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import config_option, examined, existing, json_option, told
from ccr.cli.terminal import FAILED, OK, note, paint, say, warn

if TYPE_CHECKING:
    from ccr.config.loading import Report
    from ccr.config.problems import Problem


@click.command("validate")
@click.argument("file", required=False)
@json_option
@config_option
def command(*, file: str | None, as_json: bool, config: str | None) -> int:
    """Tell every mistake in the configuration, each with its place and its cure, and every doubt.

    FILE is the configuration in use when it is not given. Ends with 0 when the router would take it, else
    with 1.

    \b
    Examples:
      ccr config validate
      ccr config validate team.json --json
    """
    path = existing(file or config)
    report = _report(path)
    if as_json:
        say(json.dumps(_facts(path, report), indent=2, ensure_ascii=False))
    else:
        _tell(path, report)
    return FAILED if report.problems else OK


def _report(path: Path) -> Report:
    from ccr.config.loading import Report
    from ccr.config.problems import ConfigError
    from ccr.config.saving import document

    try:
        return examined(document.read(path))
    except ConfigError as error:
        return Report(None, error.problems, ())


def _tell(path: Path, report: Report) -> None:
    for warning in report.warnings:
        warn(str(warning))
    if report.settings is None:
        note(f"{paint('ccr:', fg='red')} {told(path, report.problems)}")
        return
    count = len(report.settings.providers)
    say(f"{path} is right: {count} {'provider' if count == 1 else 'providers'}.")
    if not report.settings.providers:
        note("Without a provider the built-in demo answers; `ccr config init` adds one.")


def _facts(path: Path, report: Report) -> dict[str, Any]:
    return {
        "file": str(path),
        "valid": not report.problems,
        "problems": [_fact(problem) for problem in report.problems],
        "warnings": [_fact(warning) for warning in report.warnings],
    }


def _fact(problem: Problem) -> dict[str, str]:
    return {"path": problem.path, "message": problem.message, "cure": problem.cure}
