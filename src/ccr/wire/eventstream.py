"""AWS's binary event stream, cut from bytes however they arrive.

A frame is: total length, length of the headers, CRC of these two (4 bytes each, big-endian), headers,
payload, CRC of all before it. A header is: length of its name (1 byte), name, type (1 byte), value. Each
frame is given as an ``SSE``: the event's or exception's type, and the payload. Of bytes that are no frame an
event ``error`` is made, and nothing is read after it: where the next one begins cannot be known.
"""

from __future__ import annotations

import zlib
from struct import Struct
from typing import Final

from ccr.wire import json, sse
from ccr.wire.sse import SSE

LARGEST: Final = 24 << 20
"""Bytes of a frame; AWS's own clients take no larger one."""

_PRELUDE = Struct(">III")
_CRC = Struct(">I")
_OVERHEAD = _PRELUDE.size + _CRC.size
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Bytes of a header's value by its type; types 6 (bytes) and 7 (text) begin with a length of 2 bytes."""

_KEPT_HEADERS = 64
"""Different sets of headers that are remembered; a stream has about ten."""


class BadFrame(ValueError):
    """Bytes that are no frame."""


class Splitter(sse.Splitter):
    """``feed`` bytes, get whole events; ``end`` gives an error when a frame was cut off."""

    __slots__ = ("_broken", "_buffer", "_names")

    def __init__(self) -> None:
        super().__init__()
        self._buffer = bytearray()
        self._names: dict[bytes, str] = {}
        self._broken = False

    def feed(self, data: bytes) -> list[SSE]:
        if self._broken:
            return []
        self._buffer += data
        events: list[SSE] = []
        try:
            self._cut(events)
        except BadFrame as error:
            events.append(self._failed(f"The provider's event stream is damaged: {error}"))
        return events

    def end(self) -> list[SSE]:
        cut_off = self._buffer and not self._broken
        return [self._failed("The provider's event stream was cut off inside a frame.")] if cut_off else []

    def _cut(self, events: list[SSE]) -> None:
        buffer, start = self._buffer, 0
        while len(buffer) - start >= _OVERHEAD:
            total, headers, crc = _PRELUDE.unpack_from(buffer, start)
            if not headers + _OVERHEAD <= total <= LARGEST or zlib.crc32(buffer[start : start + 8]) != crc:
                raise BadFrame("the beginning of a frame makes no sense")
            if len(buffer) - start < total:
                break
            events.append(self._event(bytes(buffer[start : start + total]), headers))
            start += total
        del buffer[:start]

    def _event(self, frame: bytes, headers: int) -> SSE:
        if zlib.crc32(frame[:-4]) != _CRC.unpack_from(frame, len(frame) - 4)[0]:
            raise BadFrame("a checksum is wrong")
        payload = _PRELUDE.size + headers
        raw = frame[_PRELUDE.size : payload]
        name = self._names.get(raw)
        return self._named(raw, frame[payload:-4]) if name is None else SSE(name, frame[payload:-4])

    def _named(self, raw: bytes, payload: bytes) -> SSE:
        found = read_headers(raw)
        if found.get(":message-type") == "error":
            message = found.get(":error-message") or found.get(":error-code") or ""
            return SSE("error", json.encode({"message": message, "code": found.get(":error-code")}))
        name = found.get(":exception-type") or found.get(":event-type") or ""
        if len(self._names) < _KEPT_HEADERS:
            self._names[raw] = name
        return SSE(name, payload)

    def _failed(self, message: str) -> SSE:
        self._broken = True
        self._buffer.clear()
        return SSE("error", json.encode({"message": message}))


def read_headers(raw: bytes) -> dict[str, str]:
    """The headers whose values are text, by name. Raises ``BadFrame``."""
    found: dict[str, str] = {}
    at = 0
    try:
        while at < len(raw):
            end = at + 1 + raw[at]
            name, kind, at = raw[at + 1 : end].decode(), raw[end], end + 1
            size = _SIZES.get(kind)
            if size is None:
                if kind not in (6, 7):
                    raise BadFrame(f"a header has the unknown type {kind}")
                size, at = int.from_bytes(raw[at : at + 2]), at + 2
            value, at = raw[at : at + size], at + size
            if kind == 7:
                found[name] = value.decode()
    except (IndexError, UnicodeDecodeError):
        raise BadFrame("its headers make no sense") from None
    if at != len(raw):
        raise BadFrame("its headers are cut off")
    return found
