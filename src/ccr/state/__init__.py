"""What replicas share: facts that expire, and buckets that requests are taken from.

contract        the one contract: ``State``
facts, buckets  both halves in this process
memory, file    a state of one process; its facts outlive it
scripts, link   what Redis does in one step; the connection on which it is asked
redis           a state in Redis, of ``shared_facts`` and ``shared_buckets``
"""

from __future__ import annotations

from ccr.config import Settings
from ccr.state.contract import Health, State
from ccr.state.file import path_of
from ccr.state.memory import Memory

__all__ = ["Health", "State", "open_state"]


def open_state(settings: Settings) -> State:
    """The state that the configuration asks for; ``start`` it before use."""
    if settings.redis is None:
        return Memory(path_of(settings))
    from ccr.state.redis import Shared

    return Shared(settings.redis)
