"""``.env`` files: ``NAME=value`` lines, with or without ``export`` and quotes."""

from __future__ import annotations

import re
from collections.abc import Collection

_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*
        (?: "((?:[^"\\]|\\.)*)" | '([^']*)' | ([^\n]*?) )
        (?:[ \t]+\#[^\n]*?)?[ \t]*\r?$""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def parse(text: str) -> dict[str, str]:
    """The variables of a file; later lines win. What is no assignment is passed over.

    Double quotes know ``\\n`` and may span lines, single quotes are literal; `` #`` begins a comment.
    """
    found: dict[str, str] = {}
    for name, double, single, bare in _LINE.findall(text.replace("\r\n", "\n")):
        found[name] = _unescape(double) or single or bare.partition(" #")[0].strip()
    return found


def without(text: str, names: Collection[str]) -> str:
    """The text without the assignments of these variables; all other lines stay."""
    for match in reversed([*_LINE.finditer(text)]):
        if match[1] in names:
            text = text[: match.start()] + text[match.end() + 1 :]
    return text


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)
