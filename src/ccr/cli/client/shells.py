"""Variables as lines that a shell can evaluate."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import NamedTuple

from ccr.cli.client.environment import Variables


class Shell(NamedTuple):
    """How a shell sets and unsets a variable that child processes see."""

    export: Callable[[str, str], str]
    unset: Callable[[str], str]


def _posix_export(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _posix_unset(name: str) -> str:
    return f"unset {name}"


def _fish_export(name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{quoted}';"


def _fish_unset(name: str) -> str:
    return f"set -e {name};"


def _powershell_export(name: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return f"$env:{name} = '{quoted}'"


def _powershell_unset(name: str) -> str:
    return f"Remove-Item Env:{name} -ErrorAction SilentlyContinue"


POSIX = Shell(_posix_export, _posix_unset)
SHELLS: Mapping[str, Shell] = {
    "bash": POSIX,
    "zsh": POSIX,
    "fish": Shell(_fish_export, _fish_unset),
    "powershell": Shell(_powershell_export, _powershell_unset),
}
ALIASES: Mapping[str, str] = {"sh": "bash", "dash": "bash", "ksh": "bash", "pwsh": "powershell"}


def lines(variables: Variables, shell: str) -> list[str]:
    """One line for each variable. ``shell`` is a name in ``SHELLS``."""
    to = SHELLS[shell]
    return [to.unset(name) if value is None else to.export(name, value) for name, value in variables.items()]


def detect(parent: str, env: Mapping[str, str], platform: str) -> str:
    """The shell that will read the lines: by the process that called us, ``$SHELL``, or the system."""
    for program in (parent, env.get("SHELL", "")):
        name = PurePath(program.strip().lstrip("-")).name.lower().removesuffix(".exe")
        name = ALIASES.get(name, name)
        if name in SHELLS:
            return name
    return "powershell" if platform == "win32" else "bash"
