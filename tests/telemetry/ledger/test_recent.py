"""The newest errors, bounded, and feeds that never hold anybody up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from ccr.telemetry.ledger.recent import ERRORS, UNREAD, Recent
from tests.telemetry.ledger.records import record


def test_a_thousand_errors_are_remembered() -> None:
    recent = Recent()
    for number in range(ERRORS + 5):
        recent.add(record(number, error="Broken"))
        recent.add(record(-number))
    assert [one.id for one in recent.errors][:1] == [record(5).id]
    assert len(recent.errors) == ERRORS


def test_who_left_is_no_error() -> None:
    recent = Recent()
    recent.add(record(error="left"))
    assert not recent.errors


async def test_a_feed_gets_what_comes_from_any_thread() -> None:
    recent = Recent()
    feed = recent.listen()
    with ThreadPoolExecutor(1) as pool:
        taking = asyncio.ensure_future(feed.take(30))
        pool.submit(recent.add, record(1))
        assert await taking == [record(1)]


async def test_nothing_new_is_an_empty_list() -> None:
    assert await Recent().listen().take(0.001) == []


async def test_who_reads_too_slowly_misses_the_oldest_and_is_told() -> None:
    recent = Recent()
    feed = recent.listen()
    for number in range(UNREAD + 3):
        recent.add(record(number))
    found = await feed.take(30)
    assert found is not None
    assert (len(found), found[0], feed.missed) == (UNREAD, record(3), 3)


async def test_who_has_left_gets_nothing() -> None:
    recent = Recent()
    feed = recent.listen()
    recent.leave(feed)
    recent.add(record())
    assert await feed.take(0.001) == []


async def test_closing_ends_every_feed() -> None:
    recent = Recent()
    feed = recent.listen()
    recent.close()
    assert await feed.take(30) is None
