"""All checks, run beside one another: none waits for another, and none longer than it may."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from ccr.cli.doctor.findings import Finding, skipped, warning
from ccr.cli.doctor.world import World

PATIENCE = 10.0
"""Seconds for all of them together; ``ASKING`` when models are asked one by one."""

ASKING = 60.0

Run = Callable[[World], list[Finding]]


class Check(NamedTuple):
    """``area`` is a heading; ``module`` is in this folder and has a ``check``."""

    area: str
    module: str


CHECKS = (
    Check("Versions", "versions"),
    Check("Configuration", "configuration"),
    Check("Service", "service"),
    Check("Claude Code's own settings", "claude"),
    Check("Network", "network"),
    Check("Machine", "machine"),
    Check("Providers", "providers"),
    Check("The whole way", "route"),
)
ASK = Check("Models", "asking")


class Area(NamedTuple):
    name: str
    findings: list[Finding]


def examine(world: World, *, ask: bool = False, call: bool = True) -> list[Area]:
    """What all checks say, in the order of the table. ``call``: one small request is sent to a model."""
    table = [check for check in CHECKS if call or check.module != "route"] + ([ASK] if ask else [])
    found: dict[str, list[Finding]] = {}
    threads = [threading.Thread(target=_run, args=(one, world, found), daemon=True) for one in table]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + (ASKING if ask else PATIENCE)
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.0))
    return [Area(one.area, found.get(one.area) or [_late(one)]) for one in table]


def _run(one: Check, world: World, found: dict[str, list[Finding]]) -> None:
    """One check. One that fails itself is told in a word, and stops no other."""
    try:
        run: Run = import_module(f"ccr.cli.doctor.{one.module}").check
        found[one.area] = run(world) or [skipped(one.area, "there is nothing to look at.")]
    except Exception as error:  # noqa: BLE001  # whatever is broken here is what a doctor is called for
        told = f"could not be looked at: {type(error).__name__}: {error}"
        found[one.area] = [warning(one.area.lower(), told, "Please report it.")]


def _late(one: Check) -> Finding:
    return warning(one.area.lower(), "did not answer in time.", "Try again; `ccr doctor --ask` waits longer.")
