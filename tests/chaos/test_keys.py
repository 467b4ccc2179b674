"""Ten keys, three of which die and come back, under two thousand requests of many sessions."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from tests.chaos.judge import got
from tests.chaos.lab import RETRY, provider, running, stage
from tests.chaos.scripts import Script
from tests.e2e.upstream import Reply, Seen, json_answer, stream

pytestmark = pytest.mark.timeout(240)

KEYS = [f"key-{number}" for number in range(10)]
BENCH = 0.2
COOL = 0.3
"""Seconds that the limited key names."""

NOTICED = 0.1
"""Seconds after a refusal within which calls may still arrive that were under way before."""

DYING = {
    "key-1": json_answer(
        {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}, 401
    ),
    "key-4": json_answer(
        {"type": "error", "error": {"type": "billing_error", "message": "Your credit balance is too low"}},
        402,
    ),
    "key-7": json_answer(
        {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}},
        429,
        retry_after_ms=str(int(COOL * 1000)),
    ),
}
OLD, NEW, TURNS, PHASES = 15, 10, 16, 5
"""Sessions that live through all phases, and new ones of each. In every second turn they ask two at once."""


class Call(NamedTuple):
    at: float
    refused: bool


@dataclass
class Org:
    """A provider that knows ten keys."""

    dead: set[str] = field(default_factory=set)
    calls: defaultdict[str, list[Call]] = field(default_factory=lambda: defaultdict(list))
    served: dict[str, str] = field(default_factory=dict)
    """By request, the key that served it."""

    async def __call__(self, writer: asyncio.StreamWriter, seen: Seen) -> None:
        key, name = seen.headers["x-api-key"], seen.json["messages"][0]["content"]
        refused = key in self.dead
        self.calls[key].append(Call(time.monotonic(), refused))
        if not refused:
            self.served[name] = key
        script = Script(name, "anthropic")
        well: Reply = stream(script.frames()) if seen.json["stream"] else json_answer(script.message())
        await (DYING[key] if refused else well)(writer, seen)


@dataclass
class Crowd:
    """Clients, and what they saw."""

    url: str
    http: aiohttp.ClientSession
    org: Org
    asked: int = 0
    failed: list[str] = field(default_factory=list)
    turns: int = 0
    kept: int = 0
    """Requests of sessions whose last key was well, and those of them that went to it."""

    last: dict[str, str] = field(default_factory=dict)
    """Each session's last key."""

    async def phase(self, number: int) -> None:
        sessions = [f"old {n}" for n in range(OLD)] + [f"new {number}.{n}" for n in range(NEW)]
        await asyncio.gather(*(self._session(session, number) for session in sessions))

    async def _session(self, session: str, phase: int) -> None:
        for turn in range(TURNS):
            names = [f"{session}, turn {phase}.{turn}{who}" for who in ("", ", too")[: 1 + turn % 2]]
            await asyncio.gather(*(self._ask(session, name) for name in names))
            served, last = [self.org.served.get(name, "") for name in names], self.last.get(session)
            if last and last not in self.org.dead:
                self.turns += len(served)
                self.kept += served.count(last)
            self.last[session] = served[0]

    async def _ask(self, session: str, name: str) -> None:
        self.asked += 1
        body: dict[str, Any] = {
            "model": "org,m",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": name}],
            "stream": self.asked % 2 == 0,
        }
        headers = {"x-claude-code-session-id": session}
        async with self.http.post(f"{self.url}/v1/messages", json=body, headers=headers) as response:
            answer = got(response.status, response.headers, await response.read())
        if answer.wrong or answer.blocks != Script(name, "anthropic").content:
            self.failed.append(f"{name}: {answer.status} {answer.error} {answer.wrong}")


def probes_allowed(seconds: float) -> int:
    """Of a key that is benched for so long: after one bench, two, four …"""
    return int(log2(seconds / BENCH + 1)) + 1


def to_benched(calls: list[Call], until: float) -> int:
    """Calls of a dead key that arrived when its first refusal was known."""
    first = next(call.at for call in calls if call.refused)
    return sum(first + NOTICED < call.at < until for call in calls if call.refused)


async def test_no_request_fails_while_one_key_is_well(tmp_path: Path, told: list[str]) -> None:
    org = Org()
    async with stage() as played:
        played.parts["org"] = org
        entry = provider(played.url, "org", "anthropic", api_key=KEYS, retry=RETRY)
        pool = {"benchSeconds": BENCH, "maxBenchSeconds": 60}
        async with (
            running(tmp_path, {"Providers": [entry], "Resilience": {"keyPool": pool}}) as router,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
        ):
            crowd = Crowd(router.url, http, org)
            died = back = 0.0
            for phase in range(PHASES):
                if phase == 1:
                    org.dead, died = set(DYING), time.monotonic()
                elif phase == 3:
                    org.dead, back = set(), time.monotonic()
                await crowd.phase(phase)
            leftovers = await router.leftovers()
    counts = {key: to_benched(org.calls[key], back) for key in DYING}
    allowed = probes_allowed(back - died)
    told.append(
        f"keys: {crowd.asked} requests, {len(crowd.failed)} failed; warm keys kept for {crowd.kept} of"
        f" {crowd.turns} requests; calls of keys known to be dead, in {back - died:.1f} s: {counts}"
        f" (probes allowed: {allowed})"
    )
    assert crowd.asked >= 2000
    assert not crowd.failed
    assert crowd.kept >= 0.95 * crowd.turns
    assert max(counts["key-1"], counts["key-4"]) <= allowed
    assert counts["key-7"] <= (back - died) / COOL + 1
    assert all(any(not c.refused and c.at > back for c in org.calls[key]) for key in DYING), (
        "one never came back"
    )
    assert not leftovers
