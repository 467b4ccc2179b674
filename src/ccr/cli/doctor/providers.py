"""Each provider and each model that routes lead to: asked for the list of models, which costs nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ccr.cli.doctor.findings import Finding, failure, ok, skipped, warning
from ccr.cli.doctor.world import World
from ccr.cli.setup.trying import CURES
from ccr.config.problems import nearest
from ccr.config.provider import Provider
from ccr.config.settings import Settings
from ccr.errors import RouterError, UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols import protocol
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.listing import LARGEST, list_url, names_in

PATIENCE = Timeouts(connect=4.0, first_byte=7.0, idle=7.0, total=8.0)
SKEW = 120
"""Seconds that clocks may differ: signatures and tokens of clouds live for minutes."""


class Asked(NamedTuple):
    """What a provider said. ``models`` None: it gives no list. ``skew``: seconds that our clock is ahead."""

    finding: Finding
    models: list[str] | None = None
    skew: float | None = None


def check(world: World) -> list[Finding]:
    settings = world.settings
    if settings is None or not settings.providers:
        return [skipped("providers", "there are none to ask.")]
    asked = asyncio.run(_all(settings))
    found = [one.finding for one in asked.values()]
    return [*found, *_models(settings, asked), _clock([one.skew for one in asked.values()])]


async def _all(settings: Settings) -> dict[str, Asked]:
    async with Client(settings.network) as client:
        found = await asyncio.gather(*(_ask(client, provider) for provider in settings.providers))
    return {provider.name: one for provider, one in zip(settings.providers, found, strict=True)}


async def _ask(client: Client, provider: Provider) -> Asked:
    """One provider, by its first key."""
    call = Call(
        Target(provider, "-"), {"model": "-", "messages": []}, stream=False, key=next(iter(provider.keys), "")
    )
    try:
        url = list_url(call)
        return await (_reach(client, provider) if url is None else _list(client, call, url))
    except RouterError as error:
        return Asked(failed(provider.name, error))


async def _list(client: Client, call: Call, url: str) -> Asked:
    provider, began = call.target.provider, time.perf_counter()
    spoken = protocol(provider.protocol)
    headers = spoken.headers(call) | dict(provider.headers)
    headers = {name: value for name, value in headers.items() if name != "content-type"}
    response = await client.request("GET", url, headers, None, PATIENCE, provider.way)
    try:
        body = await response.read(LARGEST)
    finally:
        response.close()
    skew = ahead(response.headers, time.time())
    if response.status in (404, 405):
        return Asked(ok(provider.name, "answers, but has no list of models."), None, skew)
    if response.status >= 300:
        error = spoken.error(call, response.status, response.headers, body)
        return Asked(failed(provider.name, error), None, skew)
    models = names_in(body)
    told = f"answers within {round((time.perf_counter() - began) * 1000)} ms; {len(models)} models."
    return Asked(ok(provider.name, told), models, skew)


async def _reach(client: Client, provider: Provider) -> Asked:
    """Whether anybody answers at the address of a provider that has no list."""
    response = await client.request("GET", provider.base_url, {}, None, PATIENCE, provider.way)
    response.close()
    return Asked(
        ok(provider.name, "can be reached; it cannot be asked for its models."),
        None,
        ahead(response.headers, time.time()),
    )


def failed(name: str, error: RouterError) -> Finding:
    """What a provider's failure means, with its cure."""
    status = error.status if isinstance(error, UpstreamError) else 502
    if status >= 500 and status not in (502, 504):
        return warning(name, error.message, "The provider is in trouble: wait, or look at its status page.")
    cure = CURES.get(504 if status == 504 else status, "") or CURES[502]
    return failure(name, error.message, cure)


def _models(settings: Settings, asked: Mapping[str, Asked]) -> list[Finding]:
    return [_model(settings, target, asked) for target in targets(settings)]


def targets(settings: Settings) -> list[str]:
    """Every ``provider,model`` that a route leads to, in the order of the file."""
    routes = settings.routes
    every = [member.target for route in routes.every for member in route.members]
    every += [target for route in routes.every for target in route.fallback or ()]
    every += [target for found in routes.fallback.values() for target in found]
    return list(dict.fromkeys(every))


def _model(settings: Settings, target: str, asked: Mapping[str, Asked]) -> Finding:
    from ccr.errors import NoRoute
    from ccr.routing.models import Models

    try:
        meant = Models(settings.providers).find(target)
    except NoRoute as error:
        return failure(target, error.message, "Mend the route, or the provider's models.")
    if meant is None:
        return failure(target, "no provider has it.", "Mend the route, or the provider's models.")
    provider = asked[meant.provider.name]
    listed = provider.models
    name = f"{meant.provider.name},{meant.model}"
    if provider.finding.state != "ok":
        return skipped(name, f"{meant.provider.name} does not answer as it should.")
    if listed is None:
        return skipped(
            name, f"{meant.provider.name} does not tell its models.", "`ccr doctor --ask` tries each."
        )
    return is_listed(name, meant.model, listed)


def is_listed(name: str, model: str, listed: Iterable[str]) -> Finding:
    """Whether a provider says it has the model."""
    known = list(listed)
    if model in known or model.partition(":")[0] in known or f"{model}:latest" in known:
        return ok(name, "the provider has it.")
    near = nearest(model, known)
    cure = f'Did you mean "{near}"?' if near else "`ccr model` shows what the provider has."
    return warning(name, "is not in the provider's list of models.", cure)


def ahead(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that our clock is ahead of whoever answered, by its Date header."""
    try:
        return now - parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return None


def _clock(skews: Iterable[float | None]) -> Finding:
    """By the one that differs least: a single provider's clock may be wrong."""
    known = sorted((skew for skew in skews if skew is not None), key=abs)
    if not known:
        return skipped("clock", "nobody told the time.")
    if abs(known[0]) <= SKEW:
        return ok("clock", "agrees with the providers'.")
    way = "ahead" if known[0] > 0 else "behind"
    return warning(
        "clock", f"is {abs(known[0]):.0f} seconds {way}.", "Set it: keys of clouds depend on the time."
    )
