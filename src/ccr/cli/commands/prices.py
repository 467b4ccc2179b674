"""`ccr prices`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from ccr.cli.options import Options, load
from ccr.cli.terminal import OK, fail, note, say

if TYPE_CHECKING:
    from ccr.config import Settings

EPILOG = """\b
Examples:
  ccr prices                  what the models of the configuration cost, and who says so
  ccr prices update           takes the newest list of models.dev
  ccr prices update --from https://openrouter.ai/api/v1/models

\b
US dollars for a million tokens. ? is not known: write it into the configuration,
  "Prices": { "provider,model": { "input": 3, "output": 15, "cache_read": 0.3 } }"""

SOURCE = "https://models.dev/api.json"
LARGEST = 64_000_000
OLD = 90
"""Days after which a list is called old."""

COLUMNS = ("model", "input", "output", "cached", "write 5m", "write 1h", "by", "of")


@click.group("prices", invoke_without_command=True, epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool, config: str | None) -> int:
    """Say what models cost, and how old that is."""
    ctx.obj = config
    if ctx.invoked_subcommand is not None:
        return OK
    settings = load(Options(config=config), quiet=True)
    rows = list(_rows(settings))
    if as_json:
        say(json.dumps({"unit": "US dollars for a million tokens", "prices": rows}, indent=2))
        return OK
    _show(rows)
    for hint in _hints(rows):
        note(hint)
    return OK


@command.command("update")
@click.option("--from", "url", metavar="URL", default=SOURCE, show_default=True, help="Where the list is.")
@click.pass_obj
def update(config: str | None, *, url: str) -> int:
    """Take a list of prices: models.dev's, OpenRouter's or LiteLLM's.

    It is written to prices.json beside the configuration, and counts before the list that came with the
    program; a running service sees it when it next reads its configuration.

    \b
    Examples:
      ccr prices update
      ccr prices update --from https://openrouter.ai/api/v1/models
    """
    import asyncio

    import msgspec

    from ccr.config.saving.files import write
    from ccr.errors import RouterError
    from ccr.telemetry.catalogue import Catalogue, path_of, understood

    settings = load(Options(config=config), quiet=True)
    try:
        found = understood(asyncio.run(_fetched(settings, url)))
        said = {"taken": str(datetime.now(UTC).date()), "source": url, "prices": found}
        taken = msgspec.convert(said, Catalogue)
        write(path_of(settings.path), msgspec.json.encode(taken).decode())
    except RouterError as error:
        fail(f"No prices from {url}: {error.message}")
    except OSError as error:
        fail(f"{path_of(settings.path)} cannot be written: {error.strerror}")
    say(f"{taken.size} prices of {len(found)} providers are in {path_of(settings.path)}.")
    return OK


async def _fetched(settings: Settings, url: str) -> bytes:
    """The list. Raises ``RouterError`` in words."""
    from ccr.errors import BadRequest
    from ccr.upstream.client import Client, Timeouts

    if not url.startswith(("http://", "https://")):
        raise BadRequest("an address begins with https://")
    async with Client(settings.network) as client:
        patience = Timeouts(connect=10.0, first_byte=30.0, idle=30.0, total=120.0)
        response = await client.request("GET", url, {"accept": "application/json"}, None, patience)
        try:
            if response.status != 200:
                raise BadRequest(f"it answers with status {response.status}")
            body = bytearray()
            async for piece in response.chunks():
                body += piece
                if len(body) > LARGEST:
                    raise BadRequest(f"it is larger than {LARGEST // 1_000_000} MB")
            return bytes(body)
        finally:
            response.close()


def _rows(settings: Settings) -> Iterator[dict[str, Any]]:
    """What every model of the configuration costs."""
    import msgspec

    from ccr.telemetry.prices import Prices

    prices = Prices(settings)
    for provider in settings.providers:
        for model in provider.models:
            known = prices.of(provider, model)
            price = msgspec.to_builtins(known.price) if known is not None else None
            yield {
                "provider": provider.name,
                "model": model,
                "price": price,
                "by": known.by if known is not None else None,
                "taken": known.since or None if known is not None else None,
            }


def _show(rows: list[dict[str, Any]]) -> None:
    from ccr.cli.books import console, plain, table

    if not rows:
        say("No provider is configured.")
        return
    shown = table(*COLUMNS, right=COLUMNS[1:6], fold=("model", "by"))
    for row in rows:
        price = row["price"] or {}
        rates = [_rate(price.get(key)) for key in ("input", "output")]
        cached = [_rate(price.get(key), "") for key in ("cache_read", "cache_write", "cache_write_1h")]
        name = f"{row['provider']},{row['model']}" + (" *" if "long" in price or "peak" in price else "")
        shown.add_row(plain(name), *rates, *cached, plain(row["by"] or ""), row["taken"] or "")
    console().print(shown)
    if any("long" in (row["price"] or {}) or "peak" in (row["price"] or {}) for row in rows):
        say("* Long prompts or busy hours cost more: --json tells how much.")


def _hints(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What there is to do about it."""
    unknown = sum(row["price"] is None for row in rows)
    if unknown:
        yield f"{unknown} of {len(rows)} prices are not known: see `ccr prices --help`."
    taken = [date.fromisoformat(row["taken"]) for row in rows if row["taken"]]
    if taken and (datetime.now(UTC).date() - min(taken)).days > OLD:
        yield f"The oldest are of {min(taken)}: `ccr prices update` takes new ones."


def _rate(rate: float | None, unknown: str = "?") -> str:
    return unknown if rate is None else f"{rate:g}"
