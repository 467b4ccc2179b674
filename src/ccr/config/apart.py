"""Settings on their way from the process that read them to the one that uses them.

Who reads imports the validator, the packaged table and the file's parser; who serves need not. Only what our
own child has written is ever taken: pickles can do anything.
"""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

from ccr.config.problems import ConfigError
from ccr.config.settings import Settings


def packed(load: Callable[[], Settings]) -> bytes:
    """What ``load`` gives, or the ``ConfigError`` that it raises."""
    try:
        found: Settings | ConfigError = load()
    except ConfigError as error:
        found = error
    to = BytesIO()
    _Pickler(to, pickle.HIGHEST_PROTOCOL).dump(found)
    return to.getvalue()


def unpacked(data: bytes) -> Settings:
    """The settings again. Raises the ``ConfigError``."""
    found: Settings | ConfigError = pickle.loads(data)  # noqa: S301 - our own child's
    if isinstance(found, ConfigError):
        raise found
    return found


def _frozen(items: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(items)


class _Pickler(pickle.Pickler):
    """Takes mappings that cannot be changed, too."""

    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda one: (_frozen, (dict(one),))}
