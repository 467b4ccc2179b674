"""Going on with a text that another began: what the target is sent, and where its words join on. Pure.

A target gets the text without the white space at its end, because Anthropic refuses that. It may then begin
with that white space or without, or say the end of the text again, as some do that cannot do better.
"""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Body, blocks
from ccr.exchange import Target
from ccr.protocols.anthropic.thoughts import without_thinking

LEAST = 24
"""So many characters at the end of a text, said again at once, are a repetition and no style."""


def allows_prefill(target: Target) -> bool:
    """Whether a target goes on with what the last message, an assistant's, began."""
    return target.dialect.prefill or target.dialect.prefix


def prefilled(body: Body, text: str) -> Body:
    """The request whose answer begins with ``text``. Nothing is thought: that would come before the text."""
    before = list(body.get("messages") or [])
    last: Any = before[-1] if before else {}
    began = blocks(before.pop().get("content")) if last.get("role") == "assistant" else []
    said = [*began, {"type": "text", "text": text.rstrip()}]
    edited: Any = {**body, "messages": [*before, {"role": "assistant", "content": said}]}
    if isinstance(limit := body.get("max_tokens"), int):
        edited["max_tokens"] = max(1, limit - len(text) // 4)
    return without_thinking(edited)  # type: ignore[return-value]


class Seam:
    """Joins a further text to ``said`` so that no character comes twice and none is lost."""

    def __init__(self, said: str) -> None:
        self._said = said.rstrip()
        self._blank = said[len(self._said) :]
        self._held: str | None = ""

    def feed(self, text: str) -> str:
        """What of it is new; nothing while it may still turn out to be a repetition."""
        if self._held is None:
            return text
        self._held += text
        core = self._held.strip()
        return "" if not core or core in self._said else self._joined()

    def end(self) -> str:
        """What was held when the text is over."""
        return "" if self._held is None else self._joined()

    def _joined(self) -> str:
        text, self._held = self._held or "", None
        core = text.lstrip()
        if repeated := self._repeated(core):
            text = core[repeated:]
        same = 0
        while same < min(len(text), len(self._blank)) and text[same] == self._blank[same]:
            same += 1
        return text[same:]

    def _repeated(self, core: str) -> int:
        """How many characters say the end of the text again: the most that fit."""
        if len(self._said) < LEAST:
            return len(self._said) if len(self._said) > 3 and core.startswith(self._said) else 0
        at = self._said.find(core[:LEAST]) if len(core) >= LEAST else -1
        while at >= 0:
            end = self._said[at:]
            # What the text itself says twice in a row, such as closing tags, may come a third time.
            if core.startswith(end) and not self._said[:at].rstrip().endswith(end):
                return len(end)
            at = self._said.find(core[:LEAST], at + 1)
        return 0
