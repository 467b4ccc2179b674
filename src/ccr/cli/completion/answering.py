"""What a shell is answered: the words that may come next, one a line, in the shape its script reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, split_arg_string

from ccr.cli.completion import scripts
from ccr.cli.completion.candidates import Known

VARIABLE = "_CCR_COMPLETE"
FILES = ("FILE", "FOLDER", "PATH")

Candidates = Callable[[Known, click.Context], Iterable[str]]
Item = CompletionItem[str]


def _of_provider(known: Known, ctx: click.Context) -> Iterable[str]:
    given = ctx.params.get("provider") or (ctx.params.get("name") if "provider" in _path(ctx) else None)
    return known.models(given if isinstance(given, str) else "")


BY_NAME: Mapping[str, Candidates] = {
    "provider": lambda known, _: known.providers(),
    "model": _of_provider,
    "models": _of_provider,
    "target": lambda known, _: known.targets(),
    "targets": lambda known, _: known.targets(),
    "default": lambda known, _: known.targets(),
    "fallback": lambda known, _: known.targets(),
    "scenario": lambda known, _: known.scenarios(),
    "preset": lambda known, _: known.presets(),
}
"""By the name of a parameter, whichever command has it."""

BY_GROUP: Mapping[tuple[str, str], Candidates] = {
    ("provider", "name"): lambda known, _: known.providers(),
    ("preset", "name"): lambda known, _: known.presets(),
    ("config", "path"): lambda known, _: known.places(),
}
"""The same where the name alone does not say it: by the group of the command."""

FREE = (("provider", "add"), ("config", "import"))
"""Commands whose argument is new, or a file."""


class Shell(ShellComplete):
    """One shell. The line up to the cursor comes in ``COMP_LINE``."""

    def __init__(self, cli: click.Command, ctx_args: dict[str, object], prog_name: str, var: str) -> None:
        super().__init__(cli, ctx_args, prog_name, var)

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)[1:]
        return (words, "") if not line or line[-1].isspace() or not words else (words[:-1], words[-1])

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        """Never raises: a command line that is wrong so far offers nothing."""
        try:
            return self._offered(args, incomplete)
        except (click.ClickException, click.exceptions.Exit, OSError, ValueError, LookupError):
            return []

    def _offered(self, args: list[str], incomplete: str) -> list[Item]:
        from click.shell_completion import _resolve_context, _resolve_incomplete

        ctx = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        asked, incomplete = _resolve_incomplete(ctx, args, incomplete)
        if isinstance(asked, click.Group) and not incomplete.startswith("-"):
            return _commands(ctx, asked, incomplete)
        if isinstance(asked, click.Parameter) and (own := _values(ctx, asked)) is not None:
            return [item for item in own if item.type != "plain" or item.value.startswith(incomplete)]
        return asked.shell_complete(ctx, incomplete)

    def format_completion(self, item: Item) -> str:
        return f"{item.type},{item.value}"


class Bash(Shell):
    name = "bash"
    source_template = scripts.BASH

    def format_completion(self, item: Item) -> str:
        """Bash counts what follows a colon as a word of its own, and wants the rest of that only."""
        breaks = set(os.environ.get("COMP_WORDBREAKS", "")) & set(":=")
        begun = self.get_completion_args()[1]
        cut = max((begun.rfind(letter) for letter in breaks), default=-1) + 1
        return f"{item.type},{item.value[cut:]}"


class Zsh(Shell):
    name = "zsh"
    source_template = scripts.ZSH

    def format_completion(self, item: Item) -> str:
        """zsh separates a word from its explanation with a colon."""
        value = item.value.replace("\\", "\\\\").replace(":", "\\:") if item.help else item.value
        return f"{item.type}\n{value}\n{item.help or '_'}"


class Fish(Shell):
    name = "fish"
    source_template = scripts.FISH

    def format_completion(self, item: Item) -> str:
        return f"{item.type},{item.value}\t{item.help}" if item.help else f"{item.type},{item.value}"


class PowerShell(Shell):
    name = "powershell"
    source_template = scripts.POWERSHELL

    def format_completion(self, item: Item) -> str:
        return f"{item.type}\t{item.value}\t{item.help or item.value}"


SHELLS: Mapping[str, type[Shell]] = {shell.name: shell for shell in (Bash, Zsh, Fish, PowerShell)}


def register() -> None:
    """Lets click find our shells."""
    for shell in SHELLS.values():
        add_completion_class(shell)


def source(shell: str) -> str:
    """The script for a shell."""
    return SHELLS[shell](click.Command("ccr"), {}, "ccr", VARIABLE).source()


def _commands(ctx: click.Context, group: click.Group, incomplete: str) -> list[Item]:
    """The names of commands, none of which is imported for that."""
    from ccr.cli import table

    entries = table.COMMANDS if group is ctx.find_root().command else getattr(group, "_entries", ())
    helps = {entry.name: entry.help for entry in entries}
    names = group.list_commands(ctx)
    presets = Known().presets() if group is ctx.find_root().command else []
    offered = [Item(name, help=helps.get(name)) for name in names]
    offered += [Item(name, help="A preset.") for name in presets if name not in names]
    return [item for item in offered if item.value.startswith(incomplete)]


def _values(ctx: click.Context, parameter: click.Parameter) -> list[Item] | None:
    """What we know of a parameter's values; None: click is to be asked."""
    path, name = _path(ctx), parameter.name or ""
    if isinstance(parameter.type, click.Choice):
        return None
    if parameter.metavar in FILES or name in ("file", "source") or path[:2] == ("config", "import"):
        return [Item("", type="file")]
    find = BY_NAME.get(name) or (BY_GROUP.get((path[0], name)) if path and path[:2] not in FREE else None)
    return [Item(value) for value in find(Known(_config(ctx)), ctx)] if find else None


def _path(ctx: click.Context) -> tuple[str, ...]:
    return tuple(ctx.command_path.split()[1:])


def _config(ctx: click.Context) -> str | None:
    given = ctx.params.get("config")
    return given if isinstance(given, str) else None
