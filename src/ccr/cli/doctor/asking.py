"""With ``--ask``: each model that routes lead to is asked for one word."""

from __future__ import annotations

import asyncio

from ccr.cli.doctor.findings import Finding, failure, ok
from ccr.cli.doctor.providers import targets
from ccr.cli.doctor.world import World
from ccr.cli.setup.trying import CURES
from ccr.config.settings import Settings
from ccr.errors import NoRoute
from ccr.exchange import Target
from ccr.routing.models import Models
from ccr.server.trial import Trial, tried


def check(world: World) -> list[Finding]:
    settings = world.settings
    if settings is None or not settings.providers:
        return []
    return [judged(trial) for trial in asyncio.run(_all(settings))]


def judged(trial: Trial) -> Finding:
    """How a model answered."""
    name = f"{trial.provider},{trial.model}"
    if trial.ok:
        return ok(
            name, f"answers {trial.message!r} ({trial.first_token_ms / 1000:.1f} s to the first token)."
        )
    return failure(name, trial.message, CURES.get(trial.status, ""))


async def _all(settings: Settings) -> list[Trial]:
    from ccr.gateway import Gateway

    gateway = Gateway(settings)
    try:
        meant = _meant(settings)
        return list(await asyncio.gather(*(tried(gateway, one.provider, one.model) for one in meant)))
    finally:
        await gateway.close()


def _meant(settings: Settings) -> list[Target]:
    models, found = Models(settings.providers), dict[str, Target]()
    for target in targets(settings):
        try:
            meant = models.find(target)
        except NoRoute:
            continue
        if meant is not None:
            found[f"{meant.provider.name},{meant.model}"] = meant
    return list(found.values())
