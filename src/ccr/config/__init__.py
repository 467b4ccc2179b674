"""Floor 3: what the user decided.

``load`` reads and checks everything: ``Settings``, or a ``ConfigError`` with every mistake at once. ``peek``
reads only what `ccr status` and its like need, without the validator. Both take the same file and variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccr.config.loading import load as load
    from ccr.config.peek import peek as peek
    from ccr.config.problems import ConfigError as ConfigError
    from ccr.config.problems import Problem as Problem
    from ccr.config.settings import Settings as Settings

_HOME = {"load": "loading", "ConfigError": "problems", "Problem": "problems", "Settings": "settings"}


def __getattr__(name: str) -> Any:
    """What is exported, imported when first asked for: `ccr status` must not wait for the validator."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
