"""An agent for launchd (launchd.plist(5), launchctl(1))."""

from __future__ import annotations

import plistlib
from pathlib import Path

from ccr.cli.autostart.definition import Definition, Plan

FOLDER = Path("Library") / "LaunchAgents"


def plan(definition: Definition, home: Path, user: int) -> Plan:
    """``user``: the number of the user."""
    domain, file = f"gui/{user}", home / FOLDER / f"{definition.name}.plist"
    service = f"{domain}/{definition.name}"
    return Plan(
        file=file,
        content=agent(definition),
        install=[
            ["launchctl", "enable", service],
            ["launchctl", "bootstrap", domain, str(file)],
        ],
        uninstall=[["launchctl", "bootout", service]],
        state=["launchctl", "print", service],
    )


def agent(definition: Definition) -> bytes:
    return plistlib.dumps(
        {
            "Label": definition.name,
            "ProgramArguments": list(definition.words),
            "EnvironmentVariables": dict(definition.env),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ExitTimeOut": 300,
            "StandardOutPath": str(definition.output),
            "StandardErrorPath": str(definition.output),
        },
        sort_keys=False,
    )
