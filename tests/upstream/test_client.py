"""What the network does to us has our own words; secrets and addresses of others are not in them."""

from __future__ import annotations

import asyncio

import pytest

from ccr.config.network import Network
from ccr.errors import Unreachable, UpstreamError
from ccr.upstream.client import Client, Timeouts
from tests.e2e.upstream import STREAM_HEAD, FakeUpstream, answer, chunk, hang, stream

FAST = Timeouts(connect=1, first_byte=0.05, idle=0.05, total=60)
PATIENT = Timeouts()


async def test_a_body_comes_as_it_is_sent_and_the_connection_is_kept(upstream: FakeUpstream) -> None:
    upstream.reply(stream([b"one", b"two"]), answer(200, b"three"))
    async with Client() as client:
        for expected in (b"onetwo", b"three"):
            response = await client.post(upstream.url + "/x?a=%2F", {}, b"body", PATIENT)
            assert b"".join([data async for data in response.chunks()]) == expected
            response.close()
    assert len(upstream.writers) == 1
    assert upstream.requests[0].path == "/x?a=%2F"
    assert upstream.requests[0].body == b"body"


async def test_the_connection_of_a_complete_answer_is_kept_though_its_end_comes_later(
    upstream: FakeUpstream,
) -> None:
    ends = asyncio.Event()

    async def late_end(writer: asyncio.StreamWriter, _: object) -> None:
        writer.write(STREAM_HEAD + chunk(b"all"))
        await ends.wait()
        writer.write(b"0\r\n\r\n")

    upstream.reply(late_end, answer(200, b"again"))
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", PATIENT)
        assert await anext(response.chunks()) == b"all"
        response.close(whole=True)
        ends.set()
        await asyncio.wait(client._lingering)
        (await client.post(upstream.url, {}, b"", PATIENT)).close()
    assert len(upstream.writers) == 1


async def test_no_head_in_time_is_unreachable(upstream: FakeUpstream) -> None:
    upstream.reply(hang)
    async with Client() as client:
        with pytest.raises(Unreachable, match=r"No answer .* within 0\.05 s") as raised:
            await client.post(upstream.url + "/secret-path?key=k", {}, b"", FAST)
    assert raised.value.status == 504
    assert "secret" not in raised.value.message


async def test_silence_between_bytes_is_broken(upstream: FakeUpstream) -> None:
    upstream.reply(stream([b"one"], end=False))
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", FAST)
        with pytest.raises(UpstreamError, match="silent"):
            async for _ in response.chunks():
                pass
        response.close()


async def test_a_connection_that_breaks_is_broken(upstream: FakeUpstream) -> None:
    upstream.reply(stream([b"one"], cut=True))
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", PATIENT)
        with pytest.raises(UpstreamError, match="broke"):
            async for _ in response.chunks():
                pass
        response.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://nowhere.invalid/x", "nonsense", "ftp://x/y"])
async def test_where_nobody_is_is_unreachable(url: str) -> None:
    async with Client() as client:
        with pytest.raises(Unreachable):
            await client.post(url, {}, b"", Timeouts(first_byte=5))


async def test_this_machine_is_reached_without_the_proxy(upstream: FakeUpstream) -> None:
    upstream.reply(answer(200, b"x"))
    async with Client(Network("http://127.0.0.1:9")) as client:
        (await client.post(upstream.url, {}, b"", PATIENT)).close()


async def test_a_header_that_cannot_be_sent_is_said_and_not_shown(upstream: FakeUpstream) -> None:
    async with Client() as client:
        with pytest.raises(Unreachable, match="line break") as raised:
            await client.post(upstream.url, {"x-api-key": "secret\nkey"}, b"", PATIENT)
    assert "secret" not in raised.value.message


async def test_a_proxy_that_is_not_there_is_named_as_such() -> None:
    async with Client(Network("http://127.0.0.1:9")) as client:
        with pytest.raises(Unreachable, match="proxy"):
            await client.post("http://example.invalid/", {}, b"", PATIENT)


def test_the_time_limit_bounds_each_wait_and_can_be_set_one_by_one() -> None:
    assert Timeouts.of(600_000, {}) == Timeouts(15, 600, 300, 3600)
    assert Timeouts.of(5_000, {}) == Timeouts(5, 5, 5, 3600)
    assert Timeouts.of(600_000, {"idle": 7, "unknown": 1}) == Timeouts(15, 600, 7, 3600)


async def whole(client: Client, url: str) -> bytes:
    response = await client.post(url, {}, b"", PATIENT)
    try:
        return b"".join([data async for data in response.chunks()])
    finally:
        response.close()


NO_HTTP = b"NONSENSE\r\n\r\n"
SHORT = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"
UNPACKABLE = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\njunk"


@pytest.mark.parametrize(
    ("sent", "words"), [(NO_HTTP, "not valid HTTP"), (SHORT, "ended before"), (UNPACKABLE, "unpacked")]
)
async def test_a_broken_answer_is_told_in_words_that_show_no_address(
    upstream: FakeUpstream, sent: bytes, words: str
) -> None:
    async def broken(writer: asyncio.StreamWriter, _: object) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    upstream.reply(broken)
    async with Client() as client:
        with pytest.raises(UpstreamError, match=words) as raised:
            await whole(client, upstream.url + "/secret-path?key=k")
    assert "secret" not in raised.value.message
    assert "400" not in raised.value.message


async def test_long_headers_are_taken(upstream: FakeUpstream) -> None:
    upstream.reply(answer(200, b"ok", content_security_policy="x" * 20_000))
    async with Client() as client:
        assert await whole(client, upstream.url) == b"ok"
