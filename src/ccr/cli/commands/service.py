"""`ccr service`: install, uninstall, status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ccr.cli.options import PORT, Options, load, service_options
from ccr.cli.terminal import NOT_RUNNING, OK, fail, note, say, warn

EPILOG = """\b
Examples:
  ccr service install                  from now on it runs whenever you are logged in
  ccr service install --port 4000 --config team.json
  ccr service install --print          show what would be written and called
  ccr service status
  ccr service uninstall

\b
Linux: a systemd user unit. macOS: a launchd agent. Windows: a scheduled task."""

INSTALL = """\b
Examples:
  ccr service install
  ccr service install --config ~/team.json --port 4000"""

UNINSTALL = """\b
Examples:
  ccr service uninstall
  ccr service uninstall --port 4000"""

STATUS = """\b
Examples:
  ccr service status
  ccr service status --json"""

CURE = """\
Nothing was installed. `ccr start --daemon` runs the service until you log out or stop it;
`ccr service install --print` shows what the system would have been told."""


@click.group("service", epilog=EPILOG, no_args_is_help=True)
def command() -> None:
    """Let the system start the service when you log in, and again when it fails."""


@command.command("install", epilog=INSTALL)
@service_options
@click.option("--print", "only_print", is_flag=True, help="Only show what would be written and called.")
def install(*, only_print: bool, **given: Any) -> int:
    """Write the service's file, and start it. The options are those of `ccr start`."""
    from ccr.cli.autostart import managers, running
    from ccr.cli.autostart.definition import defined

    options = Options(**given)
    settings = load(options, quiet=True)
    plan = managers.plan(defined(options, settings.port, os.environ), os.environ)
    if only_print:
        _show(plan.file, plan.content, plan.install)
        return OK
    try:
        if plan.file.exists():
            running.ask(plan.uninstall[0])
        _check(settings.host, settings.port)
        _write(plan.file, plan.content)
        for words in plan.install:
            running.run(words)
    except running.Refused as error:
        plan.file.unlink(missing_ok=True)
        fail(f"{error}\n{CURE}")
    except OSError as error:
        fail(f"{plan.file} cannot be written: {error.strerror or error}.\n{CURE}")
    say(f"The service is installed: {plan.file}. `ccr status` tells how it is.")
    _tell(settings.path, plan.hint)
    return OK


@command.command("uninstall", epilog=UNINSTALL)
@click.option("--port", type=PORT, help="That which was installed with this --port.")
def uninstall(*, port: int | None) -> int:
    """Stop the service, and let the system forget it."""
    from ccr.cli.autostart import managers
    from ccr.cli.autostart.definition import defined

    plan = managers.plan(defined(Options(port=port), port or 0, os.environ), os.environ)
    if not plan.file.exists():
        say(f"Nothing to do: there is no {plan.file}.")
        return OK
    first, *rest = plan.uninstall
    trouble = _tried(first)
    plan.file.unlink(missing_ok=True)
    for words in rest:
        _tried(words)
    say(f"The service is uninstalled; {plan.file} is gone.")
    if trouble:
        warn(trouble)
    if trouble or sys.platform == "win32":
        note("If the service still runs, `ccr stop` ends it.")
    return OK


@command.command("status", epilog=STATUS, short_help="Say whether it is installed, and whether it runs.")
@click.option("--port", type=PORT, help="That which was installed with this --port.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(*, port: int | None, as_json: bool) -> int:
    """Say whether the service is installed, and how the system sees it. Ends with 0 when it runs, else 3."""
    from ccr.cli.autostart import managers, running
    from ccr.cli.autostart.definition import defined

    plan = managers.plan(defined(Options(port=port), port or 0, os.environ), os.environ)
    installed = plan.file.exists()
    try:
        told = running.ask(plan.state) if installed else running.Told(NOT_RUNNING, "")
    except running.Refused as error:
        told = running.Told(NOT_RUNNING, str(error))
    state = told.said.splitlines()[0] if told.said else ""
    if as_json:
        facts = {"installed": installed, "file": str(plan.file), "running": not told.code, "state": state}
        say(json.dumps({**facts, "manager": managers.name()}, indent=2))
    elif installed:
        say(f"The service is installed: {plan.file}")
        say(f"{managers.name()} says: {told.said or 'nothing'}")
    else:
        say(f"The service is not installed: there is no {plan.file}. `ccr service install` installs it.")
    return OK if installed and not told.code else NOT_RUNNING


def _check(host: str, port: int) -> None:
    """Whoever has the port now must leave it first."""
    from ccr.cli.service import binding
    from ccr.cli.service.finding import State, look
    from ccr.cli.service.home import Home

    finding = look(Home.of(os.environ), host, port)
    if finding.state is not State.FREE:
        fail(f"{binding.occupied(finding)}\nThen install the service: it needs the port.")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if sys.platform != "win32":
        file.chmod(0o600)


def _show(file: Path, content: bytes, commands: Sequence[Sequence[str]]) -> None:
    say(f"# {file}")
    say(content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8").rstrip())
    say()
    for words in commands:
        say(f"# {subprocess.list2cmdline(words)}")


def _tell(path: Path, hint: str) -> None:
    from ccr.cli.autostart.definition import missing

    if names := missing(path, os.environ) if path.exists() else []:
        warn(
            f"Only this shell has {', '.join(names)}, which the configuration uses; the system has not. "
            f"Write {'it' if len(names) == 1 else 'them'} into {path.with_name('.env')} and install it again."
        )
    if hint:
        note(hint)


def _tried(words: Sequence[str]) -> str:
    """What went wrong, "" if nothing."""
    from ccr.cli.autostart import running

    try:
        running.run(words)
        return ""
    except running.Refused as error:
        return str(error)
