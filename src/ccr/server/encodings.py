"""Unpacks request bodies: gzip, deflate, br, zstd, never beyond the limit of a plain body."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli
import zstandard

from ccr.errors import BadRequest, TooLarge

_STEP = 1 << 10


def decompress(data: bytes, encodings: str, limit: int) -> bytes:
    """The plain body. ``encodings`` is the header's value, applied from last to first."""
    for encoding in reversed([e.strip().lower() for e in encodings.split(",")]):
        unpack = _UNPACK.get(encoding)
        if unpack is None:
            raise BadRequest(
                f"Content-Encoding '{encoding}' is not supported; use gzip, deflate, br or zstd."
            )
        try:
            data = unpack(data, limit)
        except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
            raise BadRequest(f"The request body is not valid {encoding}: {error}") from None
    return data


def _bounded(plain: bytes, limit: int) -> bytes:
    if len(plain) > limit:
        raise TooLarge(f"The unpacked request body is over {limit / 1e6:g} MB.")
    return plain


def _zlib(wbits: int) -> Callable[[bytes, int], bytes]:
    def unpack(data: bytes, limit: int) -> bytes:
        unpacker = zlib.decompressobj(wbits)
        plain = _bounded(unpacker.decompress(data, limit + 1), limit)
        if not unpacker.eof:
            raise EOFError("it ends too early")
        return plain

    return unpack


def _brotli(data: bytes, limit: int) -> bytes:
    unpacker = brotli.Decompressor()
    plain = _stepwise(unpacker.process, data, limit)
    if not unpacker.is_finished():
        raise EOFError("it ends too early")
    return plain


def _zstd(data: bytes, limit: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    plain = _stepwise(unpacker.decompress, data, limit)
    if not unpacker.eof:
        raise EOFError("it ends too early")
    return plain


def _stepwise(unpack: Callable[[bytes], bytes], data: bytes, limit: int) -> bytes:
    """For unpackers without a limit of their own: a small step cannot grow far beyond it."""
    parts, size = [], 0
    for start in range(0, len(data), _STEP):
        parts.append(unpack(data[start : start + _STEP]))
        size += len(parts[-1])
        if size > limit:
            break
    return _bounded(b"".join(parts), limit)


_UNPACK: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": _bounded,
    "gzip": _zlib(16 + zlib.MAX_WBITS),
    "x-gzip": _zlib(16 + zlib.MAX_WBITS),
    "deflate": _zlib(zlib.MAX_WBITS),
    "br": _brotli,
    "zstd": _zstd,
}
