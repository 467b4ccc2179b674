"""What decisions are made in: a clock that stands, the state, providers and their failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccr.config.provider import Provider
from ccr.config.resilience import Resilience
from ccr.config.shapes import resilience as written
from ccr.config.shapes.twins import settled
from ccr.errors import Broken, KeyRefused, Overloaded, Rejected, Unreachable, UpstreamError, class_of
from ccr.state.facts import LocalFacts

START = 1_790_000_000.0


class Clock:
    """Seconds, moved by hand."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


class CountedFacts(LocalFacts):
    """The state of this process, and how often something was written."""

    writes = 0

    def put(self, name: str, value: bytes, seconds: float) -> None:
        self.writes += 1
        super().put(name, value, seconds)


def provider(
    keys: Sequence[str] = ("sk-a",), options: Sequence[dict[str, Any]] = (), **parts: Any
) -> Provider:
    """A provider with keys, and its parts of ``Resilience`` as the file has them."""
    return Provider(
        "far",
        "https://far.example",
        "anthropic",
        keys=tuple(keys),
        key_options=tuple(options) or ({},) * len(keys),
        resilience=settled(Resilience, written.Resilience.model_validate(parts)),
    )


def failure(
    status: int, message: str = "No.", *, reset: float | None = None, code: str = ""
) -> UpstreamError:
    """A provider's failure by its status."""
    error = class_of(status)(message, status=status)
    error.reset, error.code = reset, code
    return error


REFUSED = KeyRefused("Invalid key.", status=401)
LIMITED = Overloaded("Slow down.", status=429)
BAD = Rejected("No such field.", status=400)
DOWN = Broken("Internal error.", status=500)
GONE = Unreachable("No connection.", status=502)
OVERLOADED = Overloaded("Overloaded.", status=529)
UNKNOWN = Rejected("No such model.", status=404)
