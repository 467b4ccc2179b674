"""What is known of how each family of models counts, as measured on recorded usage.

All figures come from comparing o200k counts with the usage that Anthropic reported; ``Family`` says what
each is. Models that are not Claude are taken to count as o200k does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """Factors are tokens per o200k token; the rest are tokens, or pixels where it says so."""

    name: str
    text: float
    """ASCII text. Other text has ``wide``."""
    wide: float
    tools: float
    """Tool definitions."""
    auto_prompt: int
    """The hidden tool prompt when the model may or may not use tools."""
    forced_prompt: int
    """The hidden tool prompt when it must."""
    deferred_prompt: int
    """What the presence of deferred tools adds, before any is loaded."""
    pair: int
    """A tool_use with its tool_result, beyond names, values and ``PER_PARAMETER``."""
    image_edge: int
    """Pixels that the longer side of an image is scaled down to."""
    image_limit: int


BASE = 7
PER_MESSAGE = 4
PER_TOOL = 3
PER_PARAMETER = 10
"""Each value of a tool_use's input."""
PER_PARALLEL_CALL = 15
"""Each tool_use of a message after the first."""
THINKING_ON = 29
OUTPUT_SCHEMA = 130
TEXT_DOCUMENT = 38
CITATIONS = 560
"""Once for a message that holds something to be cited."""
PDF_PAGE = 1590
"""Beyond its text, which counts twice where it may be cited."""

PROVIDED_TOOLS: Final[tuple[tuple[str, int], ...]] = (
    ("advisor", 580),
    ("code_execution", 1600),
    ("computer", 1200),
    ("memory", 980),
    ("tool_search", 175),
    ("web_search", 1560),
)
"""Definitions that Anthropic keeps to itself, by the beginning of the tool's type, in o200k tokens."""

OTHER: Final = Family("other", 1.0, 1.0, 1.0, 0, 0, 0, 0, 1568, 1568)
_TO_3_5_HAIKU: Final = Family("claude-3", 1.13, 1.13, 1.08, 267, 362, 0, 42, 1568, 1568)
_TO_4_1: Final = Family("claude-4", 1.13, 1.13, 1.08, 316, 320, 0, 42, 1568, 1568)
_TO_4_6: Final = Family("claude-4.5", 1.13, 1.13, 1.08, 498, 592, 0, 42, 1568, 1568)
NEWER: Final = Family("claude-5", 1.39, 1.13, 1.32, 289, 400, 110, 42, 2576, 4784)

_VERSIONS: Final[tuple[tuple[tuple[int, int], Family], ...]] = (
    ((3, 4), _TO_3_5_HAIKU),
    ((4, 4), _TO_4_1),
    ((4, 6), _TO_4_6),
)
"""The last version of each family, in order."""

ALL: Final = (OTHER, *(family for _, family in _VERSIONS), NEWER)

_VERSION = re.compile(r"claude[^\d]*(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?")


def family_of(model: str) -> Family:
    """The family by a model's name, also as Bedrock and others write it (``us.anthropic.claude-…-v1:0``)."""
    name = model.lower()
    if "claude" not in name:
        return OTHER
    if not (found := _VERSION.search(name)):
        return NEWER
    version = int(found[1]), int(found[2] or 0)
    if version == (3, 5) and "haiku" in name:
        return _TO_3_5_HAIKU
    return next((family for last, family in _VERSIONS if version <= last), NEWER)
