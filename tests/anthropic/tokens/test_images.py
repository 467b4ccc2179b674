"""An image's size is read from its first bytes."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.tokens.images import size_of, tokens_of


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(5)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(3)


def jpeg(width: int, height: int, preview: int = 16) -> bytes:
    described = b"\xff\xe1" + struct.pack(">H", preview + 2) + bytes(preview)
    return (
        b"\xff\xd8" + described + b"\xff\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    )


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF" + bytes(4) + b"WEBP" + kind + bytes(4) + rest


def lossy(width: int, height: int) -> bytes:
    return webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(8))


def lossless(width: int, height: int) -> bytes:
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(8))


def extended(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp(b"VP8X", bytes(4) + sides + bytes(8))


@pytest.mark.parametrize("make", [png, gif, jpeg, lossy, lossless, extended])
@pytest.mark.parametrize("size", [(1, 1), (640, 480), (3000, 5)])
def test_each_format_tells_its_size(make: object, size: tuple[int, int]) -> None:
    assert callable(make)
    assert size_of(base64.b64encode(make(*size)).decode()) == size


def test_a_preview_before_the_size_is_passed_over() -> None:
    assert size_of(base64.b64encode(jpeg(800, 600, preview=60_000)).decode()) == (800, 600)


@given(st.binary(max_size=64), st.sampled_from([b"", b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF"]))
def test_what_is_no_image_has_no_size_or_a_positive_one(rest: bytes, magic: bytes) -> None:
    size = size_of(base64.b64encode(magic + rest).decode())
    assert size is None or min(size) > 0


@pytest.mark.parametrize("data", ["", "%%%", "abc", "/9j/" * 10])
def test_what_is_not_base64_has_no_size(data: str) -> None:
    assert size_of(data) is None


@pytest.mark.parametrize(
    ("size", "tokens"),
    [((1, 1), 4), ((1001, 1001), 1299), ((597, 566), 465), ((4000, 200), 56 * 3 + 3), ((8000, 8000), 1571)],
)
def test_tokens_by_patches_after_scaling_down(size: tuple[int, int], tokens: int) -> None:
    assert tokens_of(size, edge=1568, limit=1568) == tokens
