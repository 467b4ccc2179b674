"""Reasoning that a model writes into its text, between tags: cut out, and given as thinking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from ccr.anthropic.events import BlockDelta, BlockStart, BlockStop, Event, understood
from ccr.transformers.blocks import Blocks

Kind = Literal["thinking", "text"]


class TagSplitter:
    """Cuts ``<tag>reasoning</tag>text``, which may come in pieces cut anywhere.

    Only a tag at the very start counts (white space aside): one in the middle is what the text is about.
    White space around the reasoning is dropped.
    """

    def __init__(self, tag: str) -> None:
        self._opening, self._closing = f"<{tag}>", f"</{tag}>"
        self._state: Literal["start", "thinking", "text"] = "start"
        self._held = ""
        self._trim = False

    def feed(self, piece: str) -> Iterator[tuple[Kind, str]]:
        """What is certain after this piece."""
        self._held += piece
        if self._state == "start":
            self._begin()
        if self._state == "thinking":
            yield from self._reasoning()
        if self._state == "text":
            text, self._held = self._held, ""
            yield from self._given("text", text)

    def end(self) -> Iterator[tuple[Kind, str]]:
        """What was held back, as there is no more: half a tag is none."""
        if self._state == "thinking":
            yield from self._given("thinking", self._held.rstrip())
        else:
            yield from self._given("text", self._held)
        self._held = ""

    def _begin(self) -> None:
        start = self._held.lstrip()
        if start.startswith(self._opening):
            self._state, self._trim = "thinking", True
            self._held = start[len(self._opening) :]
        elif not self._opening.startswith(start):
            self._state = "text"

    def _reasoning(self) -> Iterator[tuple[Kind, str]]:
        reasoning, closed, rest = self._held.partition(self._closing)
        certain = (reasoning if closed else _without_start_of(self._closing, reasoning)).rstrip()
        self._held = rest if closed else reasoning[len(certain) :]
        yield from self._given("thinking", certain)
        if closed:
            self._state, self._trim = "text", True

    def _given(self, kind: Kind, text: str) -> Iterator[tuple[Kind, str]]:
        """A part as far as it has come; white space at its start is dropped where it stands beside a tag."""
        text = text.lstrip() if self._trim else text
        if text:
            self._trim = False
            yield kind, text


def _without_start_of(tag: str, text: str) -> str:
    """``text`` without an end that may become ``tag``."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return text[:-length]
    return text


class TagsToThinking:
    """Rewrites a stream: tagged reasoning at the start of a text block becomes a thinking block before it."""

    def __init__(self, tag: str, signature: str) -> None:
        self._tag = tag
        self._signed = {"type": "signature_delta", "signature": signature}
        self._blocks = Blocks()
        self._splitter: TagSplitter | None = None
        self._start: dict[str, Any] | None = None
        """How the text block begins, until it has."""

    def __call__(self, event: Event) -> Iterable[Event]:
        match understood(event):
            case BlockStart(_, {"type": "text"} as block):
                self._splitter, self._start = TagSplitter(self._tag), block
                return []
            case BlockDelta(_, {"type": "text_delta", "text": str(text)}) if self._splitter:
                return self._written(self._splitter.feed(text))
            case BlockDelta() if self._splitter and self._start:
                return []  # a citation of text that is not there
            case BlockStop() if self._splitter:
                rest = self._written(self._splitter.end())
                self._splitter = None
                return [*rest, *self._blocks.end()]
        return self._blocks.relay(event)

    def _written(self, pieces: Iterable[tuple[Kind, str]]) -> list[Event]:
        return [event for kind, text in pieces for event in self._piece(kind, text)]

    def _piece(self, kind: Kind, text: str) -> list[Event]:
        begun: list[Event] = []
        if kind == "thinking" and self._blocks.open != "thinking":
            begun = self._blocks.begin({"type": "thinking", "thinking": "", "signature": ""}, [self._signed])
        elif kind == "text" and self._start:
            begun = self._blocks.begin(self._start)
            self._start = None
        return [*begun, *self._blocks.delta({"type": f"{kind}_delta", kind: text})]
