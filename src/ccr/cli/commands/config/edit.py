"""`ccr config edit`."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccr.cli.commands.config.shared import config_option, examined, path_of, told, write
from ccr.cli.terminal import FAILED, OK, fail, note, warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccr.config.loading import Report
    from ccr.config.saving.document import Document

USUAL = ("sensible-editor", "nano", "vim", "vi", "notepad")
"""Editors to look for where no variable names one."""

NEW = b"{\n}\n"
"""What is edited where there is no file yet."""


@click.command("edit")
@config_option
def command(*, config: str | None) -> int:
    """Open the configuration in the editor that $VISUAL or $EDITOR names, and check it afterwards.

    You edit a copy: with mistakes in it you may go on editing, drop it, or save it all the same, and only
    what you save reaches the router.

    \b
    Examples:
      ccr config edit
      EDITOR="code --wait" ccr config edit
    """
    path = path_of(config)
    words = editor(os.environ)
    data = path.read_bytes() if path.exists() else None
    folder = Path(tempfile.mkdtemp(prefix="ccr-edit-"))
    draft = folder / path.name
    start = NEW if data is None else data
    draft.write_bytes(start)
    draft.chmod(0o600)
    settled = False
    try:
        settled = _edited(words, draft, path, data)
    finally:
        if settled or draft.read_bytes() == start:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            note(f"What you wrote is in {draft}.")
    return OK if settled else FAILED


def editor(env: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """The editor's command, word by word; a shell never sees it. Ends the command when there is none."""
    named = env.get("VISUAL") or env.get("EDITOR")
    if named:
        words = shlex.split(named, posix=platform != "win32")
        return [word.strip('"') for word in words]
    found = next((one for one in USUAL if shutil.which(one)), None)
    if found is None:
        fail('No editor was found. Name one: EDITOR="code --wait" ccr config edit')
    return [found]


def _edited(words: list[str], draft: Path, path: Path, data: bytes | None) -> bool:
    """Whether all is settled; else the draft is worth keeping."""
    while True:
        well = _run([*words, str(draft)])
        now = draft.read_bytes()
        if now == (NEW if data is None else data):
            note("Nothing was changed.")
            return True
        if not well:
            note("So nothing was saved.")
            return False
        document, report = _read(path, now, data)
        if document is not None and not report.problems:
            return _saved(document, report)
        note(told(path, report.problems))
        match _asked():
            case "e":
                continue
            case "s":
                return _saved_as_it_is(path, now, data)
            case "d":
                note("It stays as it was.")
                return True
        return False


def _run(words: list[str]) -> bool:
    """Whether the editor ended well: by an exit code editors say that what was written is not meant."""
    try:
        done = subprocess.run(words, check=False)  # noqa: S603 - the user's own editor, as a list of words
    except OSError as error:
        fail(f"The editor '{words[0]}' cannot be run: {error.strerror or error}.")
    if done.returncode:
        warn(f"The editor ended with {done.returncode}.")
    return not done.returncode


def _read(path: Path, now: bytes, data: bytes | None) -> tuple[Document | None, Report]:
    """What was written, and what is to be said of it."""
    from dataclasses import replace

    from ccr.config.loading import Report
    from ccr.config.problems import ConfigError
    from ccr.config.saving import document

    try:
        made = replace(document.of(path, now), data=data)
    except ConfigError as error:
        return None, Report(None, error.problems, ())
    return made, examined(made)


def _saved(document: Document, report: Report) -> bool:
    for warning in report.warnings:
        warn(str(warning))
    write(document)
    return True


def _saved_as_it_is(path: Path, now: bytes, data: bytes | None) -> bool:
    from ccr.config import source
    from ccr.config.problems import ConfigError
    from ccr.config.saving.document import Document

    try:
        text = source.text(now, path)
    except ConfigError:
        warn("It is no text that could be written.")
        return False
    write(Document(path, data, text, {}))
    return True


def _asked() -> str:
    """e: edit again, s: save, d: drop; "": nobody can be asked."""
    if not sys.stdin.isatty():
        return ""
    question = "Edit it again (e), drop what you wrote (d), or save it all the same (s)?"
    return str(click.prompt(question, type=click.Choice(["e", "d", "s"]), default="e", err=True))
