"""JSON by msgspec, with one concession: lone surrogates, which JavaScript emits, become U+FFFD.

So do bytes that are no UTF-8: a provider's broken character must not cost the whole answer.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

JSONError = msgspec.DecodeError

FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder of msgspec's raises for bytes that are no JSON, no UTF-8, or nested too deeply."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes | str) -> Any:
    """The value of a JSON text. Raises ``JSONError`` with the position when it is none."""
    try:
        return _decode(data)
    except RecursionError:
        raise JSONError("JSON is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _decode_lenient(data, error)


def encode(value: Any) -> bytes:
    """Compact UTF-8 JSON. Lone surrogates are replaced."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(_scrub(value))


def decode_noting(data: bytes) -> tuple[Any, bool]:
    """The value of a JSON text, and whether it is the text's own: False when something had to be replaced."""
    try:
        return _decode(data), True
    except FAULTS:
        return decode(data), False


class Fixed(dict[str, Any]):
    """A JSON object that nobody changes: it is written once, however often it is sent."""

    __slots__ = ("_raw",)
    _raw: msgspec.Raw

    def copy(self) -> dict[str, Any]:
        """The same, to be changed at will down to its leaves."""
        value: dict[str, Any] = decode(encode(self))
        return value


def text_of(value: Fixed) -> msgspec.Raw:
    """Its text, which an encoder copies as it stands."""
    try:
        return value._raw  # noqa: SLF001
    except AttributeError:
        value._raw = msgspec.Raw(encode(value))  # noqa: SLF001
        return value._raw  # noqa: SLF001


def _decode_lenient(data: bytes | str, error: Exception) -> Any:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes | bytearray) else data
    if "\\u" not in text and "\ufffd" not in text:
        raise JSONError(str(error)) from None
    try:
        return _scrub(json.loads(text, strict=True))
    except (ValueError, RecursionError):
        raise JSONError(str(error)) from None


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    if isinstance(value, dict):
        return {_scrub(key): _scrub(item) for key, item in value.items()}
    return value
