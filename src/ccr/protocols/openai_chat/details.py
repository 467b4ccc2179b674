"""``reasoning_details``: what OpenRouter and its kin want back with the next turn.

Streamed pieces are put together; what is text stands in the thinking block already and is not kept twice.
"""

from __future__ import annotations

from typing import Any

Detail = dict[str, Any]

_JOINED = ("text", "summary", "data", "signature")


class Details:
    """Collects the details of one thinking block after another."""

    def __init__(self) -> None:
        self._details: list[Detail] = []

    def add(self, pieces: Any) -> str:
        """Takes the details of a delta. Gives the text in them."""
        said = ""
        for piece in pieces if isinstance(pieces, list) else ():
            if isinstance(piece, dict):
                said += _text(piece)
                self._add(piece)
        return said

    def state(self, thought: str) -> dict[str, Any] | None:
        """What is to be kept of them for a block of this text, and forgets them; None for nothing."""
        details, self._details = [d for d in self._details if _says_something(d)], []
        if not details:
            return None
        spoken = [place for place, detail in enumerate(details) if _text(detail)]
        if len(spoken) == 1 and _text(details[spoken[0]]) == thought:
            bare = {key: value for key, value in details[spoken[0]].items() if key not in ("text", "summary")}
            return {"details": [*details[: spoken[0]], bare, *details[spoken[0] + 1 :]], "text": spoken[0]}
        return {"details": details}

    def _add(self, piece: Detail) -> None:
        last = self._details[-1] if self._details else None
        if last is None or not _continues(last, piece):
            self._details.append(dict(piece))
            return
        for key, value in piece.items():
            if key in _JOINED and isinstance(value, str) and isinstance(last.get(key), str):
                last[key] += value
            elif value is not None:
                last[key] = value


def _continues(last: Detail, piece: Detail) -> bool:
    """Whether a piece goes on with a detail: one kind, one place, one id, and not signed yet."""
    if last.get("type") != piece.get("type") or last.get("index") != piece.get("index"):
        return False
    if last.get("id") and piece.get("id") and last["id"] != piece["id"]:
        return False
    return not (last.get("signature") and _text(piece))


def _text(detail: Detail) -> str:
    text = detail.get("summary") if detail.get("type") == "reasoning.summary" else detail.get("text")
    return text if isinstance(text, str) else ""


def _says_something(detail: Detail) -> bool:
    return any(detail.get(key) for key in _JOINED)
