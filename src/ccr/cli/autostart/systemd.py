"""A user unit for systemd (systemd.unit(5), systemd.service(5), systemd.syntax(7))."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ccr.cli.autostart.definition import DESCRIPTION, Definition, Plan

FOLDER = Path(".config") / "systemd" / "user"
CONTROL = ("systemctl", "--user")

UNIT = """\
[Unit]
Description={description}
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec=300

[Install]
WantedBy=default.target
"""
"""Exit code 2 is a mistake in the configuration: to start again would not help. Answers may finish."""


def plan(definition: Definition, home: Path, config_home: str = "") -> Plan:
    """``config_home``: $XDG_CONFIG_HOME."""
    folder = Path(config_home) / "systemd" / "user" if config_home else home / FOLDER
    name = f"{definition.name}.service"
    return Plan(
        file=folder / name,
        content=unit(definition).encode(),
        install=[
            [*CONTROL, "daemon-reload"],
            [*CONTROL, "enable", name],
            [*CONTROL, "restart", name],
        ],
        uninstall=[[*CONTROL, "disable", "--now", name], [*CONTROL, "daemon-reload"]],
        state=[*CONTROL, "is-active", name],
        hint="It starts when you log in; `loginctl enable-linger` lets it start with the machine.",
    )


def unit(definition: Definition) -> str:
    environment = [f"Environment={quoted(f'{name}={value}')}\n" for name, value in definition.env.items()]
    return UNIT.format(
        description=DESCRIPTION,
        command=" ".join(quoted(word).replace("$", "$$") for word in _called(definition.words)),
        environment="".join(environment),
    )


def _called(words: Sequence[str]) -> Sequence[str]:
    """systemd takes no program whose name has these letters in it, but any as an argument."""
    return ["/usr/bin/env", *words] if set(words[0]) & set("'\"\\$") else words


def quoted(word: str) -> str:
    """One word of a command line, whatever is in it. In ``ExecStart`` a ``$`` is to be doubled besides."""
    for letter, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("%", "%%")):
        word = word.replace(letter, written)
    return f'"{word}"'
