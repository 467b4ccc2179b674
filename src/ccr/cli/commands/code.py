"""`ccr code`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ccr.cli import options as opts
from ccr.cli.client import environment, executable, onboarding, process
from ccr.cli.client import settings as client_settings
from ccr.cli.client.environment import Variables
from ccr.cli.client.session import Session, session
from ccr.cli.options import Options
from ccr.cli.service.home import Home
from ccr.cli.terminal import NOT_FOUND, USAGE, fail, note

if TYPE_CHECKING:
    from ccr.config import Settings


class Verbatim(click.Command):
    """A command whose arguments are not its own: none is read or changed, not even ``--`` or ``--help``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.params["arguments"] = list(args)
        return []


@click.command("code", cls=Verbatim, add_help_option=False)
def command(*, arguments: list[str]) -> int:
    """Run Claude Code through the router; all arguments are its own."""
    settings = opts.load(Options(), quiet=True)
    try:
        program = executable.find(settings.claude_path, os.environ)
        rest, users = client_settings.taken(arguments)
    except executable.NotFound as error:
        fail(str(error), NOT_FOUND)
    except client_settings.BadSettings as error:
        fail(str(error), USAGE)
    onboarding.skip(os.environ)
    with session(Home.of(os.environ), settings, Options()) as service:
        variables = environment.variables(_seen(settings, service), service.url, os.environ)
        _write(service, users, variables)
        child = [*program, client_settings.OPTION, str(service.file), *rest]
        return _run(child, applied(variables, os.environ), closed_stdin=settings.non_interactive)


def applied(variables: Variables, env: Mapping[str, str]) -> dict[str, str]:
    """The environment with the variables set and unset."""
    rest = {name: value for name, value in env.items() if name not in variables}
    return rest | {name: value for name, value in variables.items() if value is not None}


def _seen(settings: Settings, service: Session) -> Settings:
    """The configuration as the service has it."""
    if not service.demo:
        return settings
    from ccr.demo.settings import demo_settings

    return demo_settings(settings, "")


def _write(service: Session, users: client_settings.Settings, variables: Variables) -> None:
    merged, beaten = client_settings.merge(users, variables)
    if beaten:
        note(
            f"ccr: not used of your {client_settings.OPTION}: {', '.join(beaten)} (would pass the router by)"
        )
    service.file.write_text(json.dumps(merged), encoding="utf-8")


def _run(command: list[str], env: Mapping[str, str], *, closed_stdin: bool) -> int:
    try:
        return process.run(command, env, closed_stdin=closed_stdin)
    except OSError as error:
        fail(f"Claude Code cannot be started: {command[0]}: {error.strerror or error}.", NOT_FOUND)
