"""Mistakes in a configuration: each with its place, what is wrong, and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """One mistake. ``path`` as one would write it, ``Providers[1].api_base_url``; empty: the file."""

    path: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        text = f"{self.path}: {self.message}" if self.path else self.message
        return f"{text}\n    {self.cure}" if self.cure else text


class ConfigError(Exception):
    """The configuration cannot be used. ``problems`` are all mistakes found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem], file: Path | None = None) -> None:
        super().__init__(problems, file)
        self.problems = masked(problems)
        self.file = file

    def __str__(self) -> str:
        count = "a mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        where = f"The configuration {self.file}" if self.file else "The configuration"
        entries = "\n".join(f"- {problem}".replace("\n", "\n  ") for problem in self.problems)
        return f"{where} has {count}:\n{entries}"


class Unreadable(ConfigError):
    """The file is there, and cannot be read."""


def masked(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The same in words that may be shown: what is quoted, such as an address, may hold a password."""
    from ccr.config.saving.spotting import mask_words

    return tuple(Problem(*map(mask_words, one)) for one in problems)


def shown(value: Any) -> str:
    """A value of the file, short, for a message; no key can be read in it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            from ccr.config.saving.spotting import SHOWN, mask_words

            return f'"{mask_words(value)[:SHOWN]}"'
        case list():
            return "a list"
        case dict():
            return "an object"
    return str(value)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name most like ``word``, upper and lower case, ``-`` and ``_`` being alike."""
    from difflib import get_close_matches

    plain: dict[str, str] = {}
    for name in known:
        plain.setdefault(_plain(name), name)
    found = get_close_matches(_plain(word), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A cure: the nearest right name, or ``otherwise``."""
    found = nearest(word, known)
    return f'Did you mean "{found}"?' if found else otherwise


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
