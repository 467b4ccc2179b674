"""A scheduled task for Windows, which runs when its user logs in (Task Scheduler Schema 1.2)."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ccr.cli.autostart.definition import DESCRIPTION, Definition, Plan

SCHEMA = "http://schemas.microsoft.com/windows/2004/02/mit/task"

SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "ExecutionTimeLimit": "PT0S",
    "Hidden": "true",
}


def plan(definition: Definition, folder: Path, user: str) -> Plan:
    """``user``: ``DOMAIN\\name``; ``folder``: where the task's file is kept."""
    file, task = folder / f"{definition.name}.xml", ["/TN", definition.name]
    return Plan(
        file=file,
        # schtasks reads UTF-16 with its mark on every Windows
        content=xml(definition, user).encode("utf-16"),
        install=[
            ["schtasks", "/Create", *task, "/XML", str(file), "/F"],
            ["schtasks", "/Run", *task],
        ],
        uninstall=[["schtasks", "/Delete", *task, "/F"]],
        state=["schtasks", "/Query", *task, "/FO", "LIST"],
        hint="The task starts the service in the background, without a window: `ccr status` tells how it is.",
    )


def xml(definition: Definition, user: str) -> str:
    task = Element("Task", {"version": "1.2", "xmlns": SCHEMA})
    SubElement(SubElement(task, "RegistrationInfo"), "Description").text = DESCRIPTION
    trigger = SubElement(SubElement(task, "Triggers"), "LogonTrigger")
    SubElement(trigger, "Enabled").text = "true"
    SubElement(trigger, "UserId").text = user
    principal = SubElement(SubElement(task, "Principals"), "Principal", {"id": "Author"})
    SubElement(principal, "UserId").text = user
    SubElement(principal, "LogonType").text = "InteractiveToken"
    SubElement(principal, "RunLevel").text = "LeastPrivilege"
    settings = SubElement(task, "Settings")
    for name, value in SETTINGS.items():
        SubElement(settings, name).text = value
    action = SubElement(SubElement(task, "Actions", {"Context": "Author"}), "Exec")
    program, *arguments = definition.words
    SubElement(action, "Command").text = program
    # A task has no console of its own: the service is to run without one.
    SubElement(action, "Arguments").text = subprocess.list2cmdline([*arguments, "--daemon"])
    indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{tostring(task, encoding="unicode")}\n'
