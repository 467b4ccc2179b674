"""The commands. Each is imported when it is run, so that `ccr --help` and small commands are quick."""

from __future__ import annotations

from typing import NamedTuple

import click

from ccr.cli.terminal import EXIT_CODES


class Entry(NamedTuple):
    """A line of `ccr --help`: the name, the module in ``ccr.cli.commands``, what it does."""

    name: str
    module: str
    help: str


COMMANDS = (
    Entry("start", "start", "Start the service in this terminal, or with --daemon in the background."),
    Entry("stop", "stop", "Stop the service; answers that are running may finish."),
    Entry("restart", "restart", "Stop the service and start it in the background."),
    Entry("status", "status", "Say whether the service runs, and where."),
    Entry("code", "code", "Run Claude Code through the router; all arguments are its own."),
    Entry("activate", "activate", "Print the variables that make `claude` use the router in this shell."),
    Entry("env", "activate", "The same as activate."),
    Entry("config", "config", "Make, show, check and change the configuration."),
    Entry("preset", "preset", "Make, install, manage presets; `ccr PRESET` runs Claude Code through one."),
    Entry("install", "install", "The same as preset install."),
    Entry("model", "model", "Choose models and what answers what, by keyboard or by command."),
    Entry("provider", "provider", "List, add, change, try and remove providers."),
    Entry("logs", "logs", "Show what the service has logged, or follow it."),
    Entry("usage", "usage", "Say what was used and what it cost, by day, model, session, …"),
    Entry("prices", "prices", "Say what models cost, and how old that is; or take a new list."),
    Entry("requests", "requests", "Show the requests of the past."),
    Entry("why", "why", "Tell the story of one request: how it was routed, and what came of it."),
    Entry("route", "route", "Say where a request would go, and why, without sending it."),
    Entry("doctor", "doctor", "Look at the whole way to the models, and say the cure for what is wrong."),
    Entry("statusline", "statusline", "Draw Claude Code's status line; install puts it into its settings."),
    Entry("service", "service", "Let the system start the service when you log in."),
    Entry("completion", "completion", "Print what makes your shell complete `ccr`."),
    Entry("ui", "ui", "Open the dashboard."),
    Entry("update", "update", "Ask whether there is a newer version."),
    Entry("demo", "demo", "Try the router without any provider: everything is answered offline."),
    Entry("help", "help", "Show this help, or that of a command."),
    Entry("version", "version", "Print the version."),
)


def named(name: str) -> click.Command | None:
    """The command of that name."""
    from importlib import import_module

    entry = next((entry for entry in COMMANDS if entry.name == name), None)
    if entry is None:
        return None
    command: click.Command = import_module(f"ccr.cli.commands.{entry.module}").command
    return command


def preset(name: str) -> click.Command | None:
    """What runs Claude Code through the preset of that name, if one is installed."""
    if name.startswith("-"):
        return None
    from ccr.cli.commands.run_preset import command

    return command(name)


class Table(click.Group):
    """A group that knows its commands by name and loads the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return named(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if (command := named(name) or preset(name)) is None:
            raise click.UsageError(unknown(name), ctx)
        return name, command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in COMMANDS])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        formatter.write_paragraph()
        formatter.write_text(EXIT_CODES)


def unknown(name: str) -> str:
    """What to say to somebody who called a command that does not exist."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), [entry.name for entry in COMMANDS], 1, 0.67)
    return f"There is no command '{name}'." + (f" Did you mean '{near[0]}'?" if near else "")
