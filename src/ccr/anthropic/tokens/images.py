"""The size of an image from its first bytes, and what Anthropic counts for it."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from typing import Final

PATCH = 28
_HEADS: Final = (1 << 10, 1 << 18)
"""How much base64 to decode: a JPEG may carry a preview and colour tables before its size."""

_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

Size = tuple[int, int]


def size_of(data: str) -> Size | None:
    """Width and height in pixels of a base64 PNG, JPEG, GIF or WebP; None when its head does not say."""
    for length in _HEADS:
        if (size := _size(_head(data, length))) or length >= len(data):
            return size
    return None


def tokens_of(size: Size, edge: int, limit: int) -> int:
    """Tokens of an image, which is first scaled down to ``edge`` pixels and to ``limit`` patches."""
    scale = min(1.0, edge / max(size))
    across, down = (math.ceil(side * scale / PATCH) for side in size)
    return min(across * down, limit) + 3


def _head(data: str, length: int) -> bytes:
    try:
        return base64.b64decode(data[:length])
    except (binascii.Error, ValueError):
        return b""


def _size(head: bytes) -> Size | None:
    for magic, read in _FORMATS:
        if head.startswith(magic):
            size = read(head)
            return size if size and min(size) > 0 else None
    return None


def _png(head: bytes) -> Size | None:
    return _big(head, 16, 4), _big(head, 20, 4)


def _gif(head: bytes) -> Size | None:
    return _little(head, 6, 2), _little(head, 8, 2)


def _jpeg(head: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        if head[at + 1] in _JPEG_SIZES:
            return _big(head, at + 7, 2), _big(head, at + 5, 2)
        at += 1 if head[at + 1] == 0xFF else 2 + _big(head, at + 2, 2)
    return None


def _webp(head: bytes) -> Size | None:
    match head[12:16]:
        case b"VP8 ":
            return _little(head, 26, 2) & 0x3FFF, _little(head, 28, 2) & 0x3FFF
        case b"VP8L":
            bits = _little(head, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _little(head, 24, 3) + 1, _little(head, 27, 3) + 1
    return None


def _big(head: bytes, at: int, length: int) -> int:
    return int.from_bytes(head[at : at + length], "big")


def _little(head: bytes, at: int, length: int) -> int:
    return int.from_bytes(head[at : at + length], "little")


_FORMATS: Final[tuple[tuple[bytes, Callable[[bytes], Size | None]], ...]] = (
    (b"\x89PNG", _png),
    (b"\xff\xd8", _jpeg),
    (b"GIF8", _gif),
    (b"RIFF", _webp),
)
