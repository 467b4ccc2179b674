"""An answer may be silent for so long, and last for so long; a client that reads slowly is no silence."""

from __future__ import annotations

import asyncio

import pytest

from ccr.errors import UpstreamError
from ccr.upstream.client import Client, Response, Timeouts
from tests.e2e.upstream import STREAM_HEAD, FakeUpstream, chunk, json_answer, stream
from tests.state.replicas import eventually


async def read(response: Response) -> bytes:
    try:
        return b"".join([data async for data in response.chunks()])
    finally:
        response.close()


async def test_silence_ends_it(upstream: FakeUpstream) -> None:
    upstream.reply(stream([b"one"], end=False))
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", Timeouts(idle=0.04))
        with pytest.raises(UpstreamError, match=r"silent for 0\.04 s") as raised:
            await read(response)
    assert raised.value.status == 504


async def test_what_flows_on_ends_at_its_deadline(upstream: FakeUpstream) -> None:
    async def endless(writer: asyncio.StreamWriter, _: object) -> None:
        writer.write(STREAM_HEAD)
        while not writer.is_closing():
            writer.write(chunk(b"x"))
            await writer.drain()
            await asyncio.sleep(0.002)

    upstream.reply(endless)
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", Timeouts(idle=5, total=0.05))
        with pytest.raises(UpstreamError, match=r"did not finish within 0\.05 s"):
            await read(response)


async def test_whoever_reads_slowly_is_not_told_of_silence(upstream: FakeUpstream) -> None:
    go = asyncio.Event()

    async def held(writer: asyncio.StreamWriter, _: object) -> None:
        writer.write(STREAM_HEAD + chunk(b"one") * 3)
        await go.wait()
        writer.write(b"0\r\n\r\n")

    upstream.reply(held)
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", Timeouts(idle=0.02))
        watch = response._watch
        assert watch is not None
        await eventually(lambda: watch._content.total_bytes >= 9)
        for _ in range(20):  # as its timer would, long after
            watch._look()
        go.set()
        assert await read(response) == b"oneoneone"


async def test_it_looks_no_more_once_the_answer_is_closed(upstream: FakeUpstream) -> None:
    async def begun(writer: asyncio.StreamWriter, _: object) -> None:
        writer.write(STREAM_HEAD + chunk(b"one"))
        await asyncio.Event().wait()

    upstream.reply(begun)
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", Timeouts())
        response.close()
        assert response._watch is not None
        assert response._watch._timer.cancelled()


async def test_an_answer_that_is_here_is_not_watched(upstream: FakeUpstream) -> None:
    upstream.reply(json_answer({}))
    async with Client() as client:
        response = await client.post(upstream.url, {}, b"", Timeouts())
        assert response._watch is None
        assert await read(response) == b"{}"
