"""What tells a secret: the name it stands under, or its looks in a text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

SHOWN = 40
"""Letters of a value that messages show."""

DOTS = "••••"
"""In a text it says: something is left out here."""

_SECRET = re.compile(
    r"key|secret|token|passw|passphrase|authorization|cookie|credential|\bauth$|\bdsn\b", re.IGNORECASE
)
_HARMLESS = re.compile(
    r"url|file|path|name|type|tokenizer|keywords|max|id$|strategy|selection|mode$", re.IGNORECASE
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LAST = re.compile(
    r"(?:(?:api|access|private|secret|^)keys?|secrets?|token|passw(?:or)?ds?|passphrase|pwd"
    r"|authorization|auth|cookies?|credentials?|dsn)\Z"
)
_NO_HOLDER = re.compile(
    r"(?:cache[-_ ]?key|(?:max|min|num|eos|bos|pad|stop|per)[-_ ]?token)\Z", re.IGNORECASE
)
_SCHEMES = frozenset({"bearer", "x-api-key", "x-goog-api-key", "api-key", "google", "aws", "none"})
"""What ``auth`` says: a way, and no secret."""

_REFERENCE = re.compile(r"(?:(?i:bearer|basic) )?(?:\$[A-Z_][A-Z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})")
_DEFAULT = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*:-)([^}]*)(\})")
_LIKE_A_KEY = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|rk|gsk|csk|xai|pplx|tvly|nvapi|fw|hf|r8|ghp|gho|glpat)[-_]|github_pat_"
    r"|AKIA|AIza|ya29\.|eyJ)[\w.-]{12,}"
)
_NAMES = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_ASSIGNED = re.compile(
    r"""((?:key|secret|token|password)s?["']?\s*[:=]\s*\[?\s*["'])([^"'\n]{4,})(?=["'])""", re.IGNORECASE
)
_TOLD = re.compile(
    r"""((?:key|secret|token|passw\w*)s?["']?\s{0,3}[:=]\s{0,3})((?=[^\s"',]*\d)[^\s"',$\[{][^\s"',]{5,})""",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(\s*)([A-Za-z][\w-]*)(\s*[:=]\s*)(\S.*)", re.DOTALL)
_BEARER = re.compile(r"(?<=bearer )[\w.~+/=-]{8,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)([^/@\s:]*):(?!\d{1,5}/)([^@\s][^\s]*|)(?=@)")
_USER = re.compile(r"(?<=://)[^/@\s:]+(?=:?@)")
_NO_SCHEME = re.compile(r"\A([^\s:/@]+):([^\s/@]+)(?=@[\w.-]*(?::\d|\.\w|localhost))")
_PARAMETER = re.compile(
    r"(?<=[?&])([^=&#\s]*(?:key|token|secret|sig|passw|auth|credential)[^=&#\s]*)=([^&#\s]+)", re.IGNORECASE
)
_WORD = re.compile(r"""(?P<open>[\[{])|(?P<close>[\]}])|(?P<word>[^\s"',:\[\]{}]+)(?P<key>["']?\s*:)?""")
_RANDOM = re.compile(r"(?<![\w${])(?=[\w+=-]*\d)[\w+=-]{16,}")
"""A long word with digits: where a text cannot be parsed, it may be a key of which nothing else tells."""


def is_secret(name: str) -> bool:
    """Whether a text of that name is likely a secret."""
    return (bool(_SECRET.search(name)) and not _HARMLESS.search(name)) or holds(name)


def holds(name: str) -> bool:
    """Whether a name says so strongly that it is a key's that nothing below it can be anything else."""
    word = next(reversed(_WORDS.findall(name)), "")
    said = _LAST.search(word.lower()) or _LAST.search(name.lower())
    return said is not None and not _NO_HOLDER.search(name)


def is_reference(text: str) -> bool:
    return _REFERENCE.fullmatch(text.strip()) is not None


def hidden(text: str) -> str:
    """A secret as it is shown: of a long one the last four letters tell which it is; a variable stays."""
    if not text or is_reference(text):
        return text
    if _DEFAULT.fullmatch(text):
        return _DEFAULT.sub(lambda match: f"{match[1]}{_dotted(match[2])}{match[3]}", text)
    return _dotted(text)


def masked(text: str, name: str) -> str:
    """The text that stands under a name, without what is secret in it. Variables' names stay."""
    if not text or is_reference(text) or (text in _SCHEMES and name.lower() == "auth"):
        return text
    if is_secret(name):
        return hidden(text)
    header = _HEADER.fullmatch(text) if "header" in name.lower() else None
    if header and holds(header[2]):
        return f"{header[1]}{header[2]}{header[3]}{hidden(header[4])}"
    return _of_address(_like_keys(text))


def mask_name(name: str, *, secret: bool) -> str:
    """A member's name: people put a key there, too; ``secret``: it is below a name that says it is one's."""
    return hidden(name) if secret and _RANDOM.search(name) else mask_words(name)


def mask_words(text: str) -> str:
    """Words about a value, or a value that is no key itself: what looks like a key in it is masked."""
    return masked(text, "")


def mask_text(text: str) -> str:
    """A text with whatever looks like a key masked: what comments of a file may hold."""
    text = _ASSIGNED.sub(lambda match: f"{match[1]}{_once(match[2])}", text)
    text = _TOLD.sub(lambda match: f"{match[1]}{_once(match[2])}", text)
    return _of_address(_like_keys(text))


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
        if match["key"] or is_secret(word):
            self._enter(word)
            return match[0]
        return match[0] if self._secret is None or _REFERENCE.fullmatch(word) else _dots(match[0])

    def _enter(self, name: str) -> None:
        if self._secret is None or self._depth <= self._secret:
            self._secret = self._depth if is_secret(name) else None


def unfilled(text: str, written: Any, env: Mapping[str, str]) -> str:
    """A message about a configuration, with the names of variables in the place of their values."""
    for name in sorted(set(_NAMES.findall(json.dumps(written)))):
        value = env.get(name, "")
        for piece in (value, value[:SHOWN]):
            text = text.replace(piece, f"${name}") if len(piece) > 3 else text
    return text


def _of_address(text: str) -> str:
    """Without passwords and keys of addresses."""
    text = _USERINFO.sub(lambda match: f"{match[1]}:{_once(match[2])}", text)
    text = _USER.sub(lambda match: _once(match[0]) if _RANDOM.search(match[0]) else match[0], text)
    text = _NO_SCHEME.sub(lambda match: f"{match[1]}:{_once(match[2])}", text)
    return _PARAMETER.sub(lambda match: f"{match[1]}={_once(match[2])}", text)


def _like_keys(text: str) -> str:
    text = _BEARER.sub(lambda match: _dotted(match[0]), text)
    return _LIKE_A_KEY.sub(lambda match: _dotted(match[0]), text)


def _once(text: str) -> str:
    return text if DOTS in text else hidden(text)


def _dots(text: str) -> str:
    return DOTS[0] * len(text)


def _dotted(text: str) -> str:
    return f"{DOTS}{text[-4:]}" if len(text) >= 16 else f"{DOTS}{DOTS}"
