"""All that one gateway knows about counting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.anthropic.request import Body
from ccr.anthropic.tokens import anchors, estimate
from ccr.anthropic.tokens.anchors import Anchors, Label
from ccr.anthropic.tokens.costs import Cost, Costs
from ccr.anthropic.tokens.digests import Digest, digest
from ccr.anthropic.tokens.families import family_of
from ccr.anthropic.tokens.memo import Memo
from ccr.anthropic.tokens.tokenizer import Tokenizer


class TokenCounter:
    """Estimates input tokens and learns from what upstreams report. Owns all memory; threads may share it.

    A request is a body or its ``digest``, which spares reading it again. ``provider`` says whose count is
    meant, where that is known: what one provider reported is not used for another.
    """

    def __init__(self) -> None:
        self._tokenizer = Tokenizer()
        self._costs: Memo[Cost] = Memo(20_000)
        self._anchors = Anchors()
        self._counted: Memo[float] = Memo(1_024)

    def count(self, text: str) -> int:
        """o200k tokens of a text."""
        return self._tokenizer.count(text)

    def estimate(self, asked: Body | Digest, model: str, provider: str = "") -> int:
        """Input tokens of a request, never an error: from the last true count of its conversation and
        what is new since, else by counting all of it."""
        request, label = _digest(asked), (provider, model)
        ratio = self._anchors.ratio(request, label)
        if anchor := self._anchors.find(request, label):
            beyond = estimate.beyond(request, self._by(model), anchor.messages)
            return max(round(anchor.tokens + beyond * ratio), 0)
        return round(self._whole(request, label) * ratio)

    def knows(self, asked: Body | Digest, model: str, provider: str = "") -> bool:
        """Whether an estimate needs to count only what is new: then it may be made in passing."""
        return self._anchors.find(_digest(asked), (provider, model)) is not None

    def whole(self, asked: Body | Digest, model: str) -> int:
        """The same from the request alone, as if nothing had been learned."""
        return round(estimate.whole(_digest(asked), self._by(model)))

    def learn(self, asked: Body | Digest, model: str, usage: Mapping[str, Any], provider: str = "") -> None:
        """Take in the usage of a complete answer, as Anthropic words it. Never counts."""
        request, label = _digest(asked), (provider, model)
        counted = self._counted.get((label, anchors.last(request)))
        if (true := self._anchors.learn(request, label, usage)) and counted:
            self._anchors.correct(request, label, counted, true)

    def _whole(self, request: Digest, label: Label) -> float:
        counted = estimate.whole(request, self._by(label[1]))
        self._counted.put((label, anchors.last(request)), counted)
        return counted

    def _by(self, model: str) -> Costs:
        return Costs(self._tokenizer, self._costs, family_of(model))


def _digest(asked: Body | Digest) -> Digest:
    return asked if isinstance(asked, Digest) else digest(asked)
