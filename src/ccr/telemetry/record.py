"""One row of the ledger: what became of one request (or of one round that an agent asked for)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ccr.telemetry.ending import LEFT
from ccr.wire import json


class Trace(Mapping[str, Any]):
    """How a request was routed (``routing.explain.trace``), and ``tries``: every call of a provider.

    Kept as JSON, which is what most want of it, and read when something in it is asked for.
    """

    __slots__ = ("_read", "calls", "data")

    def __init__(self, data: bytes, calls: Sequence[tuple[str, int]] = ()) -> None:
        self.data = data
        self.calls = calls
        """Target and status of each of its ``tries``."""

        self._read: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        return self._whole()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> dict[str, Any]:
        if self._read is None:
            self._read = json.decode(self.data)
        return self._read


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All figures of a request once it is over. None: not known; unknown is never zero."""

    id: str
    parent: str = ""
    """The client's request, where this one was made on its behalf."""

    at: float
    """When it came, in seconds since 1970, UTC."""

    session: str = ""
    project: str = ""
    agent: str = ""
    """The kind of request or subagent, as routing tells them apart."""

    client: str = ""
    """The name of the client's key; "": the router's own, or none."""

    asked: str = ""
    """The model's name as the client sent it."""

    route: str = ""
    """The rule that chose, such as ``default`` or ``rules.night``."""

    reason: str = ""
    provider: str = ""
    model: str = ""
    key: str = ""
    """The label of the provider's key."""

    attempts: int = 0
    status: int = 0
    error: str = ""
    """The class of the error; ``left`` where the client went away; "": it ended well."""

    message: str = ""
    """Of the error; or who went on with an answer that had broken off."""

    stream: bool = False
    first_ms: float | None = None
    """Milliseconds until the first content."""

    took_ms: float = 0.0
    flow_ms: float | None = None
    """Milliseconds from the first to the last of what its own call streamed: rounds are no part of that."""

    input: int | None = None
    """Input tokens that were neither read from nor written to a cache."""

    output: int | None = None
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None
    reasoning: int | None = None
    """Of ``output``."""

    cost: float | None = None
    """US dollars."""

    default_cost: float | None = None
    """What it had cost at the model of ``Router.default``."""

    cache: str = ""
    """What the router's own answer cache did: ``hit``, ``miss``, ``joined``; "": it was not asked."""

    bytes_in: int = 0
    bytes_out: int = 0
    trace: Mapping[str, Any] = {}
    """A ``Trace``, or one that was read from the ledger."""

    @property
    def took(self) -> bool:
        """A provider worked on it, though perhaps nobody waited for the end: it took something."""
        return self.attempts > 0 and (self.error in ("", LEFT) or self.first_ms is not None)
