"""Providers asked for their models and for a word, with a configuration that need not be written yet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ccr.cli.models.entries import Refused, entry, key_of
from ccr.cli.models.saving import examined
from ccr.cli.setup.trying import CURES, answers

if TYPE_CHECKING:
    from ccr.config import Settings
    from ccr.config.problems import Problem
    from ccr.config.saving.document import Document
    from ccr.server.trial import Trial

OTHER_PARTS = ("Providers", "providers", "Router", "fallback")
"""Keys whose mistakes must not keep a provider from being tried."""


def alone(document: Document, name: str, variables: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file with this provider alone. Raises ``Refused`` with what is wrong with it."""
    value = document.value
    kept: dict[str, Any] = {key: item for key, item in value.items() if key not in OTHER_PARTS}
    kept[key_of(value)] = [{**entry(value, name), "enabled": True}]
    report = examined(replace(document, value=kept), variables)
    if report.settings is None:
        raise Refused(f"{name}: {' '.join(_told(one, key_of(value)) for one in report.problems)}")
    return report.settings


def _told(problem: Problem, key: str) -> str:
    place = problem.path.removeprefix(f"{key}[0]").removeprefix(".")
    return " ".join(filter(None, (place, problem.message, problem.cure)))


def listed(document: Document, name: str, variables: Mapping[str, str] | None = None) -> list[str]:
    """The models a provider says it has. Raises ``Refused`` with the cure."""
    from ccr.errors import RouterError
    from ccr.upstream.listing import listed as models

    settings = alone(document, name, variables)
    try:
        found = asyncio.run(models(settings.providers[0], settings.network))
    except RouterError as error:
        raise Refused(with_cure(f"{name}: {harmless(error.message)}", error.status)) from None
    return [model for model in found if model.isprintable()]


def tried(document: Document, name: str, model: str, variables: Mapping[str, str] | None = None) -> Trial:
    """One short answer, streamed, through all that a request goes through. Raises ``Refused``."""
    settings = alone(document, name, variables)
    trial = answers(settings, f"{settings.providers[0].name},{model}")
    return replace(trial, message=harmless(trial.message))


def harmless(text: str) -> str:
    """What a provider said, without what would command the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def with_cure(message: str, status: int) -> str:
    cure = CURES.get(status, "")
    return f"{message}\n  {cure}" if cure else message
