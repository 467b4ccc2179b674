"""The elements of one JSON array, cut from bytes as they complete: how a stream without ``alt=sse`` comes."""

from __future__ import annotations

import re

_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\]')


class Elements:
    """``feed`` bytes, get the objects that are whole now."""

    __slots__ = ("_at", "_depth", "_pending", "_quoted", "_start")

    def __init__(self) -> None:
        self._pending = bytearray()
        self._at = 0
        self._start = 0
        self._depth = 0
        self._quoted = False

    def feed(self, data: bytes) -> list[bytes]:
        self._pending += data
        elements = []
        while found := (_INSIDE if self._quoted else _OUTSIDE).search(self._pending, self._at):
            self._at = found.end()
            mark = found[0]
            if mark == b"\\":
                self._at += 1  # whatever is escaped; it may be yet to come
            elif mark == b'"':
                self._quoted = not self._quoted
            elif (element := self._bracket(mark, found.start())) is not None:
                elements.append(element)
        self._forget()
        return elements

    def _bracket(self, mark: bytes, place: int) -> bytes | None:
        if mark in b"{[":
            self._depth += 1
            if self._depth == 2:
                self._start = place
            return None
        self._depth -= 1
        return bytes(self._pending[self._start : place + 1]) if self._depth == 1 else None

    def _forget(self) -> None:
        """Drops what has been read; of an element that has begun, nothing."""
        self._at = max(self._at, len(self._pending))
        if done := self._start if self._depth > 1 else len(self._pending):
            del self._pending[:done]
            self._at -= done
            self._start = 0
