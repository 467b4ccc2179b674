"""`ccr route`."""

from __future__ import annotations

import asyncio
import json
from typing import IO, TYPE_CHECKING, Any

import click

from ccr.cli.options import Options, load
from ccr.cli.terminal import FAILED, OK, USAGE, fail, say, warn

if TYPE_CHECKING:
    from ccr.config import Settings
    from ccr.exchange import Exchange


@click.command("route")
@click.argument("file", type=click.File("rb"))
@click.option("--explain", is_flag=True, help="Show every rule that was asked, and what it said.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header of the request.")
@click.option("--client", default="", metavar="NAME", help="As the client of that name in APIKEYS.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
def command(
    *,
    file: IO[bytes],
    explain: bool,
    as_json: bool,
    headers: tuple[str, ...],
    client: str,
    config: str | None,
) -> int:
    """Say where a request would go, and why. Nothing is sent.

    FILE holds the JSON of a Messages request; - reads it from the standard input.

    \b
    Examples:
      ccr route request.json --explain
      ccr route request.json --header "x-claude-code-agent-type: Explore"
    """
    from ccr.routing.explain import lines, summary

    exchange = _exchange(file.read(), headers, client)
    settings = load(Options(config=config), quiet=as_json)
    if client and client not in settings.clients.values():
        there = ", ".join(settings.clients.values()) or "none"
        warn(f"There is no client '{client}' in APIKEYS. There are: {there}.")
    told = asyncio.run(_decided(settings, exchange))
    if as_json:
        say(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for line in lines(told) if explain else [summary(told)]:
            say(line)
    return OK if told["target"] else FAILED


def _exchange(raw: bytes, given: tuple[str, ...], client: str) -> Exchange:
    from ccr.anthropic.parsing import Parser
    from ccr.errors import BadRequest
    from ccr.exchange import Exchange, session_of
    from ccr.server.admission import parse

    headers = dict(map(_header, given))
    try:
        body, exact = parse(raw, Parser())
    except BadRequest as error:
        fail(error.message, USAGE)
    session = session_of(body, headers)
    return Exchange(raw, body, headers, body.get("stream") is True, session, client, edited=not exact)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        fail(f'--header "{text}" is no header. Write it as "name: value".', USAGE)
    return name.strip().lower(), value.strip()


async def _decided(settings: Settings, exchange: Exchange) -> dict[str, Any]:
    from ccr.gateway import Gateway

    gateway = Gateway(settings)
    try:
        return await gateway.explain(exchange)
    finally:
        await gateway.close()
