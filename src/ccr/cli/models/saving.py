"""A change on its way into the file: checked whole, told in words, written, taken by a running service."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccr.config.loading import Report
    from ccr.config.problems import Problem
    from ccr.config.saving.backups import Backup
    from ccr.config.saving.document import Document

PATIENCE = 3.0
"""Seconds in which a running service has noticed a new file; it waits for more changes for 0.4 of one."""

LOOK = 0.1


@dataclass(frozen=True)
class Plan:
    """What is to be written. ``variables`` go into the ``.env`` beside it, ``forgotten`` ones out of that.

    ``unused`` ones stay there although nothing refers to them any more.
    """

    old: Document
    new: Document
    variables: Mapping[str, str] = field(default_factory=dict)
    forgotten: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The change in plain words; none: nothing is to be changed."""
        from ccr.cli.models.differences import differences

        if self.new.text == self.old.text:
            told = []
        else:
            told = differences(self.old.value, self.new.value) or ["the order of what is written"]
        beside = self.new.path.with_name(".env")
        kept = [f"{name} is kept in {beside}" for name in self.variables]
        return [*told, *kept, *(f"{name} is taken out of {beside}" for name in self.forgotten)]


@dataclass(frozen=True)
class Verdict:
    """What the service would say: ``stale`` mistakes were there before, all else comes by the change."""

    fresh: tuple[Problem, ...]
    stale: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def examined(document: Document, variables: Mapping[str, str] | None = None) -> Report:
    """What the service would say of a file with these variables beside it."""
    from ccr.server.examine import examine

    return examine(document, {**(variables or {}), **os.environ})


def judged(plan: Plan) -> Verdict:
    """The whole file, checked as the service does."""
    before, after = examined(plan.old), examined(plan.new, plan.variables)
    fresh = tuple(one for one in after.problems if one not in before.problems)
    stale = tuple(one for one in after.problems if one in before.problems)
    return Verdict(fresh, stale, tuple(one for one in after.warnings if one not in before.warnings))


def write(plan: Plan) -> Backup | None:
    """Writes file and variables; gives the copy of what was there before. Raises ``Changed``, ``OSError``."""
    from ccr.config.saving import document, environment, schema

    fresh, new = plan.old.data is None, plan.new
    if plan.variables:
        environment.keep(plan.new.path, plan.variables)
    if fresh:
        new = plan.old.become({"$schema": schema.REFERENCE, **new.value})
    backup = document.save(new) if fresh or new.text != plan.old.text else None
    if fresh:
        schema.beside(plan.new.path)
    if plan.forgotten:
        environment.forget(plan.new.path, plan.forgotten)
    return backup


def taken(path: Path, since: float) -> str:
    """What a running service made of the file that was written at ``since``, in a sentence; "": none runs.

    Waits a moment for it.
    """
    from ccr.cli.commands.stop import find
    from ccr.cli.service.finding import State
    from ccr.cli.service.home import Home

    home = Home.of(os.environ)
    deadline = time.monotonic() + PATIENCE
    while True:
        found = find(home, None)
        if found.state is not State.RUNNING or found.record is None or not _uses(found.record.config, path):
            return ""
        told = said(found.answer.health.get("reload") or {}, since)
        if told:
            return told
        if time.monotonic() > deadline:
            return "A service is running and has not taken it: `ccr restart` lets it."
        time.sleep(LOOK)


def said(reload: Mapping[str, object], since: float) -> str:
    """The words for what a service says of its last new configuration; "": that was an earlier one."""
    at = reload.get("at")
    if not isinstance(at, int | float) or at < since:
        return ""
    if "why" in reload:
        return f"The running service refuses it and goes on as before: {reload['why']}"
    keys = reload.get("restart_for")
    if isinstance(keys, list) and keys:
        return f"The running service uses it; new values of {', '.join(keys)} count after `ccr restart`."
    return "The running service uses it now."


def _uses(config: str | None, path: Path) -> bool:
    return config is not None and Path(config).resolve() == path.resolve()
