"""What a service says when it is ready: where it is, and how to try it."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

from ccr import __version__
from ccr.cli.options import Options
from ccr.cli.service.records import url
from ccr.cli.terminal import paint, program

if TYPE_CHECKING:
    from ccr.config import Settings


def lines(settings: Settings, options: Options, *, demo: bool) -> list[str]:
    """The text, line by line."""
    address = url(settings.host, settings.port)
    return [
        f"Claude Code Router {__version__} is ready at {paint(address, bold=True)}",
        *(_demo(settings, options) if demo else []),
        "",
        "Try it:",
        f"  {curl(settings, address)}",
        "Start Claude Code on it:",
        f"  {call(options, 'code')}",
        "Or use it for every `claude` of a shell:",
        f"  {activation(options)}",
        "",
    ]


def _demo(settings: Settings, options: Options) -> list[str]:
    answers = f"The built-in {paint('demo', fg='yellow')} provider answers, offline and without a model."
    if settings.path.exists() and not settings.found:
        return ["", answers, f"Your configuration {settings.path} is not read; `ccr start` uses it."]
    lack = "names no provider" if settings.found else "does not exist"
    return [
        "",
        f"{answers} {settings.path} {lack} so far.",
        "To use real models (keys in the environment and model servers on this machine are found):",
        f"  {call(options, 'config init')}",
    ]


def curl(settings: Settings, address: str) -> str:
    """A command line that asks the default model."""
    ask = {"model": "default", "max_tokens": 1024, "messages": [{"role": "user", "content": "Hello!"}]}
    # The key stays out of terminals and shell histories: the activation line puts it into this variable.
    key = ' -H "authorization: Bearer $ANTHROPIC_AUTH_TOKEN"' if settings.apikey else ""
    return f"curl {address}/v1/messages -H 'content-type: application/json'{key} -d '{json.dumps(ask)}'"


def call(options: Options, command: str) -> str:
    """How to call another command for the same service, in this system's shell."""
    given = {"CCR_CONFIG_PATH": options.config, "CCR_PORT": options.port}
    pairs = {name: str(value) for name, value in given.items() if value is not None}
    if sys.platform == "win32":
        prefix = "".join(f"$env:{name}='{value}'; " for name, value in pairs.items())
    else:
        prefix = "".join(f"{name}={shlex.quote(value)} " for name, value in pairs.items())
    return f"{prefix}{program()} {command}"


def activation(options: Options) -> str:
    """The line that activates a shell."""
    if sys.platform == "win32":
        return f"{call(options, 'activate')} | Out-String | Invoke-Expression"
    return f'eval "$({call(options, "activate")})"'
