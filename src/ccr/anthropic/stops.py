"""Stop sequences, honoured by the router where the provider ignores them.

A provider that stops by itself leaves the sequence out, so nothing is found here and the answer is untouched.
"""

from __future__ import annotations

from collections.abc import Sequence

from ccr.anthropic.events import Batch, BlockDelta, BlockStop, Event, MessageDelta, MessageStop


class StopGuard:
    """Looks through text as it passes and ends the message where a sequence appears.

    The end of a text that could be the beginning of a sequence is held back until more is known.
    """

    def __init__(self, sequences: Sequence[str], input_tokens: int = 0) -> None:
        self.hit: str | None = None
        self._input = input_tokens
        self._sequences = [s for s in sequences if isinstance(s, str) and s]
        self._longest = max((len(s) for s in self._sequences), default=0)
        self._held = ""
        self._said = 0

    def filter(self, batch: Batch) -> Batch:
        """The events that may go out now; after a hit the message is closed and nothing more comes."""
        kept: Batch = []
        for event in batch:
            if self.hit is not None:
                break
            kept += self._event(event)
        return kept

    def _event(self, event: Event) -> Batch:
        if isinstance(event, BlockDelta):
            self._said += 1
            if event.delta.get("type") == "text_delta":
                return self._text(event.index, event.delta["text"])
        if isinstance(event, BlockStop) and self._held:
            held, self._held = self._held, ""
            return [_delta(event.index, held), event]
        return [event]

    def _text(self, index: int, text: str) -> Batch:
        text = self._held + text
        # A model stops at the sequence that is complete first, not at the one that begins first.
        found = [(at + len(s), at, s) for s in self._sequences if (at := text.find(s)) >= 0]
        if found:
            _, at, self.hit = min(found)
            return self._ending(index, text[:at])
        held = self._overlap(text)
        text, self._held = text[: len(text) - held], text[len(text) - held :]
        return [_delta(index, text)] if text else []

    def _overlap(self, text: str) -> int:
        """How many of the last characters could begin a sequence."""
        for length in range(min(self._longest - 1, len(text)), 0, -1):
            tail = text[-length:]
            if any(s.startswith(tail) for s in self._sequences):
                return length
        return 0

    def _ending(self, index: int, text: str) -> Batch:
        delta = {"stop_reason": "stop_sequence", "stop_sequence": self.hit}
        # The upstream is left before its usage comes, so this is an estimate: one token a delta.
        usage = {"input_tokens": self._input, "output_tokens": max(self._said, 1)}
        ending: Batch = [BlockStop(index), MessageDelta(delta, usage), MessageStop()]
        return [_delta(index, text), *ending] if text else ending


def _delta(index: int, text: str) -> BlockDelta:
    return BlockDelta(index, {"type": "text_delta", "text": text})
