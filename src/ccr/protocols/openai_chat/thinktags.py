"""``<think>…</think>`` at the start of an answer, told apart from the text behind it as it streams in."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkTags:
    """``feed`` text, get (thinking, text); ``end`` gives what was held back for a tag that never came."""

    def __init__(self) -> None:
        self._state = "start"
        self._held = ""

    def feed(self, text: str) -> tuple[str, str]:
        """What is thinking and what is text in the next piece."""
        if self._state == "text":
            return "", text
        text, self._held = self._held + text, ""
        return self._start(text) if self._state == "start" else self._inside(text)

    def end(self) -> tuple[str, str]:
        """The rest, at the end of the answer."""
        held, self._held = self._held, ""
        return (held, "") if self._state == "inside" else ("", held)

    def _start(self, text: str) -> tuple[str, str]:
        begun = text.lstrip()
        if begun.startswith(_OPEN):
            self._state = "inside"
            return self._inside(begun[len(_OPEN) :])
        if _OPEN.startswith(begun):
            self._held = text
            return "", ""
        self._state = "text"
        return "", text

    def _inside(self, text: str) -> tuple[str, str]:
        thought, closed, rest = text.partition(_CLOSE)
        if closed:
            self._state = "text"
            return thought, rest.lstrip()
        kept = next((n for n in range(len(_CLOSE) - 1, 0, -1) if text.endswith(_CLOSE[:n])), 0)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept], ""
