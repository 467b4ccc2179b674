"""What goes wrong on the wire: replies for ``FakeUpstream`` that no honest server gives."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Iterable
from typing import Any, Literal

from tests.e2e.upstream import STREAM_HEAD, Reply, Seen, answer, chunk

PAUSE = 0.002
"""Seconds between frames, so that most arrive by themselves."""

End = Literal["cut", "end", "hang"]


async def reset(writer: asyncio.StreamWriter, _seen: Seen | None = None) -> None:
    """The connection is reset, not closed."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(writer: asyncio.StreamWriter, _seen: Seen | None = None) -> None:
    """The connection is closed without a byte."""
    writer.close()


def says(data: bytes, end: End = "cut") -> Reply:
    """These bytes, and nothing that makes them whole."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(data)
        await writer.drain()
        await _ended(writer, seen, end)

    return reply


def frames(data: Iterable[bytes], end: End = "end", *, kind: str = "", rest: bytes = b"") -> Reply:
    """A stream of frames. ``kind``: another content type than that of a stream. ``rest``: half a frame."""
    head = STREAM_HEAD.replace(b"text/event-stream", kind.encode()) if kind else STREAM_HEAD

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(head)
        for frame in [*data, *([rest] if rest else [])]:
            writer.write(chunk(frame))
            await writer.drain()
            await asyncio.sleep(PAUSE)
        if end == "end":
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        else:
            await _ended(writer, seen, end)

    return reply


def trickle(data: bytes, kind: str) -> Reply:
    """A whole answer in pieces of a few bytes."""
    head = STREAM_HEAD.replace(b"text/event-stream", kind.encode())

    async def reply(writer: asyncio.StreamWriter, _seen: Seen) -> None:
        writer.write(head)
        for at in range(0, len(data), 7):
            writer.write(chunk(data[at : at + 7]))
            await writer.drain()
            await asyncio.sleep(PAUSE / 4)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return reply


def endless(head: bytes, frame: bytes) -> Reply:
    """The same frame again and again, until the router has left."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(head)
        while not seen.closed.is_set():
            writer.write(frame)
            await writer.drain()
            await asyncio.sleep(PAUSE)

    return reply


def stalls(data: Iterable[bytes], after: int) -> Reply:
    """The first frames, then for long only comments, then the rest."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(STREAM_HEAD)
        for number, frame in enumerate(data):
            for _ in range(40 if number == after else 0):
                if not seen.closed.is_set():
                    writer.write(chunk(b": still here\n\n"))
                    await asyncio.sleep(0.01)
            writer.write(chunk(frame))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return reply


def page(status: int, words: str) -> Reply:
    return answer(status, f"<html><title>{words}</title></html>".encode(), "text/html")


def labelled(value: Any, kind: str) -> Reply:
    """A JSON answer under another content type."""
    return answer(200, json.dumps(value).encode(), kind)


async def _ended(writer: asyncio.StreamWriter, seen: Seen, end: End) -> None:
    if end == "cut":
        writer.transport.abort()
    elif end == "end":
        writer.close()
    else:
        await seen.closed.wait()
