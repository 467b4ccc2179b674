"""Whose a thinking block is.

A provider that is not Anthropic has no signature; ours stands in its place: ``ccr1.<issuer>.<state>``. The
issuer is a short hash of the protocol, provider and family of models, the state whatever the encoder of that
protocol wants back with the next turn (reasoning details, encrypted items, thought signatures), as base64url
JSON.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from typing import Any

import msgspec

PREFIX = "ccr1."

_FAMILY = re.compile(r"claude|gemini(?:-\d)?|gpt|grok")
"""Models that sign or encrypt what they think. Those of one family read each other's state."""


def issuer(protocol: str, provider: str, model: str) -> str:
    """The mark of whoever said it: only the same protocol, provider and family of models gets state back."""
    family = _FAMILY.search(model.lower())
    return hashlib.sha256(f"{protocol}\0{provider}\0{family[0] if family else ''}".encode()).hexdigest()[:12]


def sign(issued_by: str, state: Any = None) -> str:
    """A signature of ours. ``state`` is any JSON value, None for none."""
    if state is None:
        return f"{PREFIX}{issued_by}."
    packed = zlib.compress(msgspec.json.encode(state), 1)
    return f"{PREFIX}{issued_by}.{base64.urlsafe_b64encode(packed).decode()}"


def is_ours(signature: object) -> bool:
    return isinstance(signature, str) and signature.startswith(PREFIX)


def state_of(signature: object, issued_by: str) -> Any:
    """The state inside a signature if ``issued_by`` issued it, else None."""
    if not isinstance(signature, str) or not signature.startswith(f"{PREFIX}{issued_by}."):
        return None
    packed = signature[len(PREFIX) + len(issued_by) + 1 :]
    try:
        inflate = zlib.decompressobj()
        return msgspec.json.decode(inflate.decompress(base64.urlsafe_b64decode(packed), _LARGEST_STATE))
    except (ValueError, zlib.error, msgspec.DecodeError):
        return None


def issued(signature: object, issued_by: str) -> bool:
    """Whether this very issuer made the signature."""
    return isinstance(signature, str) and signature.startswith(f"{PREFIX}{issued_by}.")


_LARGEST_STATE = 16 * 1024 * 1024
