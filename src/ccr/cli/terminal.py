"""How we speak to the user: data on stdout, everything else on stderr; colours only where welcome."""

from __future__ import annotations

import os
import sys
from typing import IO, Any, NoReturn

import click

OK, FAILED, USAGE, NOT_RUNNING, NOT_FOUND, INTERRUPTED = 0, 1, 2, 3, 127, 130

EXIT_CODES = """\b
Exit codes:
  0    done
  1    it could not be done; the message says why
  2    a mistake in the command or in the configuration
  3    status, service status: the service is not running
  127  code: Claude Code is not installed
  130  interrupted
`ccr code` ends with the exit code of Claude Code."""


class Failure(click.ClickException):
    """Something that could not be done, in words for the user. ``told``: programs know it already."""

    def __init__(self, message: str, code: int = FAILED, *, told: bool = False) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # click itself sets it so
        self.told = told

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"{paint('ccr:', fg='red')} {self.message}", file=file, err=True)


def fail(message: str, code: int = FAILED) -> NoReturn:
    """End the command with a message."""
    raise Failure(message, code)


def say(message: str = "") -> None:
    """What the user asked for."""
    click.echo(message)


def note(message: str) -> None:
    """What the user should know beside that."""
    click.echo(message, err=True)


def warn(message: str) -> None:
    click.echo(f"{paint('ccr:', fg='yellow')} {message}", err=True)


def paint(text: str, **style: Any) -> str:
    """The text with a style, unless NO_COLOR is set; click takes it off again where no terminal is."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def program() -> str:
    """How the user can call us: ``ccr`` when the shell would find this very program, else its path."""
    from pathlib import Path
    from shutil import which

    called, found = Path(sys.argv[0]), which("ccr")
    if called.stem != "ccr" or (found and Path(found).resolve() == called.resolve()):
        return "ccr"
    try:
        return str(called.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(called.absolute())
