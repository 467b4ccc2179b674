"""JSON texts, one a line, cut from bytes however they arrive. Each is given as an event without a name."""

from __future__ import annotations

from ccr.wire import sse
from ccr.wire.sse import SSE


class Splitter(sse.Splitter):
    """``feed`` bytes, get whole lines; ``end`` gives a last one that lacked its line end."""

    __slots__ = ()

    def feed(self, data: bytes) -> list[SSE]:
        *lines, self._pending = (self._pending + data if self._pending else data).split(b"\n")
        return [SSE("", line) for line in lines if line.strip()]

    def end(self) -> list[SSE]:
        line, self._pending = self._pending.strip(), b""
        return [SSE("", line)] if line else []
