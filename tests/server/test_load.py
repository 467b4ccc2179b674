"""What is beyond the bounds waits, or is refused in words; nothing is ever counted twice or forgotten."""

from __future__ import annotations

import asyncio

import pytest

from ccr.config.process import Process
from ccr.errors import Draining
from ccr.server import load as loads
from ccr.server.load import Load

MB = 1 << 20


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_as_many_requests_as_may_be_and_no_more() -> None:
    load = Load(Process(in_flight=2))
    first, _ = load.enter(), load.enter()
    with pytest.raises(Draining, match="2 requests in flight") as refused:
        load.enter()
    assert (refused.value.status, refused.value.headers["retry-after"]) == (529, "2")
    first.leave()
    load.enter()
    assert (load.state()["in_flight"], load.state()["refused"]) == (2, 1)


def test_while_it_ends_it_takes_no_request_and_lets_go_of_the_connection() -> None:
    load = Load(Process())
    load.draining = True
    with pytest.raises(Draining) as refused:
        load.enter()
    assert refused.value.headers == {"retry-after": "1", "connection": "close"}


async def test_a_body_waits_for_room_and_gets_it_in_its_turn() -> None:
    load = Load(Process(body_bytes=10 * MB))
    first, second, third = (load.enter() for _ in range(3))
    await first.hold(8 * MB)
    large = asyncio.ensure_future(second.hold(9 * MB))
    small = asyncio.ensure_future(third.hold(1 * MB))
    await settled()
    assert not large.done()
    assert not small.done(), "it would fit, but it is not its turn"
    first.leave()
    await asyncio.gather(large, small)
    second.leave()
    third.leave()
    assert (load.body_bytes, load.in_flight) == (0, 0)


async def test_what_gets_no_room_for_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loads, "PATIENCE", 0.01)
    load = Load(Process(body_bytes=10 * MB))
    first, second = load.enter(), load.enter()
    await first.hold(8 * MB)
    with pytest.raises(Draining, match="10 MB of request bodies"):
        await second.hold(3 * MB)
    assert load.body_bytes == 8 * MB
    assert load.state()["bodies_waiting"] == 0


async def test_a_client_that_leaves_while_it_waits_takes_no_room() -> None:
    load = Load(Process(body_bytes=10 * MB))
    first, second, third = (load.enter() for _ in range(3))
    await first.hold(8 * MB)
    leaving = asyncio.ensure_future(second.hold(3 * MB))
    waiting = asyncio.ensure_future(third.hold(3 * MB))
    await settled()
    leaving.cancel()
    await settled()
    assert load.state()["bodies_waiting"] == 1
    second.leave()
    first.leave()
    await waiting
    assert load.body_bytes == 3 * MB


async def test_a_client_that_leaves_in_the_moment_it_gets_room_gives_it_back() -> None:
    load = Load(Process(body_bytes=10 * MB))
    first, second = load.enter(), load.enter()
    await first.hold(8 * MB)
    leaving = asyncio.ensure_future(second.hold(3 * MB))
    await settled()
    first.leave()
    leaving.cancel()
    await settled()
    second.leave()
    assert load.body_bytes == 0


async def test_one_body_is_taken_however_large() -> None:
    load = Load(Process(body_bytes=1))
    await load.enter().hold(5 * MB)


async def test_what_is_unpacked_counts_as_what_it_became() -> None:
    load = Load(Process())
    ticket = load.enter()
    for size in (10, 40, 20):
        await ticket.hold(size)
    assert load.body_bytes == 40
