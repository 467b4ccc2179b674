"""The ledger as commands read it: directly, whether a service runs or not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccr.cli.terminal import FAILED, USAGE, fail, note

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

    from ccr.config import Settings
    from ccr.config.source import Source
    from ccr.telemetry.ledger.filters import Filter
    from ccr.telemetry.ledger.queries import Queries

M = TypeVar("M", bound="BaseModel")
Command = TypeVar("Command", bound=Callable[..., Any])

NARROW = 100
"""Columns of a terminal that has no room for everything."""

PIPED = 240
"""Columns where the output is no terminal: nothing is cut."""


@contextmanager
def reading(config: str | None, *, lenient: bool) -> Iterator[Queries]:
    """The ledger of the configuration. Ends the command in words when there is none, or for a mistake.

    ``lenient``: without a ledger there are no requests, and nothing is said.
    """
    from ccr.telemetry.ledger.database import NothingYet, Unusable, database_of
    from ccr.telemetry.ledger.queries import Queries

    settings = _settings(config)
    try:
        yield Queries(database_of(settings), lenient=lenient)
    except NothingYet:
        off = "" if settings.ledger.enabled else " The ledger is off (Ledger.enabled)."
        note(f"No request has been recorded yet: `ccr code` makes the first.{off}")
    except Unusable as error:
        fail(f"The ledger cannot be read: {error}", FAILED)
    except ValueError as error:
        fail(str(error), USAGE)


def meant(since: str, until: str, **given: str | None) -> Filter:
    """The requests that options of a command mean; ``key`` is the client's. Raises ``ValueError``."""
    from ccr.telemetry.ledger.filters import Filter
    from ccr.telemetry.ledger.moments import local_offset, moment

    now = time.time()
    here = local_offset(now)
    return Filter(
        since=moment(since, now, here) if since else None,
        until=moment(until, now, here, end=True) if until else None,
        client=given.pop("key", None),
        **given,
    )


def console() -> Console:
    """Where tables go: without colours where NO_COLOR says so or no terminal is."""
    from rich.console import Console

    found = Console(highlight=False, soft_wrap=False)
    return found if found.is_terminal or "COLUMNS" in os.environ else Console(highlight=False, width=PIPED)


def table(*columns: str, right: Collection[str] = (), fold: Collection[str] = ()) -> Any:
    """An empty table; ``right`` are columns of numbers, ``fold`` those that give way, and no other."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in columns:
        made.add_column(
            name, justify="right" if name in right else "left", no_wrap=name not in fold, overflow="fold"
        )
    return made


def plain(text: str) -> Any:
    """Text of somebody else's: no markup, no control characters."""
    from rich.text import Text

    return Text("".join(letter if letter.isprintable() else "·" for letter in text))


def _settings(config: str | None) -> Settings:
    """As much of the configuration as the ledger needs: a mistake elsewhere does not matter here."""
    from ccr.config import ConfigError, Settings, source
    from ccr.config import ledger as plain
    from ccr.config.shapes.ledger import Database, Ledger
    from ccr.config.shapes.twins import settled

    path = source.locate(config, os.environ)
    if config and not path.exists():
        fail(f"There is no configuration file {path}.", USAGE)
    try:
        found = source.read(path, os.environ)
        ledger = settled(plain.Ledger, _section(Ledger, found))
        database = settled(plain.Database, _section(Database, found))
    except ConfigError as error:
        fail(str(error), USAGE)
    url = plain.chosen(database, ledger, found.env).url
    return Settings(path=path, ledger=ledger, database_url=url)


def _section(model: type[M], found: Source) -> M:
    """A section of the file. Raises ``ConfigError`` with its mistakes."""
    from ccr.config import ConfigError
    from ccr.config.shapes.agents import without_nulls
    from ccr.config.validation import validate

    name = model.__name__
    section, problems = validate(model, without_nulls(found.raw.get(name) or {}), name)
    if section is None:
        raise ConfigError(problems, found.path)
    return section


def filters(command: Command) -> Command:
    """The options by which all commands that ask the ledger narrow it down."""
    for name, metavar, of in reversed(FILTERS):
        command = click.option(name, metavar=metavar, help=f"Of one {of}.")(command)
    return command


FILTERS = (
    ("--provider", "NAME", "provider"),
    ("--model", "NAME", "model"),
    ("--session", "ID", "session"),
    ("--project", "FOLDER", "project"),
    ("--agent", "KIND", "kind of agent"),
    ("--key", "NAME", "client, by the name of its key"),
)
