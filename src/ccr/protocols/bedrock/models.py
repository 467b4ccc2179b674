"""What the names of models at Bedrock tell: whose they are, and what only those take.

Recorded: Claude and Nova take cache points, images in results and a result's ``status``; each family is told
in its own way to think.
"""

from __future__ import annotations

import re
from typing import Literal

from ccr.exchange import Call

Family = Literal["claude", "nova", "qwen", "gpt-oss", "other"]

_FAMILIES: tuple[tuple[re.Pattern[str], Family], ...] = (
    (re.compile(r"claude"), "claude"),
    (re.compile(r"amazon\.nova|^nova"), "nova"),
    (re.compile(r"qwen"), "qwen"),
    (re.compile(r"gpt-oss"), "gpt-oss"),
)
_ADAPTIVE = re.compile(r"claude-(?:(?:opus|sonnet)-4-[6-9]|[a-z]+-[5-9])(?!\d)")
_NOVA_2 = re.compile(r"nova-(?:[2-9]|premier-[2-9])")


def name_of(call: Call) -> str:
    """The model's name, or what the provider's option ``family`` says where an ARN hides it."""
    return str(call.target.provider.options.get("family") or call.target.model).lower()


def family(call: Call) -> Family:
    name = name_of(call)
    return next((found for pattern, found in _FAMILIES if pattern.search(name)), "other")


def takes_marks(call: Call) -> bool:
    """Cache points are for Claude and Nova; others refuse them."""
    return call.target.dialect.cache_control or family(call) in ("claude", "nova")


def takes_media_in_results(call: Call) -> bool:
    return call.target.dialect.images_in_tools or family(call) in ("claude", "nova")


def takes_status(call: Call) -> bool:
    """A result may say that it is an error."""
    return family(call) in ("claude", "nova")


def takes_odd_ids(call: Call) -> bool:
    """Ids of calls may have dots and colons, as Converse says; Claude itself takes none."""
    return family(call) != "claude"


def is_adaptive(call: Call) -> bool:
    """A Claude that decides itself how much to think; older ones want a budget."""
    return _ADAPTIVE.search(name_of(call)) is not None


def nova_thinks(call: Call) -> bool:
    return _NOVA_2.search(name_of(call)) is not None
