"""The file that the commands are about: found, read, examined, saved."""

from __future__ import annotations

import errno
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from ccr.cli.terminal import OK, USAGE, Failure, fail, note, say, warn
from ccr.config import source

if TYPE_CHECKING:
    from ccr.config.loading import Report
    from ccr.config.problems import Problem
    from ccr.config.saving.document import Document

_PASSING = re.compile(r"\..+[.-][a-z0-9_]{8}")
"""The name of what is made for a moment only."""

_DENIED = "Let yourself write there, or name another file with --config."
CURES = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _DENIED,
    errno.EEXIST: "It is no folder: move it away.",
    errno.ENOTDIR: "It is no folder: move it away.",
    errno.EISDIR: "It is a folder: move it away.",
}

Callback = TypeVar("Callback", bound=Callable[..., Any])

PATH_CODES = """\b
Exit codes:
  0    done, or there was nothing to do
  1    there is no such file, or PATH leads to nothing in it; or it cannot be read or written
  2    PATH is no path, VALUE would bring a mistake into the file, or the file cannot be parsed"""


def config_option(callback: Callback) -> Callback:
    """The option that says which file is meant."""
    return click.option(
        "--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json)."
    )(callback)


def json_option(callback: Callback) -> Callback:
    """The option for programs; what cannot be done is told them as ``{"error": "…"}``, too."""
    return json_option_that("Print one JSON object.")(callback)


def json_option_that(does: str) -> Callable[[Callback], Callback]:
    """The same in other words."""

    def made(callback: Callback) -> Callback:
        return click.option("--json", "as_json", is_flag=True, help=does)(_telling(callback))

    return made


def _telling(callback: Callback) -> Callback:
    @wraps(callback)
    def run(*, as_json: bool, **given: Any) -> Any:
        try:
            return callback(as_json=as_json, **given)
        except Failure as failure:
            if as_json and not failure.told:
                say(json.dumps({"error": failure.message}, indent=2, ensure_ascii=False))
            raise

    return cast("Callback", run)


def change_option(callback: Callback) -> Callback:
    return json_option_that("Print one JSON object: what was changed, and what is wrong.")(callback)


def force_option(callback: Callback) -> Callback:
    return click.option("--force", is_flag=True, help="Save it although it has new mistakes.")(callback)


def path_of(config: str | None) -> Path:
    """The file meant, whether it is there or not."""
    return source.locate(config, os.environ)


def existing(config: str | None) -> Path:
    """The same; ends the command when there is none."""
    path = path_of(config)
    if not path.exists():
        fail(f"There is no configuration file {path}. `ccr config init` makes one.")
    return path


def opened(path: Path) -> Document:
    """The file, or an empty one. Ends the command when it cannot be read or parsed."""
    from ccr.config.problems import ConfigError, Unreadable
    from ccr.config.saving import document

    try:
        return document.read(path)
    except Unreadable as error:
        fail(str(error))
    except ConfigError as error:
        fail(f"{error}\n`ccr config edit` opens it, `ccr config restore` brings back the last copy.", USAGE)


def examined(document: Document) -> Report:
    """What the service would say of it."""
    from ccr.server.examine import examine

    return examine(document, os.environ)


def save(old: Document, new: Document, *, force: bool = False) -> None:
    """Saves a change, unless it brings new mistakes. Ends the command when it cannot be saved."""
    if new.text == old.text:
        note("Nothing to do: the configuration says so already.")
        return
    after = examined(new)
    before = {str(problem) for problem in examined(old).problems} if after.problems else set()
    fresh = [problem for problem in after.problems if str(problem) not in before]
    if fresh and not force:
        fail(f"{told(new.path, fresh)}\nNothing was changed; --force saves it all the same.", USAGE)
    write(new)
    remarks(new.path, after)


def saved(change: Callable[[Document], Document], *, config: str | None, force: bool, as_json: bool) -> int:
    """Makes and saves a change of the file. Gives the exit code; ends the command when it cannot be done."""
    if as_json:
        from ccr.cli.models import commanding

        return commanding.change(commanding.How(config, as_json=True, force=force), change)
    old = opened(path_of(config))
    save(old, change(old), force=force)
    return OK


@contextmanager
def leading() -> Iterator[None]:
    """Ends the command when a path leads nowhere (1), is none, or what is put there can be in no file (2)."""
    from ccr.config.problems import ConfigError
    from ccr.config.saving import edit, places

    try:
        yield
    except places.Nowhere as error:
        fail(str(error))
    except (places.WrongPath, ConfigError) as error:
        fail(str(error), USAGE)
    except edit.NoPlace:
        fail("The path leads beyond the end of a list: a new one begins with [0].")


def write(document: Document) -> None:
    """Writes it, says so, and what a running service made of it."""
    from ccr.cli.models.saving import taken
    from ccr.config.saving import document as documents

    since = time.time()
    with writing(document.path):
        backup = documents.save(document)
    say(f"{document.path} is saved.")
    if backup is not None:
        note(f"What it was before is in {backup.path}; `ccr config restore` brings it back.")
    if service := taken(document.path, since):
        note(service)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Ends the command when something in the folder of ``path`` cannot be written."""
    from ccr.config.problems import ConfigError
    from ccr.config.saving.document import Changed

    try:
        yield
    except Changed as changed:
        fail(str(changed))
    except ConfigError as error:
        fail(str(error), USAGE)
    except OSError as error:
        fail(not_written(path, error))


def not_written(path: Path, error: OSError) -> str:
    """Why ``path``, or what is beside it, cannot be written, and the cure."""
    named = Path(error.filename) if isinstance(error.filename, str) else path
    passing = next((one for one in (named, *named.parents) if _PASSING.fullmatch(one.name)), None)
    where = passing.parent if passing else named
    cause = "" if where == path else f" because of {where}"
    cure = CURES.get(error.errno or 0, "")
    return f"{path} cannot be written{cause}: {error.strerror or error}. {cure}".rstrip()


def remarks(path: Path, report: Report) -> None:
    """What is still to be said of a file that has been saved."""
    for warning in report.warnings:
        warn(str(warning))
    if report.problems:
        warn(told(path, report.problems))


def told(path: Path, problems: list[Problem] | tuple[Problem, ...]) -> str:
    from ccr.config.problems import ConfigError

    return str(ConfigError(problems, path))
