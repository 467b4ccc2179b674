"""The configuration and the presets beside it: every mistake and doubt."""

from __future__ import annotations

from ccr.cli.doctor.findings import Finding, failure, ok, warning
from ccr.cli.doctor.world import World
from ccr.config import installed
from ccr.config.problems import ConfigError, Problem
from ccr.config.settings import Settings


def check(world: World) -> list[Finding]:
    if not world.found:
        return [warning(str(world.path), "does not exist: the built-in demo answers.", "`ccr config init`")]
    wrong = [failure(*_told(problem)) for problem in world.report.problems]
    doubts = [warning(*_told(problem)) for problem in world.report.warnings]
    settings = world.settings
    if settings is None:
        return [*wrong, *doubts]
    count = len(settings.providers)
    right = [ok(str(world.path), f"is right: {count} {'provider' if count == 1 else 'providers'}.")]
    if not count:
        right.append(warning("Providers", "are none: the built-in demo answers.", "`ccr config init`"))
    return [*right, *doubts, *_presets(settings)]


def _told(problem: Problem) -> tuple[str, str, str]:
    return problem.path or "the file", problem.message, problem.cure


def _presets(settings: Settings) -> list[Finding]:
    folder = installed.folder_of(settings)
    return [_preset(settings, name) for name in installed.names(folder)]


def _preset(settings: Settings, name: str) -> Finding:
    try:
        installed.load(installed.folder_of(settings) / name / installed.FILE, settings)
    except ConfigError as error:
        said = "; ".join(f"{one.path}: {one.message}" for one in error.problems)
        return warning(f"preset {name}", said, f"`ccr preset install {name}` asks its questions anew.")
    return ok(f"preset {name}", "is right.")
