"""`ccr config import`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccr.cli.commands.config.shared import config_option, examined, opened, path_of, remarks, write, writing
from ccr.cli.terminal import OK, USAGE, fail, note, say

if TYPE_CHECKING:
    from ccr.config.importing.found import Found
    from ccr.config.importing.sources import Source
    from ccr.config.saving.document import Document

KINDS = ("auto", "original", "v3", "litellm", "cc-switch")


@click.command("import")
@click.argument("path", required=False)
@click.option(
    "--from", "kind", type=click.Choice(KINDS), default="auto", help="Which router it is of (auto)."
)
@click.option("--replace", is_flag=True, help="Take nothing of your own configuration into the new one.")
@click.option("--clear-keys", is_flag=True, help="Write keys into the configuration itself, not into .env.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before writing.")
@config_option
def command(
    *, path: str | None, kind: str, replace: bool, clear_keys: bool, yes: bool, config: str | None
) -> int:
    """Take over the configuration of another router: its providers, keys and routes.

    Without PATH it is looked for where that router keeps it. What you have already stays and wins; keys go
    into the file .env beside your configuration. You see what will be written before it is.

    \b
    Examples:
      ccr config import
      ccr config import --from litellm config.yaml
      ccr config import ~/.cc-switch/cc-switch.db
    """
    source, file = _meant(path, kind)
    target = path_of(config)
    found = _read(source, file)
    note(f"{file} is that of {source.title}.")
    for remark in found.notes:
        note(f"- {remark}")
    if source.name == "original" and file.resolve() == target.resolve():
        return _explained(target)
    old = opened(target)
    new = _combined(old, found, replace=replace, clear=clear_keys)
    if new.text == old.text:
        note("Nothing to do: your configuration has all of it.")
        return OK
    _preview(new, found, clear=clear_keys)
    _confirm(target, yes=yes)
    if found.variables and not clear_keys:
        _keep_keys(target, found)
    write(new)
    _write_schema(new)
    remarks(target, examined(new))
    return OK


def _meant(path: str | None, kind: str) -> tuple[Source, Path]:
    return _named(Path(path).expanduser(), kind) if path else _looked_for(kind)


def _named(file: Path, kind: str) -> tuple[Source, Path]:
    from ccr.config.importing import sources

    if not file.is_file():
        fail(f"There is no file {file}.", USAGE)
    source = sources.named(kind) or sources.of_file(file)
    if source is None:
        fail(f"What {file} is cannot be told from its name: say --from {'|'.join(KINDS[1:])}.", USAGE)
    return source, file


def _looked_for(kind: str) -> tuple[Source, Path]:
    from ccr.config.importing import sources

    found = [one for one in sources.present(os.environ) if kind in ("auto", one[0].name)]
    if not found:
        wanted = sources.named(kind)
        where = wanted.places if wanted else [place for one in sources.SOURCES for place in one.places]
        fail(f"None was found. Looked for, in the home folder: {', '.join(where)}. Name the file.")
    return found[0]


def _read(source: Source, file: Path) -> Found:
    from ccr.config.importing.found import Unreadable

    try:
        return source.read(file)
    except Unreadable as error:
        fail(str(error))


def _explained(target: Path) -> int:
    """The original's file is ours: it is only looked at."""
    report = examined(opened(target))
    remarks(target, report)
    if report.problems:
        return USAGE
    say(f"{target} can be used as it is; nothing was written.")
    return OK


def _combined(old: Document, found: Found, *, replace: bool, clear: bool) -> Document:
    from ccr.config.importing.merging import merged, same_names
    from ccr.config.saving import schema
    from ccr.config.variables import interpolate

    theirs = interpolate(found.config, found.variables.get)[0] if clear else found.config
    if replace or not old.value:
        return old.become({"$schema": schema.REFERENCE, **theirs})
    for name in same_names(old.value, theirs):
        note(f"- You have a provider '{name}' already: it stays as it is.")
    return old.become(merged(old.value, theirs))


def _preview(new: Document, found: Found, *, clear: bool) -> None:
    from ccr.config.saving.showing import masked_text

    note(f"\n{new.path} will be:\n")
    note(masked_text(new.text, new.value))
    if found.variables and not clear:
        note(f"{new.path.with_name('.env')} will have: {', '.join(found.variables)}.\n")


def _confirm(target: Path, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        fail(f"Nothing was written: nobody can be asked. --yes writes {target}.", USAGE)
    if not click.confirm("Write it?", default=True, err=True):
        fail("Nothing was written.")


def _write_schema(new: Document) -> None:
    """What a configuration names as its schema is there."""
    from ccr.config.saving import schema

    if new.value.get("$schema") == schema.REFERENCE:
        with writing(new.path):
            schema.beside(new.path)


def _keep_keys(target: Path, found: Found) -> None:
    from ccr.config.saving import environment

    with writing(target):
        kept = environment.keep(target, found.variables)
    note(f"{kept} has the keys: {', '.join(found.variables)}.")
