"""Tool ids that every client takes, and that no two calls of a conversation share.

Anthropic's ids match ``[a-zA-Z0-9_-]+``, and Claude Code drops a call whose id the conversation has seen
(reference: providers that restart at ``call_0`` or ``functions.add:0`` at every turn). An id that will not do
is wrapped: ``ccr_<nonce>_<the old id, base64url>``; ``upstream_id`` unwraps it.
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Container

_random = random.Random()  # noqa: S311 - names, not secrets; the system's source costs a system call each
_VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_WRAPPED = re.compile(r"ccr_[0-9a-f]{8}_([A-Za-z0-9_-]*)")
_LONGEST_WRAPPED = 32
"""Longer ids are not kept inside: Chat Completions takes at most 64 characters (CONTRACT §7)."""


def unique() -> str:
    """24 hexadecimal digits that nothing else has."""
    return f"{_random.getrandbits(96):024x}"


def new_request() -> str:
    """The id of a new request."""
    return f"req_{unique()}"


def reseed() -> None:
    """Lets a process that was forked make ids of its own."""
    _random.seed()


def client_id(upstream: str | None, taken: Container[str]) -> str:
    """The id under which a client gets a call; ``taken`` are those of the conversation and this answer."""
    if upstream and _VALID.fullmatch(upstream) and upstream not in taken and not upstream.startswith("ccr_"):
        return upstream
    kept = (upstream or "").encode() if len((upstream or "").encode()) <= _LONGEST_WRAPPED else b""
    return f"ccr_{unique()[:8]}_{base64.urlsafe_b64encode(kept).rstrip(b'=').decode()}"


def upstream_id(client: str) -> str:
    """The provider's own id in a wrapped one; other ids as they are. Empty when there was none."""
    found = _WRAPPED.fullmatch(client)
    if not found:
        return client
    try:
        packed = found[1]
        return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return client


def short_id(client: str, longest: int = 64) -> str:
    """An id of at most ``longest`` characters of ``[a-zA-Z0-9_-]``, the same for the same id."""
    if len(client) <= longest and _VALID.fullmatch(client):
        return client
    return "ccr_" + hashlib.sha256(client.encode("utf-8", "replace")).hexdigest()[: min(longest - 4, 28)]
