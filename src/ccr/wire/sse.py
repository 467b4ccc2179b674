"""Server-sent events, cut from bytes however they arrive.

Takes every line end (``\\n``, ``\\r\\n``, ``\\r``), comments, missing event names, events without a blank
line at the very end, and one thing outside the standard: a field ``error:`` whose value is JSON
(llama-box), reported as an event named ``error``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class SSE(NamedTuple):
    """One event: its name (empty when none was given) and its data, lines joined by ``\\n``."""

    event: str
    data: bytes


class Splitter:
    """``feed`` bytes, get whole events; ``end`` gives an event that lacked its blank line."""

    __slots__ = ("_pending", "_pieces")

    def __init__(self) -> None:
        self._pending = b""
        self._pieces: list[bytes] = []
        """What came since then without a line end: a long event in small pieces is put together once."""

    @property
    def at_rest(self) -> bool:
        """Nothing waits for its end."""
        return not self._pending and not self._pieces

    def feed(self, data: bytes) -> list[SSE]:
        if (event := self.lone(data)) is not None:
            return [event]
        if b"\n" not in data and b"\r" not in data:
            self._pieces.append(data)
            return []
        pending = self._whole(data)
        if b"\r" in pending:
            # A CR at the very end may be half of a CRLF: wait for the other half.
            held = b"\r" if pending.endswith(b"\r") else b""
            whole = pending[: len(pending) - len(held)]
            pending = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            blocks = pending.split(b"\n\n")
            self._pending = blocks.pop() + held
        else:
            blocks = pending.split(b"\n\n")
            self._pending = blocks.pop()
        return [event for block in blocks if block and (event := parse(block)) is not None]

    def lone(self, data: bytes) -> SSE | None:
        """The event that these bytes are, where they are just one; nothing is taken of any other."""
        return None if self._pending or self._pieces else _lone(data)

    def end(self) -> list[SSE]:
        rest = self._whole(b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._pending = b""
        return [event for block in rest.split(b"\n\n") if block and (event := parse(block)) is not None]

    def _whole(self, data: bytes) -> bytes:
        if self._pieces:
            data = b"".join([self._pending, *self._pieces, data])
            self._pieces = []
            return data
        return self._pending + data if self._pending else data


def _lone(data: bytes) -> SSE | None:
    """The shape of nearly every read: one whole event with one line of data. None for any other."""
    name, start = "", 6
    if data[:6] != b"data: ":
        start = data.find(b"\n") + 7
        if data[:7] != b"event: " or data[start - 6 : start] != b"data: ":
            return None
        name = _name(data[7 : start - 7])
    end = len(data) - 2
    if data[end:] == b"\n\n" and data.find(b"\n", start) == end and b"\r" not in data:
        return SSE(name, data[start:end])
    if (
        data[end - 2 :] == b"\r\n\r\n"
        and data.find(b"\n", start) == end - 1
        and data.find(b"\r", start) == end - 2
    ):
        return SSE(name, data[start : end - 2])
    return None


@lru_cache(maxsize=256)
def _name(line: bytes) -> str:
    """The value of an ``event:`` line; there are few different ones."""
    return line.removesuffix(b"\r").decode("utf-8", "replace").strip()


def parse(block: bytes) -> SSE | None:
    """The event in one block of ``\\n``-separated lines, or None for comments alone."""
    if block.startswith(b"data: ") and b"\n" not in block:  # the shape of nearly every chunk
        return SSE("", block[6:])
    event, data = "", []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            event = value.decode("utf-8", "replace").strip()
        elif field == b"error":
            event, data = "error", [value]
    return SSE(event, b"\n".join(data)) if data else None
