"""How much a PDF holds, as far as its bytes say without a PDF reader."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_STREAM = re.compile(rb"stream\r?\n")
_SHOWN = re.compile(rb"\(((?:[^()\\]|\\.)*)\)|<([0-9a-fA-F\s]+)>")
_MOST = 1 << 24
"""Bytes that are inflated at most, so that a small file cannot become a big one."""


class Pages(NamedTuple):
    pages: int
    characters: int


def pages_of(data: str) -> Pages:
    """Pages and shown characters of a base64 PDF; a file that tells nothing has one page."""
    try:
        raw = base64.b64decode(data)
    except (binascii.Error, ValueError):
        return Pages(1, 0)
    texts = list(_streams(raw))
    pages = sum(len(_PAGE.findall(part)) for part in (raw, *texts))
    return Pages(max(pages, 1), sum(map(_shown, texts)))


def _streams(raw: bytes) -> Iterator[bytes]:
    left = _MOST
    start = _STREAM.search(raw)
    while start:
        end = raw.find(b"endstream", start.end())
        end = end if end >= 0 else len(raw)
        text = _inflate(raw[start.end() : end], left)
        left -= len(text)
        yield text
        start = _STREAM.search(raw, end + len(b"endstream"))


def _inflate(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most) if most > 0 else b""
    except zlib.error:
        return b""


def _shown(stream: bytes) -> int:
    """Characters that a page's drawing commands show; hexadecimal strings hold two bytes for each."""
    if b"BT" not in stream or (b"Tj" not in stream and b"TJ" not in stream):
        return 0
    return sum(len(plain) or len(coded) // 4 for plain, coded in _SHOWN.findall(stream))
