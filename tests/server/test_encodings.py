"""Packed bodies: every encoding, in any order of packing, never beyond the limit."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard

from ccr.errors import BadRequest, TooLarge
from ccr.server.encodings import decompress

PACK = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}


@pytest.mark.parametrize("encoding", PACK)
def test_each_encoding_is_unpacked(encoding: str) -> None:
    plain = b"abc" * 1000
    assert decompress(PACK[encoding](plain), encoding.upper(), 3000) == plain


def test_several_encodings_are_taken_off_from_the_last() -> None:
    assert decompress(gzip.compress(brotli.compress(b"x")), "br, gzip", 10) == b"x"


@pytest.mark.parametrize("encoding", PACK)
def test_a_bomb_is_stopped_at_the_limit(encoding: str) -> None:
    with pytest.raises(TooLarge):
        decompress(PACK[encoding](b"\0" * 10_000_000), encoding, 1000)


@pytest.mark.parametrize("encoding", [*PACK, "lzma"])
def test_what_cannot_be_unpacked_is_a_bad_request(encoding: str) -> None:
    with pytest.raises(BadRequest):
        decompress(b"not packed at all", encoding, 1000)


@pytest.mark.parametrize("encoding", PACK)
def test_half_a_body_is_a_bad_request(encoding: str) -> None:
    packed = PACK[encoding](bytes(range(256)) * 40)
    with pytest.raises(BadRequest):
        decompress(packed[: len(packed) // 2], encoding, 100_000)
