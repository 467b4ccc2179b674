"""What the ledger is asked, in one set of questions for both databases. Blocking: not for the event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from ccr.telemetry.ledger.columns import COLUMNS, MICRO, NAMES, read, record
from ccr.telemetry.ledger.database import Database
from ccr.telemetry.ledger.figures import ALL_TOKENS, SUMS, Figures, figures
from ccr.telemetry.ledger.filters import Filter, conditions
from ccr.telemetry.ledger.groups import Dimension, named
from ccr.telemetry.ledger.table import Reading, c, requests
from ccr.telemetry.ledger.trends import Window, windowed, windows
from ccr.telemetry.record import Record

ALL = Filter()
NEWEST = (c.at_us.desc(), c.id.desc())
BRIEF = [column for column in requests.c if column.name != "trace"]
PIECE = 500


class Group(NamedTuple):
    """Rows that are alike in some respects: by name, what they have in common."""

    of: dict[str, str]
    figures: Figures


class Page(NamedTuple):
    """Records, the newest first, without their traces; ``after`` is where the next page begins."""

    records: list[Record]
    after: str | None


class Session(msgspec.Struct, frozen=True):
    """A session, and what each provider did for it; "": requests that got to none."""

    id: str
    first: float
    last: float
    total: Figures
    providers: dict[str, Figures]


class Queries:
    """Questions to one database. Each raises ``Unusable`` when it cannot be read."""

    def __init__(self, database: Database, *, lenient: bool = False) -> None:
        """``lenient``: a ledger that is not there yet is an empty one."""
        self._reading = Reading(database, lenient=lenient)

    def total(self, where: Filter = ALL) -> Figures:
        """All rows together."""
        return figures(self._rows(sa.select(*SUMS).where(*conditions(where)))[0])

    def groups(
        self, by: Sequence[str], where: Filter = ALL, *, offset: int = 0, limit: int = 10_000
    ) -> list[Group]:
        """Rows grouped: times in their order, then those with most tokens first.

        ``offset``: minutes east of Greenwich, for days. Raises ``ValueError`` for what is no group.
        """
        dimensions = [named(name, offset) for name in dict.fromkeys(by)]
        parts = [part for dimension in dimensions for part in dimension.columns]
        timely = [part for dimension in dimensions if dimension.timely for part in dimension.columns]
        query = sa.select(*parts, *SUMS).where(*conditions(where)).group_by(*parts)
        rows = self._rows(query.order_by(*timely, ALL_TOKENS.desc(), *parts).limit(limit))
        return [Group(_keys(dimensions, row), figures(row)) for row in rows]

    def page(self, where: Filter = ALL, *, limit: int = 100, after: str | None = None) -> Page:
        """Some requests. Raises ``ValueError`` for an ``after`` that no page gave."""
        query = sa.select(*BRIEF).where(*conditions(where)).order_by(*NEWEST).limit(limit + 1)
        rows = self._rows(query if after is None else query.where(_beyond(after)))
        more = len(rows) > limit
        last = rows[limit - 1] if more else None
        return Page([_brief(row) for row in rows[:limit]], f"{last['at_us']}-{last['id']}" if last else None)

    def every(self, where: Filter = ALL) -> Iterator[Record]:
        """All requests, read a piece at a time."""
        after: str | None = ""
        while after is not None:
            records, after = self.page(where, limit=PIECE, after=after or None)
            yield from records

    def request(self, id: str) -> Record | None:
        """One request with its trace."""
        found = self._rows(sa.select(c.at_us).where(c.id == id).limit(1))
        times = [row["at_us"] for row in found]  # with which the key begins
        rows = self._rows(sa.select(requests).where(c.at_us.in_(times), c.id == id))
        return record([rows[0][name] for name in NAMES]) if rows else None

    def ending(self, tail: str, limit: int = 10) -> list[str]:
        """Ids that end so, the newest first."""
        query = sa.select(c.id).where(c.id.endswith(tail, autoescape=True)).order_by(*NEWEST).limit(limit)
        return [row["id"] for row in self._rows(query)]

    def sessions(self, where: Filter = ALL, *, limit: int = 100, skip: int = 0) -> list[Session]:
        """Sessions, the one used last first."""
        span = (sa.func.min(c.at_us).label("began"), sa.func.max(c.at_us).label("ended"))
        query = sa.select(c.session, *span, *SUMS).where(c.session != "", *conditions(where))
        query = query.group_by(c.session).order_by(sa.desc("ended"), c.session).limit(limit).offset(skip)
        rows = self._rows(query)
        providers = self._providers([row["session"] for row in rows], where)
        return [
            Session(
                row["session"],
                row["began"] / MICRO,
                row["ended"] / MICRO,
                figures(row),
                providers.get(row["session"], {}),
            )
            for row in rows
        ]

    def session(self, id: str) -> Session | None:
        """One session."""
        found = self.sessions(Filter(session=id), limit=1)
        return found[0] if found else None

    def trend(self, now: float, where: Filter = ALL) -> list[Window]:
        """Errors of the last minutes, hours and days, each beside the same time before."""
        row = self._rows(sa.select(*windowed(now)).where(*conditions(where)))[0]
        return windows(row)

    def providers(self, where: Filter = ALL) -> dict[str, Figures]:
        """What each provider did."""
        return {group.of["provider"]: group.figures for group in self.groups(["provider"], where)}

    def forget(self, session: str) -> int:
        """Takes a session's rows out. Gives how many there were."""
        with self._reading.connection() as connection:
            deleted = connection.execute(sa.delete(requests).where(c.session == session))
            connection.commit()
            return deleted.rowcount

    def _providers(self, sessions: Sequence[str], where: Filter) -> dict[str, dict[str, Figures]]:
        query = sa.select(c.session, c.provider, *SUMS).where(c.session.in_(sessions), *conditions(where))
        found: dict[str, dict[str, Figures]] = {}
        for row in self._rows(query.group_by(c.session, c.provider).order_by(c.session, c.provider)):
            found.setdefault(row["session"], {})[row["provider"]] = figures(row)
        return found

    def _rows(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._reading.connection() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _keys(dimensions: Sequence[Dimension], row: dict[str, Any]) -> dict[str, str]:
    return {one.name: one.shown([row[part.name] for part in one.columns]) for one in dimensions}


def _brief(row: dict[str, Any]) -> Record:
    fields = ((field, name, kind) for field, (name, kind) in COLUMNS.items() if name in row)
    return Record(**{field: read(kind, row[name]) for field, name, kind in fields})


def _beyond(after: str) -> sa.ColumnElement[bool]:
    at, _, last = after.partition("-")
    if not at.isdecimal() or not last:
        raise ValueError(f'"{after}" is no place where a page begins: take the "after" of the page before')
    return sa.or_(c.at_us < int(at), sa.and_(c.at_us == int(at), c.id < last))
