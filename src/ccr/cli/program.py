"""Runs a command of `ccr`, and turns whatever goes wrong into words and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ccr import __version__
from ccr.cli.table import Table
from ccr.cli.terminal import FAILED, INTERRUPTED, OK, paint

FULL = (errno.ENOSPC, errno.EDQUOT)

HELP = """Claude Code Router: lets Claude Code talk to any model provider.

`ccr code` is all that most people need: it starts the service when none is running, and Claude Code on it.

\b
Examples:
  ccr config init                      make a configuration, by questions
  ccr code                             run Claude Code through the router
  ccr model set background ollama,qwen3
  ccr why last                         how the last request was routed
"""


@click.group(cls=Table, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, "-v", "--version", prog_name="claude-code-router", message="%(prog)s version: %(version)s"
)
def cli() -> None: ...


def run(args: Sequence[str] | None = None) -> int:
    """Run a command. Gives its exit code; whatever went wrong has been said on stderr."""
    if sys.stdin is None:  # who called us has closed it: nothing comes from there
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    if "_CCR_COMPLETE" in os.environ:
        from ccr.cli.completion import answering

        answering.register()
    try:
        code = cli.main(args, prog_name="ccr", standalone_mode=False)
        return code if isinstance(code, int) else OK
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return FAILED
    except OSError as error:
        _report(error, _of_world(error))
        if error.errno in FULL and error.filename is None:
            _close_stdout()
        return FAILED
    except Exception as error:  # noqa: BLE001  # the last resort: users get words, never a stack trace
        _report(error)
        return FAILED


def _close_stdout() -> None:
    """Whoever read our output has left, or it has no room: nothing more can be said, nor flushed at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _of_world(error: OSError) -> str:
    """Words for a full disk or a folder of ours that cannot be used; "" for other troubles."""
    if error.errno in FULL:
        return (
            f"There is no room left{f' at {error.filename}' if error.filename else ' where this is written'}."
        )
    from ccr.cli.service.home import Home

    folder = Home.of(os.environ).folder
    file = Path(error.filename) if isinstance(error.filename, str) else Path()
    if not (file.is_absolute() and (file.is_relative_to(folder) or folder.is_relative_to(file))):
        return ""
    return (
        f"Its files belong into {folder}, and {file} cannot be used: {error.strerror}. "
        "Make it a folder you can write, or let HOME name another."
    )


def _report(error: Exception, words: str = "") -> None:
    """Says what went wrong: in these words, else as the bug it is."""
    import traceback

    if words:
        click.echo(f"{paint('ccr:', fg='red')} {words}", err=True)
        return
    where = _keep("".join(traceback.format_exception(error)))
    click.echo(f"{paint('ccr:', fg='red')} That should not have happened: {_brief(error)}", err=True)
    click.echo(where, err=True)
    if os.environ.get("CCR_DEBUG"):
        traceback.print_exception(error)


def _brief(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0]
    return f"{text} ({type(error).__name__})" if text else type(error).__name__


def _keep(trace: str) -> str:
    """Write the trace to a file. Gives a sentence that says where to look."""
    from ccr.cli.service.home import Home

    file = Home.of(os.environ).logs / "ccr-errors.txt"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(trace, encoding="utf-8")
    except OSError:
        return "CCR_DEBUG=1 shows the details."
    return f"The details are in {file}; CCR_DEBUG=1 shows them here."
