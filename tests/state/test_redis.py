"""Replicas on one Redis, and what becomes of them when it goes away and returns."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis as Client

from ccr.config.state import Redis
from ccr.state.link import Link
from ccr.state.redis import Shared
from ccr.state.shared_facts import SharedFacts
from tests.conftest import ROOT
from tests.ports import free_port
from tests.redis_server import RedisServer
from tests.state.replicas import Want, eventually, place, replica

Replicas = Callable[..., Awaitable[Shared]]


@pytest.fixture
async def replicas(redis_prefix: str) -> AsyncIterator[Replicas]:
    """Makes started replicas: of a URL, with a lease."""
    made = []

    async def make(url: str, lease: float = 60.0) -> Shared:
        made.append(replica(url, redis_prefix, lease))
        await made[-1].start()
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def test_facts_are_heard_by_all_and_known_to_newcomers(replicas: Replicas, redis_url: str) -> None:
    one, two = await replicas(redis_url), await replicas(redis_url)
    one.put("a", b"1", 60)
    one.put("b", b"2", 60)
    await eventually(lambda: two.get("a") == b"1")
    two.drop("a")
    await eventually(lambda: one.get("a") is None)
    three = await replicas(redis_url)
    assert (three.get("a"), three.get("b")) == (None, b"2")


async def test_facts_expire_everywhere(replicas: Replicas, redis_url: str) -> None:
    one, two = await replicas(redis_url), await replicas(redis_url)
    one.put("a", b"1", 0.05)
    one.put("end", b"", 60)
    await eventually(lambda: two.get("end") is not None)
    await eventually(lambda: one.get("a") is None and two.get("a") is None)
    assert (await replicas(redis_url)).get("a") is None


async def test_all_end_with_the_same_value(replicas: Replicas, redis_url: str) -> None:
    """However their writes of one fact cross."""
    everyone = [await replicas(redis_url) for _ in range(3)]
    for turn in range(50):
        for n, one in enumerate(everyone):
            one.put("a", f"{n} {turn}".encode(), 60)
        await asyncio.sleep(0)
    for n, one in enumerate(everyone):
        one.put(f"end {n}", b"", 60)
    await eventually(lambda: all(one.get(f"end {n}") is not None for one in everyone for n in range(3)))
    await eventually(lambda: len({one.get("a") for one in everyone}) == 1)
    assert (await replicas(redis_url)).get("a") == everyone[0].get("a")


async def test_buckets_are_shared(replicas: Replicas, redis_url: str) -> None:
    one, two = await replicas(redis_url), await replicas(redis_url)
    held = await one.take([Want("a", 6), place("p")])
    lacking = await two.take([Want("a", 6), place("p")])
    assert lacking.lacking == ("a", "p")
    held.give_back()
    await one.take([])  # after which what was sent before has been done
    assert not (await two.take([Want("a", 10), place("p")])).lacking


async def test_everything_in_redis_expires(replicas: Replicas, redis_url: str, redis_prefix: str) -> None:
    one = await replicas(redis_url)
    one.put("a", b"1", 60)
    await one.take([Want("a", 6, refill=0.1), place("p")])
    async with Client.from_url(redis_url) as client:
        keys = [key async for key in client.scan_iter(match=f"{redis_prefix}*")]
        assert len(keys) == 3
        assert all([0 < await client.pttl(key) <= 62_000 for key in keys])


async def test_places_of_a_dead_replica_are_free_again(replicas: Replicas, redis_url: str) -> None:
    dead, alive = await replicas(redis_url, lease=1.0), await replicas(redis_url, lease=1.0)
    await dead.take([place("p", 2)])
    await alive.take([place("p", 2)])
    assert (await alive.take([place("p", 2)])).lacking
    assert dead._keeper is not None
    dead._keeper.cancel()  # it says nothing more

    async with asyncio.timeout(20):
        while (await alive.take([place("p", 2)])).lacking:
            pass
    assert (await alive.take([place("p", 2)])).lacking, "its own are renewed"


HOLDER = """
import asyncio, sys
from tests.state.replicas import Want, place, replica

async def main():
    state = replica(sys.argv[1], sys.argv[2], lease=1.0)
    await state.start()
    state.put("a", b"1", 60)
    await state.take([place("p"), Want("t", 4)])
    await state.take([])
    print("held", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_process_leaves_nothing_behind(
    replicas: Replicas, redis_url: str, redis_prefix: str
) -> None:
    command = [sys.executable, "-c", HOLDER, redis_url, redis_prefix]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    assert await process.stdout.readline() == b"held\n"
    alive = await replicas(redis_url, lease=1.0)
    assert (await alive.take([place("p")])).lacking
    process.kill()
    await process.wait()
    async with asyncio.timeout(20):
        while (await alive.take([place("p")])).lacking:
            pass
    assert alive.get("a") == b"1"
    assert not (await alive.take([Want("t", 6)])).lacking
    assert (await alive.take([Want("t", 1)])).lacking, "what it took counts as used"


async def test_a_flushed_script_cache_is_filled_again(replicas: Replicas, redis_url: str) -> None:
    one = await replicas(redis_url)
    async with Client.from_url(redis_url) as client:
        await client.script_flush()
    taken = await asyncio.gather(*(one.take([Want("a", 1, 10)]) for _ in range(20)))
    assert sum(not each.lacking for each in taken) == 10
    assert one.health().shared


@pytest.mark.parametrize("end", [RedisServer.kill, RedisServer.stop])
async def test_without_redis_it_goes_on_and_joins_again(
    replicas: Replicas, own_redis: RedisServer, end: Callable[[RedisServer], None]
) -> None:
    one, two = await replicas(own_redis.url), await replicas(own_redis.url)
    one.put("before", b"1", 600)
    await eventually(lambda: two.get("before") == b"1")
    await one.take([Want("a", 6), place("p")])
    end(own_redis)

    assert (await one.take([Want("a", 6)])).lacking == ("a",), "it knows what was taken"
    assert not (await one.take([Want("a", 4)])).lacking
    assert not (await two.take([place("p")])).lacking, "each has limits of its own now"
    await eventually(lambda: not one.health().shared and not two.health().shared)
    assert "is away" in one.health().error
    one.put("short", b"one", 60)
    two.put("short", b"two", 90)
    two.drop("before")

    own_redis.start()
    await eventually(lambda: one.health().shared and two.health().shared)
    assert one.health().error == ""
    await eventually(lambda: one.get("short") == two.get("short") == b"two")
    one.put("after", b"1", 60)
    await eventually(lambda: two.get("after") == b"1")
    held = await one.take([place("q")])
    assert not held.lacking
    assert (await two.take([place("q")])).lacking


@pytest.mark.parametrize("first", ["short", "long"])
async def test_of_those_that_join_at_once_the_longest_fact_wins(
    redis_url: str, redis_prefix: str, first: str
) -> None:
    """None of them has seen what the others bring: Redis has the last word, in whatever order they come."""
    names = ["short", "long"] if first == "short" else ["long", "short"]
    facts = {name: SharedFacts(name, redis_prefix, time.monotonic) for name in names}
    facts["short"].put("a", b"short", 60)
    facts["long"].put("a", b"long", 90)
    async with Client.from_url(redis_url) as client, client.pubsub() as told:
        await told.subscribe(f"{redis_prefix}facts")
        await told.get_message(timeout=20)
        for one in facts.values():
            link = Link(client, timeout=20)
            one.joined(link, {})
            running = asyncio.create_task(link.run())
            await link.flushed()
            running.cancel()
        await client.publish(f"{redis_prefix}facts", b"over")
        while (message := await told.get_message(timeout=20)) and message["data"] != b"over":
            for one in facts.values():
                one.heard(message["data"])
        assert await client.get(f"{redis_prefix}f:a") == b"long"
    assert [one.local.get("a") for one in facts.values()] == [b"long", b"long"]


async def test_what_was_dropped_meanwhile_is_forgotten(replicas: Replicas, own_redis: RedisServer) -> None:
    one = await replicas(own_redis.url)
    one.put("a", b"1", 600)
    await one.take([])
    link = one._link
    assert link is not None
    async with Client.from_url(own_redis.url) as client:
        await client.client_kill_filter(_type="pubsub")
        await eventually(lambda: link.broken)
        one.drop("a")
        await eventually(lambda: one._link is not link)
        await one.take([])
        assert [key async for key in client.scan_iter()] == []
    assert one.get("a") is None


async def test_a_silent_server_is_waited_for_once(redis_prefix: str, own_redis: RedisServer) -> None:
    one = Shared(Redis(url=own_redis.url, prefix=redis_prefix, timeoutMs=50))
    await one.start()
    own_redis.freeze()
    assert not (await one.take([Want("a", 1, 100)])).lacking
    with pytest.raises(StopIteration):  # from now on nobody waits at all
        one.take([Want("a", 1, 100)]).send(None)
    assert "does not answer within 50 ms" in one.health().error
    own_redis.thaw()
    await eventually(lambda: one.health().shared)
    await one.close()


async def test_it_starts_without_redis(redis_prefix: str) -> None:
    one = replica(f"redis://user:secret@127.0.0.1:{free_port()}/0", redis_prefix)
    await one.start()
    health = one.health()
    assert (health.kind, health.shared) == ("redis", False)
    assert "127.0.0.1" in health.error
    assert "secret" not in health.error
    assert not (await one.take([Want("a")])).lacking
    await one.close()


async def test_what_was_put_last_is_there_after_the_end(
    replicas: Replicas, redis_url: str, redis_prefix: str
) -> None:
    one = replica(redis_url, redis_prefix)
    await one.start()
    for n in range(1000):
        one.put(f"{n}", b"1", 60)
    await one.close()
    two = await replicas(redis_url)
    assert all(two.get(f"{n}") == b"1" for n in range(1000))


async def test_a_password_is_shown_to_redis_and_to_nobody_else(
    redis_program: str, redis_prefix: str, tmp_path: Path
) -> None:
    server = RedisServer(redis_program, tmp_path, "--requirepass", "geheim")
    server.start()
    for password in ("geheim", "falsch"):
        one = replica(server.url.replace("//", f"//:{password}@"), redis_prefix)
        await one.start()
        assert one.health().shared == (password == "geheim")
        assert password not in one.health().error
        await one.close()
    server.stop()


async def test_a_url_with_options_that_are_none_harms_nothing(redis_url: str, redis_prefix: str) -> None:
    one = replica(f"{redis_url}?bananas=3", redis_prefix)
    await one.start()
    assert "bananas" in one.health().error
    assert not (await one.take([Want("a")])).lacking
    await one.close()


async def test_what_others_say_on_our_channel_is_passed_over(
    replicas: Replicas, redis_url: str, redis_prefix: str
) -> None:
    one, two = await replicas(redis_url), await replicas(redis_url)
    async with Client.from_url(redis_url) as client:
        await client.publish(f"{redis_prefix}facts", b"hello")
    one.put("a", b"1", 60)
    await eventually(lambda: two.get("a") == b"1")
    assert two.health().shared


async def test_the_same_again_is_told_only_when_it_has_aged(
    replicas: Replicas, redis_url: str, redis_prefix: str
) -> None:
    """So a session that keeps its key costs a write now and then, not one a request."""
    one = await replicas(redis_url)
    async with Client.from_url(redis_url) as client, client.pubsub() as heard:
        await heard.subscribe(f"{redis_prefix}facts")
        await heard.get_message(timeout=20)
        for seconds in (60, 60, 60, 90, 90, 80):
            one.put("a", b"1", seconds)
        one.put("a", b"2", 60)
        one.drop("unknown")
        one.put("end", b"", 60)
        await one.take([])
        await client.publish(f"{redis_prefix}facts", b"over")
        told = []
        while (message := await heard.get_message(timeout=20)) and message["data"] != b"over":
            told.append(message)
    assert message, "all that was told has come"
    assert len(told) == 4
