"""What is shown instead of keys, and the keys again when what was shown comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ccr.config.problems import Problem
from ccr.config.variables import child

SHOWN = 40
"""Letters of a value that messages show."""

DOTS = "••••"
"""In a text it says: something is left out here."""

_SECRET = re.compile(
    r"key|secret|token|passw|passphrase|authorization|cookie|credential|\bauth$|\bdsn\b", re.IGNORECASE
)
_HARMLESS = re.compile(r"url|file|path|name|type|tokenizer|keywords|max|id$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:bearer |basic )?(?:\$[A-Z_][A-Z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})", re.IGNORECASE
)
_LIKE_A_KEY = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|rk|gsk|csk|xai|pplx|tvly|nvapi|fw|hf|r8|ghp|gho|glpat|AKIA|AIza|ya29|eyJ)[-_.]?[\w.-]{12,})"
)
_NAMES = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_ASSIGNED = re.compile(
    r"""((?:key|secret|token|password)s?["']?\s*[:=]\s*\[?\s*["'])([^"'\n]{4,})(?=["'])""", re.IGNORECASE
)
_BEARER = re.compile(r"(?<=bearer )[\w.~+/=-]{8,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)([^/@\s:]*):([^/@\s]+)(?=@)")
_PARAMETER = re.compile(
    r"(?<=[?&])([^=&#\s]*(?:key|token|secret|sig|passw)[^=&#\s]*)=([^&#\s$]+)", re.IGNORECASE
)
_WORD = re.compile(r"""(?P<open>[\[{])|(?P<close>[\]}])|(?P<word>[^\s"',:\[\]{}]+)(?P<key>["']?\s*:)?""")
_RANDOM = re.compile(r"(?<![\w${])(?=[\w+=-]*\d)[\w+=-]{16,}")
"""A long word with digits: where a text cannot be parsed, it may be a key of which nothing else tells."""


def blotted(text: str) -> str:
    """A text that cannot be parsed, as long as it was: each letter that may be one of a key is a dot."""
    text = _WORD.sub(_Blot(), text)
    text = _USERINFO.sub(lambda match: f"{match[1]}:{_dots(match[2])}", text)
    text = _PARAMETER.sub(lambda match: f"{match[1]}={_dots(match[2])}", text)
    return _RANDOM.sub(lambda match: _dots(match[0]), _LIKE_A_KEY.sub(lambda match: _dots(match[0]), text))


class _Blot:
    """Goes through the words: all below a secret's name are blotted, until a name beside or above it."""

    def __init__(self) -> None:
        self._depth = 0
        self._secret: int | None = None

    def __call__(self, match: re.Match[str]) -> str:
        if not (word := match["word"]):
            self._depth += 1 if match["open"] else -1
            return match[0]
        if match["key"] or _is_secret(word):
            self._enter(word)
            return match[0]
        return match[0] if self._secret is None or _REFERENCE.fullmatch(word) else _dots(match[0])

    def _enter(self, name: str) -> None:
        if self._secret is None or self._depth <= self._secret:
            self._secret = self._depth if _is_secret(name) else None


def mask_text(text: str) -> str:
    """A text with whatever looks like a key masked: what comments of a file may hold."""
    text = _ASSIGNED.sub(lambda match: f"{match[1]}{_unless_reference(match[2])}", text)
    return _LIKE_A_KEY.sub(lambda match: _dotted(match[0]), text)


def mask_words(text: str) -> str:
    """Words about a value, or a value that is no key itself: what looks like a key in it is masked."""
    return _masked(text, "")


def mask(value: Any, key: str = "") -> Any:
    """A copy in which no key can be read. ``$VAR`` and ``${VAR}`` stay as they are written."""
    if isinstance(value, dict):
        return {name: mask(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [mask(item, key) for item in value]
    return _masked(value, key) if isinstance(value, str) else value


def unfilled(text: str, written: Any, env: Mapping[str, str]) -> str:
    """A message about a configuration, with the names of variables in the place of their values."""
    for name in sorted(set(_NAMES.findall(json.dumps(written)))):
        value = env.get(name, "")
        for piece in (value, value[:SHOWN]):
            text = text.replace(piece, f"${name}") if len(piece) > 3 else text
    return text


def unmask(value: Any, known: Any, path: str = "") -> tuple[Any, list[Problem]]:
    """A copy in which each masked text is again the secret that stood there in ``known``, and what has none.

    Entries of a list are found by their ``name``; a mask that fits one secret only among its list is enough.
    """
    problems: list[Problem] = []
    return _restored(value, known, path, "", problems), problems


def _restored(value: Any, known: Any, path: str, key: str, problems: list[Problem]) -> Any:
    if isinstance(value, dict):
        return {
            name: _restored(item, _under(known, name), child(path, name), name, problems)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [
            _restored(item, _entry(known, item), child(path, n), key, problems)
            for n, item in enumerate(value)
        ]
    if not isinstance(value, str) or DOTS not in value:
        return value
    found = {secret for secret, name in _texts(known, key) if _masked(secret, name) == value}
    if len(found) == 1:
        return found.pop()
    problems.append(
        Problem(path, "is masked, and what it stands for is not known.", "Write the whole value.")
    )
    return value


def _under(known: Any, name: str) -> Any:
    """The counterpart of a member; in a list whose entry was not found all of it."""
    return known.get(name) if isinstance(known, dict) else known


def _entry(known: Any, item: Any) -> Any:
    if not isinstance(known, list) or not isinstance(item, dict):
        return known
    named = [one for one in known if isinstance(one, dict) and one.get("name") == item.get("name")]
    return named[0] if len(named) == 1 else known


def _texts(known: Any, key: str) -> Iterator[tuple[str, str]]:
    """Each text with the key that says what it is."""
    if isinstance(known, str):
        yield known, key
    elif isinstance(known, dict):
        for name, item in known.items():
            yield from _texts(item, name)
    elif isinstance(known, list):
        for item in known:
            yield from _texts(item, key)


def _masked(text: str, key: str) -> str:
    if not text or _REFERENCE.fullmatch(text.strip()):
        return text
    if _is_secret(key):
        return _dotted(text)
    text = _USERINFO.sub(lambda match: f"{match[1]}:{_unless_reference(match[2])}", text)
    text = _PARAMETER.sub(lambda match: f"{match[1]}={_dotted(match[2])}", text)
    text = _BEARER.sub(lambda match: _dotted(match[0]), text)
    return _LIKE_A_KEY.sub(lambda match: _dotted(match[0]), text)


def _is_secret(key: str) -> bool:
    return bool(_SECRET.search(key)) and not _HARMLESS.search(key)


def _unless_reference(text: str) -> str:
    return text if _REFERENCE.fullmatch(text) or DOTS in text else _dotted(text)


def _dots(text: str) -> str:
    return DOTS[0] * len(text)


def _dotted(text: str) -> str:
    """The last four letters of a long text stay, so that people know which it is."""
    return f"{DOTS}{text[-4:]}" if len(text) >= 16 else f"{DOTS}{DOTS}"
