"""What the router has written down of a session, read without asking the service: files, and one database.

The ledger (telemetry/ledger/migrations.py has its columns) knows what a session cost and who answered it; the
speed file (telemetry/speed.py) knows the last answer also where the ledger is elsewhere; the state file
(state/file.py) knows which keys, providers and models rest. Whatever cannot be read is not known.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from ccr.cli.statusline import given

PICO = 1e12
WAIT = 0.03
"""Seconds to wait for a ledger that is being written."""

NEWEST = 20
FRESH = 3_000
"""Milliseconds after an answer in which it counts as still coming: the original's figure."""

_NAMED = r"key:(.+?):[0-9a-f]{16}(?::(.*))?|breaker:([^,]+)(?:,(.*))?"
"""Under which names the key pool and the breaker keep their rests."""

_SUMS = """SELECT COUNT(*), SUM(cost_pico), SUM(output IS NOT NULL AND cost_pico IS NULL), SUM(cache_read),
TOTAL(input) + TOTAL(cache_read) + TOTAL(cache_write_5m) + TOTAL(cache_write_1h)
FROM ccr_requests WHERE session = ?"""
_LAST = """SELECT provider, model, route, reason, agent FROM ccr_requests
WHERE session = ? AND provider <> '' AND parent = '' AND error = '' ORDER BY at_us DESC LIMIT ?"""


class Session(NamedTuple):
    """A session by the ledger. None: not known."""

    requests: float | None = None
    cost: float | None = None
    """US dollars."""

    partly: bool = False
    """Some of it is not known."""

    cache_share: float | None = None
    """Of all input tokens, those that came from a cache: 0 to 1."""

    provider: str = ""
    model: str = ""
    """Who answered last in the conversation itself, not for a subagent or in the background."""

    route: str = ""
    reason: str = ""


class Speed(NamedTuple):
    """The last answer's. None: not known."""

    tokens: float | None = None
    """A second."""

    first: float | None = None
    """Milliseconds to the first token."""

    fresh: bool = False
    provider: str = ""
    model: str = ""


class Rest(NamedTuple):
    """What is not asked now."""

    provider: str
    model: str
    seconds: float
    status: int
    is_key: bool


def ledger(folder: str, raw: Mapping[str, object], env: Mapping[str, str]) -> str:
    """The path of the SQLite file; "" where it is not in one. Same rules as ``config.ledger.chosen``."""
    path, url = given.text(raw, "Ledger", "path"), given.text(raw, "Database", "url")
    url = env.get("CCR_DATABASE_URL") or url or ("" if path else env.get("DATABASE_URL", ""))
    if given.at(raw, "Ledger", "enabled") is False or url.startswith(("postgresql", "postgres")):
        return ""
    if url.startswith("sqlite"):
        path = unquote(url.partition("://")[2].partition("?")[0].removeprefix("/"))
    return os.path.join(folder, os.path.expanduser(path or "ccr.db"))  # noqa: PTH111, PTH118


def session(path: str, id: str) -> Session:
    """What the ledger knows of a session."""
    if not path or not id or not os.path.exists(path):  # noqa: PTH110
        return Session()
    import sqlite3

    try:
        connection = sqlite3.connect(f"file:{_uri(path)}?mode=ro", uri=True, timeout=WAIT)
        try:
            sums = connection.execute(_SUMS, (id,)).fetchone()
            rows = connection.execute(_LAST, (id, NEWEST)).fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return Session()
    return _session(sums, rows)


def _session(sums: tuple[float | None, ...], rows: list[tuple[str, ...]]) -> Session:
    requests, cost, unknown, cached, whole = sums
    if not requests:
        return Session()
    own = next((row for row in rows if row[4] in ("", "main")), rows[0] if rows else ("",) * 5)
    return Session(
        requests=requests,
        cost=None if cost is None else cost / PICO,
        partly=bool(unknown),
        cache_share=cached / whole if cached is not None and whole else None,
        provider=own[0],
        model=own[1],
        route=own[2],
        reason=own[3],
    )


def _uri(path: str) -> str:
    from urllib.parse import quote

    path = path.replace("\\", "/")
    return quote(path if path.startswith("/") else f"/{path}")


def speed(folder: str, id: str) -> Speed:
    """What the speed file in ``folder`` says of a session."""
    if not id or os.path.basename(id) != id:  # noqa: PTH119
        return Speed()
    found = _json(os.path.join(folder, f"session-{id}.json"))  # noqa: PTH118
    ended, name = given.number(found, "timestamp"), given.text(found, "model")
    provider, _, model = name.partition(",")
    return Speed(
        tokens=given.number(found, "tokensPerSecond"),
        first=given.number(found, "timeToFirstToken"),
        fresh=ended is not None and time.time() * 1000 - ended <= FRESH,
        provider=provider,
        model=model,
    )


def rests(path: str) -> list[Rest]:
    """What rests now by the state file, the longest first."""
    facts = given.at(_json(path), "facts")
    found = _resting(facts) if isinstance(facts, dict) else ()
    return sorted(found, key=lambda rest: -rest.seconds)


def _resting(facts: Mapping[str, object]) -> Iterator[Rest]:
    """A rest is a list (``resilience.bench.Rest``): since, until, how often in a row, the status, …"""
    import base64

    now = time.time()
    for name, fact in facts.items():
        if (named := re.fullmatch(_NAMED, name, re.DOTALL)) is None:
            continue
        try:
            rest = json.loads(base64.b64decode(given.text(fact, "value")))
            until, status = float(rest[1]), int(rest[3])
        except (ValueError, TypeError, IndexError, KeyError):
            continue
        if until > now:
            key, of_key, breaker, of_breaker = named.groups(default="")
            yield Rest(key or breaker, of_key or of_breaker, until - now, status, bool(key))


def _json(path: str) -> object:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return json.loads(file.read(1_000_000))
    except (OSError, ValueError, RecursionError):
        return None
