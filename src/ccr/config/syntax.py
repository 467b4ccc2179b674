"""JSON5 text to values; a mistake is told with its line, its column, and what it looks like.

JSON, also with comments and trailing commas, is read by the standard library, which is a hundred times
faster; only the rest of JSON5 (single quotes, bare keys, …) needs the parser of that name.
"""

from __future__ import annotations

import json
import re
from typing import Any

_STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING = re.compile(rf"({_STRING})|,(?=\s*[}}\]])")
_JSON5_ERROR = re.compile(r"<string>:(\d+) (.*) at column (\d+)", re.DOTALL)
_TOLD = "Comments, trailing commas, single quotes and keys without quotes are fine."


class SyntaxMistake(ValueError):
    """The text is no JSON5. The message is for the user, several lines long."""


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, or in UTF-16 as Windows' shells write it. Raises ``SyntaxMistake``."""
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SyntaxMistake(f"It is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None


def parse(text: str) -> Any:
    """The value. Raises ``SyntaxMistake``."""
    if not text.strip():
        raise SyntaxMistake("It is empty. The least that works is: {}")
    for prepared in (str, _relaxed):
        try:
            return json.loads(prepared(text))
        except (ValueError, RecursionError):
            continue
    return _parse_json5(text)


def _relaxed(text: str) -> str:
    """Without comments and trailing commas; strings in double quotes are left alone."""
    return _TRAILING.sub(_kept, _COMMENT.sub(_kept, text))


def _kept(match: re.Match[str]) -> str:
    return match[1] or " "


def _parse_json5(text: str) -> Any:
    import json5

    try:
        return json5.loads(text)
    except ValueError as error:
        raise SyntaxMistake(_explain(text, str(error))) from None
    except RecursionError:
        raise SyntaxMistake("It is nested too deeply.") from None


def _explain(text: str, error: str) -> str:
    """The mistake in words, with the line it stands on and a mark below it. No key can be read in it."""
    from ccr.config.saving.spotting import blotted

    match = _JSON5_ERROR.match(error)
    if match is None:
        return f"It is not JSON5: {error}. {_TOLD}"
    line, column = int(match[1]), int(match[3])
    lines = text.splitlines() or [""]
    shown = blotted(text).splitlines()[min(line, len(lines)) - 1].replace("\t", " ")
    start = max(0, column - 60)
    mark = " " * (column - 1 - start) + "^"
    what = _hint(lines, line, column)
    return (
        f"Syntax error in line {line}, column {column}: {what}\n{shown[start : start + 100]}\n{mark}\n{_TOLD}"
    )


def _hint(lines: list[str], line: int, column: int) -> str:
    """What the place looks like; lines and columns count from 1."""
    before = "\n".join(
        [*lines[: line - 1], lines[line - 1][: column - 1] if line <= len(lines) else ""]
    ).rstrip()
    here = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
    if not here and line >= len(lines):
        return "the text ends before everything is closed: look for a missing quote or bracket."
    if before[-1:] in tuple("\"'}]0123456789") and here not in ("}", "]", ":", ","):
        return f"unexpected {here!r}; a comma or a colon is probably missing before it."
    return f"unexpected {here!r}."
