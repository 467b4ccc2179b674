"""A configuration as the service would take it: read, completed, and its own code looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ccr.agents.backends import Reply, Request
from ccr.agents.load import agents_of
from ccr.config import Settings, source
from ccr.config.loading import Report
from ccr.config.problems import ConfigError, Problem
from ccr.config.saving import document
from ccr.config.saving.document import Document
from ccr.config.saving.spotting import unfilled
from ccr.routing.custom import LANGUAGES, PLACE
from ccr.transformers.load import Registry, names


def examine(file: Document, env: Mapping[str, str]) -> Report:
    """Every mistake and warning. Loads the user's own transformers and agents, as the service does."""
    report = _unfilled(document.report(file, env, partial(names, folder=file.path.parent)), file, env)
    if report.settings is None:
        return report
    warnings = (*report.warnings, *_custom_router(report.settings))
    try:
        Registry(report.settings)
        agents_of(report.settings, _nothing)
    except ConfigError as error:
        return Report(None, error.problems, warnings)
    return report._replace(warnings=warnings)


def _unfilled(report: Report, file: Document, env: Mapping[str, str]) -> Report:
    """The same without values of variables in its words: they may be keys."""
    known = {**source.beside(file.path), **env}

    def said(problem: Problem) -> Problem:
        return problem._replace(
            message=unfilled(problem.message, file.value, known),
            cure=unfilled(problem.cure, file.value, known),
        )

    return report._replace(
        problems=tuple(map(said, report.problems)), warnings=tuple(map(said, report.warnings))
    )


def _custom_router(settings: Settings) -> list[Problem]:
    file = settings.custom_router_path
    if file is None or (file.is_file() and file.suffix.lower() in LANGUAGES):
        return []
    why = f"is neither {' nor '.join(LANGUAGES)} ({file})." if file.exists() else f"there is no file {file}."
    return [Problem(PLACE, why, "Until it is mended the other rules decide.")]


async def _nothing(_: Request) -> Reply:
    """Agents look nothing up while they are only looked at."""
    return Reply(404, b"")
