"""A command with commands of its own, each imported when it is run."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from ccr.cli.table import Entry


class Lazy(click.Group):
    """``entries`` name modules of ``package``, each of which has a ``command``."""

    def __init__(self, *args: Any, package: str, entries: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [entry.name for entry in self._entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = next((entry for entry in self._entries if entry.name == cmd_name), None)
        if entry is None:
            return None
        command: click.Command = import_module(f"{self._package}.{entry.module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if (command := self.get_command(ctx, args[0])) is None:
            raise click.UsageError(self._unknown(args[0], ctx), ctx)
        return args[0], command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in self._entries])

    def _unknown(self, name: str, ctx: click.Context) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), self.list_commands(ctx), 1, 0.67)
        return f"There is no command '{ctx.command_path} {name}'." + (
            f" Did you mean '{near[0]}'?" if near else ""
        )
