"""A bounded memory of what was counted."""

from __future__ import annotations

from typing import Generic, TypeVar

V = TypeVar("V")


class Memo(Generic[V]):
    """A map of at most ``2 * size`` entries that forgets what was not asked for lately.

    Two generations instead of an ordered LRU: what is looked up moves to the young one; when that is full,
    the old one is dropped. Every step is one dict operation, so threads may share it without a lock: at
    worst an entry is counted again.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[object, V] = {}
        self._old: dict[object, V] = {}

    def get(self, key: object) -> V | None:
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: object, value: V) -> None:
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
