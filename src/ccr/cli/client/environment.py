"""Which variables make Claude Code use the router, and use it well (original-ccr §2.1, claude-code §2-§8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccr.config.address import reachable

if TYPE_CHECKING:
    from ccr.config import Settings
    from ccr.exchange import Target

Variables = dict[str, str | None]
"""By name; None: to be unset."""

CONNECTION = frozenset(
    [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_BASE_URL",
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
    ]
)
"""What decides whom the client talks to: nothing may win over these, or it would pass the router by."""

SMALLEST, LARGEST = 100_000, 1_000_000
"""The least window that the client takes as a limit, and the one it has for its default model anyway."""

NO_KEY = "test"
"""The client wants a token even where the router wants none; the original's word for it."""


def variables(settings: Settings, base_url: str, env: Mapping[str, str]) -> Variables:
    """The variables for a client of the router at ``base_url``, to be laid over the environment ``env``."""
    target = default_target(settings)
    return {
        "ANTHROPIC_BASE_URL": base_url,
        "ANTHROPIC_AUTH_TOKEN": settings.apikey or NO_KEY,
        # A key beside the token would be sent as well, and asked about at the start.
        "ANTHROPIC_API_KEY": None,
        "CLAUDE_CODE_USE_BEDROCK": None,
        "CLAUDE_CODE_USE_VERTEX": None,
        **_without_proxy(reachable(settings.host), env),
        "API_TIMEOUT_MS": str(settings.timeout_ms),
        "DISABLE_TELEMETRY": "true",
        "DISABLE_COST_WARNINGS": "true",
        # What kind of request it is, and for which agent: routing reads it.
        "CLAUDE_CODE_GATEWAY_HINT_HEADERS": "1",
        "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY": "1",
        **_background(settings),
        **_verdicts(target),
        **{name: value for name, value in _window(target).items() if not env.get(name)},
        **(NON_INTERACTIVE if settings.non_interactive else {}),
    }


NON_INTERACTIVE: Variables = {"CI": "true", "FORCE_COLOR": "0", "NODE_NO_READLINE": "1", "TERM": "dumb"}


def default_target(settings: Settings) -> Target | None:
    """Where the client's ordinary requests go; None when the configuration does not say."""
    from ccr.errors import NoRoute
    from ccr.exchange import Target
    from ccr.routing.models import Models

    named = settings.route("default")
    if named is None:
        return next((Target(p, p.models[0]) for p in settings.providers if p.models), None)
    try:
        return Models(settings.providers).find(named)
    except NoRoute:
        return None


def _without_proxy(host: str, env: Mapping[str, str]) -> Variables:
    """The user's list of hosts that need no proxy, with this machine's added."""
    given = env.get("NO_PROXY") or env.get("no_proxy") or ""
    hosts = [entry.strip() for entry in given.split(",") if entry.strip()]
    hosts += [own for own in dict.fromkeys(["127.0.0.1", "localhost", host]) if own not in hosts]
    joined = ",".join(hosts)
    return {"NO_PROXY": joined, "no_proxy": joined} if "no_proxy" in env else {"NO_PROXY": joined}


def _background(settings: Settings) -> Variables:
    """Without a name for it, the client does its small side work with the main model.

    Version 1 of the original has a key of its own for that, by the name that older clients know.
    """
    named, older = settings.route("background"), settings.raw.get("ANTHROPIC_SMALL_FAST_MODEL")
    found: Variables = {"ANTHROPIC_DEFAULT_HAIKU_MODEL": named} if named else {}
    return found | ({"ANTHROPIC_SMALL_FAST_MODEL": older} if older and isinstance(older, str) else {})


def _verdicts(target: Target | None) -> Variables:
    """Only Anthropic judges tool calls: with others the client is to ask its own classifier at once."""
    if target is None or target.provider.protocol == "anthropic":
        return {}
    return {"CLAUDE_CODE_AUTO_MODE_SERVER": "0"}


def _window(target: Target | None) -> Variables:
    """The context window, so that the client compacts in time; models of Claude's own it knows better.

    The first is for names that are no model of Claude's; the second limits those too, but not below 100,000
    (both measured with 2.1.329, ``/context``).
    """
    facts = target.provider.facts.get(target.model) if target is not None else None
    if target is None or facts is None or not facts.context_window or "claude" in target.model.lower():
        return {}
    window = facts.context_window
    found: Variables = {"CLAUDE_CODE_MAX_CONTEXT_TOKENS": str(window)}
    if window < LARGEST:
        found["CLAUDE_CODE_AUTO_COMPACT_WINDOW"] = str(max(window, SMALLEST))
    return found
