"""Whether a configuration that is not written yet works: lists of models, an answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccr.cli.terminal import paint

if TYPE_CHECKING:
    from ccr.cli.setup.proposal import Choice
    from ccr.config import Settings
    from ccr.config.loading import Report
    from ccr.config.problems import Problem
    from ccr.server.trial import Trial


def report(path: Path, config: Mapping[str, Any], variables: Mapping[str, str]) -> Report:
    """What the service would say of a configuration at ``path`` with these variables beside it."""
    from ccr.config.saving.document import Document
    from ccr.server.examine import examine

    return examine(Document(path, None, "", dict(config)), {**variables, **os.environ})


def models(path: Path, choice: Choice, variables: Mapping[str, str]) -> tuple[list[str], str]:
    """The models that a provider has, or why they are not known."""
    from ccr.errors import RouterError
    from ccr.upstream.listing import listed

    made = report(path, {"Providers": [choice.entry()]}, variables)
    if made.settings is None:
        return [], "".join(f"\n- {_brief(problem)}" for problem in made.problems)
    try:
        return asyncio.run(listed(made.settings.providers[0], made.settings.network)), ""
    except RouterError as error:
        return [], error.message


def _brief(problem: Problem) -> str:
    """The mistake without the place of an entry that nobody has written."""
    return f"{problem.path.rpartition('.')[2]} {problem.message} {problem.cure}".strip()


def answers(settings: Settings, target: str) -> Trial:
    """One short answer of ``provider,model``."""
    from ccr.gateway import Gateway
    from ccr.server.trial import tried

    name, _, model = target.partition(",")
    provider = settings.provider(name)
    assert provider is not None

    async def ask() -> Trial:
        gateway = Gateway(settings)
        try:
            return await tried(gateway, provider, model)
        finally:
            await gateway.close()

    return asyncio.run(ask())


def words(trial: Trial) -> str:
    """How it went, in a line, with the cure where there is one."""
    target = f"{trial.provider},{trial.model}"
    if trial.ok:
        time = f"{trial.first_token_ms / 1000:.1f} s to the first token"
        return f"{paint('✓', fg='green')} {target} answers: {trial.message!r} ({time})"
    cure = CURES.get(trial.status, "")
    return f"{paint('✗', fg='red')} {target}: {trial.message}" + (f"\n  {cure}" if cure else "")


CURES = {
    401: "The key is wrong, or is not for this provider: look at the variable, and where the key was made.",
    402: "The account has no credit left.",
    403: "The key may not use this model, or not from here.",
    404: "There is no such model at this provider, or the address is another: look at both.",
    429: "The provider has had enough of us for now, or the account has no credit: wait, or look there.",
    502: "Nobody answers at that address: is the server running, and is a proxy needed (PROXY_URL)?",
}
"""What to do, by the status of the failure."""
