"""Which rows are meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from ccr.telemetry.ending import LEFT
from ccr.telemetry.ledger.columns import MICRO
from ccr.telemetry.ledger.table import c

Condition = sa.ColumnElement[bool]

FAILED: Condition = c.error.not_in(("", LEFT))
"""Somebody's fault: not of a client that went away."""

STATUS: dict[str, Condition] = {
    "ok": c.error == "",
    "error": FAILED,
    "left": c.error == LEFT,
    **{f"{digit}xx": c.status.between(digit * 100, digit * 100 + 99) for digit in (2, 4, 5)},
}


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """None: whatever it is. Times in seconds since 1970; ``until`` itself is not in it."""

    since: float | None = None
    until: float | None = None
    provider: str | None = None
    model: str | None = None
    session: str | None = None
    project: str | None = None
    agent: str | None = None
    client: str | None = None
    route: str | None = None
    key: str | None = None
    """The label of the provider's key."""

    error: str | None = None
    """The class of the error."""

    status: str | None = None
    """``ok``, ``error``, ``left``, ``4xx``, or the status itself."""

    parent: str | None = None


EQUAL: dict[str, sa.Column[Any]] = {
    "provider": c.provider,
    "model": c.model,
    "session": c.session,
    "project": c.project,
    "agent": c.agent,
    "client": c.client,
    "route": c.route,
    "key": c.provider_key,
    "error": c.error,
    "parent": c.parent,
}


def conditions(where: Filter) -> Iterator[Condition]:
    """What a row must fulfil. Raises ``ValueError`` in words for a status that is none."""
    if where.since is not None:
        yield c.at_us >= round(where.since * MICRO)
    if where.until is not None:
        yield c.at_us < round(where.until * MICRO)
    for name, column in EQUAL.items():
        if (value := getattr(where, name)) is not None:
            yield column == value
    if where.status is not None:
        yield status(where.status)


def status(text: str) -> Condition:
    """The condition for a status as people write it. Raises ``ValueError``."""
    if (found := STATUS.get(text.lower())) is not None:
        return found
    if not text.isdecimal():
        raise ValueError(f'"{text}" is no status: write {", ".join(STATUS)}, or a number such as 429')
    return c.status == int(text)
