"""Which manager of services the system has."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from ccr.cli.autostart import launchd, systemd, windows
from ccr.cli.autostart.definition import Definition, Plan
from ccr.cli.service.home import Home
from ccr.config import source

NAMES = {"darwin": "launchd", "win32": "the Task Scheduler"}


def plan(definition: Definition, env: Mapping[str, str], platform: str = sys.platform) -> Plan:
    """What is to be done on a platform (as ``sys.platform`` names it)."""
    home = source.home(env)
    if platform == "darwin":
        return launchd.plan(definition, home, os.getuid() if hasattr(os, "getuid") else 0)
    if platform == "win32":
        return windows.plan(definition, Home.of(env).services, _windows_user(env))
    return systemd.plan(definition, home, env.get("XDG_CONFIG_HOME", ""))


def name(platform: str = sys.platform) -> str:
    return NAMES.get(platform, "systemd")


def _windows_user(env: Mapping[str, str]) -> str:
    domain, user = env.get("USERDOMAIN", ""), env.get("USERNAME", "")
    return f"{domain}\\{user}" if domain else user
