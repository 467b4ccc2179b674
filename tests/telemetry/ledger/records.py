"""Records to put into a ledger."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from ccr.telemetry.ledger.database import Database
from ccr.telemetry.ledger.retention import Retention
from ccr.telemetry.record import Record

ALL = Retention(1e12, 1e15)
"""Nothing is ever too old or too much."""

NOON = 1_760_000_400.0
"""2025-10-09 09:00 UTC."""

FULL = Record(
    id="req_full",
    parent="req_parent",
    at=NOON + 0.123456,
    session="s-1",
    project="/home/me/shop",
    agent="Explore",
    client="anna",
    asked="claude-sonnet-4-5",
    route="rules.night",
    reason="it is night",
    provider="openrouter",
    model="z-ai/glm-4.6",
    key="work",
    attempts=2,
    status=529,
    error="Overloaded",
    message="Слишком много 🙂",
    stream=True,
    first_ms=12.345,
    took_ms=2345.678,
    flow_ms=345.678,
    input=1000,
    output=50,
    cache_read=200,
    cache_write_5m=300,
    cache_write_1h=400,
    reasoning=20,
    cost=0.012345678901,
    default_cost=0.5,
    cache="miss",
    bytes_in=12_345,
    bytes_out=67_890,
    trace={"rule": "rules.night", "tries": [{"target": "a,b", "status": 529}]},
)


def record(number: int = 0, **given: Any) -> Record:
    """A plain request that went well; ``given`` says what is otherwise."""
    usual: dict[str, Any] = {
        "id": f"req_{number:08}",
        "at": NOON + number,
        "provider": "lab",
        "model": "m1",
        "route": "default",
        "attempts": 1,
        "status": 200,
        "took_ms": 100.0,
        "input": 10,
        "output": 1,
        "cost": 0.5,
    }
    return Record(**{**usual, **given})


def ids(database: Database) -> list[str]:
    """Ids of all rows, as a new reader sees them."""
    with closing(database.open(create=False)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM ccr_requests ORDER BY id").fetchall()]
