"""What a call took, from the usage that its decoder gathered in Anthropic's words.

Each decoder turns its provider's convention into them (``protocols/*/usage.py``): ``input_tokens`` leaves out
what a cache gave or took, ``output_tokens`` has the reasoning in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.exchange import Try


class Tokens(NamedTuple):
    """Counts; ``reasoning`` is part of ``output``, None where it is not told apart."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int | None = None

    @property
    def prompt(self) -> int:
        """The whole prompt, cached or not."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h

    def plus(self, other: Tokens) -> Tokens:
        """Both together."""
        reasoning = None
        if self.reasoning is not None or other.reasoning is not None:
            reasoning = (self.reasoning or 0) + (other.reasoning or 0)
        return Tokens(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write_5m + other.cache_write_5m,
            self.cache_write_1h + other.cache_write_1h,
            reasoning,
        )


class Portion(NamedTuple):
    """Tokens that have one price: of ``model``, or of the call's own where that is empty."""

    model: str
    tokens: Tokens


def billed(usage: Mapping[str, Any]) -> list[Portion]:
    """What is paid for, where that is not what was taken: Cohere bills fewer tokens than its model saw."""
    paid = usage.get("billed")
    return portions(paid) if type(paid) is dict else []


def portions(usage: Mapping[str, Any]) -> list[Portion]:
    """What was taken; nothing where the provider said nothing.

    Anthropic's ``iterations`` are what is billed where there are some: the sums beside them leave out
    compactions and advisors, and an advisor is another model.
    """
    if not usage:
        return []
    rounds = usage.get("iterations")
    if type(rounds) is not list or not rounds:
        return [Portion("", _tokens(usage))]
    found = [Portion(str(one.get("model") or ""), _tokens(one)) for one in rounds if isinstance(one, dict)]
    reasoning = _tokens(usage).reasoning
    if found and reasoning is not None:  # said of the sum alone
        found[-1] = Portion(found[-1].model, found[-1].tokens._replace(reasoning=reasoning))
    return found


def total(parts: list[Portion]) -> Tokens | None:
    """The sum, None of nothing."""
    summed: Tokens | None = None
    for _, tokens in parts:
        summed = tokens if summed is None else summed.plus(tokens)
    return summed


def told_cost(usage: Mapping[str, Any]) -> float | None:
    """What the provider says that it charged, US dollars."""
    charged = usage.get("charged")
    return charged if isinstance(charged, float) else None


def silent(tried: Try) -> bool:
    """It answered, if only in part, and did not say what that took: unknown, and not nothing."""
    return not tried.usage and tried.received > 0 and (tried.content > 0 or not tried.error)


def _tokens(usage: Mapping[str, Any]) -> Tokens:
    get = usage.get
    written, hour = _count(get("cache_creation_input_tokens")), 0
    by_age, details = get("cache_creation"), get("output_tokens_details")
    if type(by_age) is dict:
        hour = _count(by_age.get("ephemeral_1h_input_tokens"))
        written = max(written, hour + _count(by_age.get("ephemeral_5m_input_tokens")))
    thought = details.get("thinking_tokens") if type(details) is dict else None
    return Tokens(
        _count(get("input_tokens")),
        _count(get("output_tokens")),
        _count(get("cache_read_input_tokens")),
        written - hour,
        hour,
        None if thought is None else _count(thought),
    )


def _count(value: object) -> int:
    """A relayed count has passed nobody's eyes: what is no count is 0."""
    return value if type(value) is int and value > 0 else 0
