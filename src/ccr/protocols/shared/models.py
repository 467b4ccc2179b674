"""What the names of OpenAI's models tell, wherever they are hosted (``openai/gpt-5``, ``openai.gpt-5.5``)."""

from __future__ import annotations

import re
from typing import Literal

from ccr.protocols.shared.effort import Effort

_REASONING = re.compile(r"(.*[/.])?(o\d|gpt-[5-9](?![\w.]*-chat)|codex-)", re.IGNORECASE)
_PLAIN = re.compile(r"(.*[/.])?(gpt-[34]|chatgpt-|gpt-[5-9][\w.]*-chat)", re.IGNORECASE)
_MINIMAL = re.compile(r"(.*[/.])?gpt-5(-mini|-nano)?(-20\d\d[\d-]*)?$", re.IGNORECASE)
_XHIGH = re.compile(r"(.*[/.])?(gpt-5\.1-codex-max|gpt-5\.[2-9]|gpt-[6-9])", re.IGNORECASE)
_RESTS = re.compile(r"(.*[/.])?gpt-(5\.[1-9]|[6-9])(?![\w.-]*(codex|chat|pro))", re.IGNORECASE)
_ALWAYS = re.compile(
    r"reasoner|thinking|reasoning|(^|[/.-])(r1|qwq|magistral|o[134]|gpt-oss|codex)([-:.]|$)|grok-(4|3-mini|code)"
    r"|gpt-5(?!\.[1-9])(?![\w.-]*chat)|gemini-(2\.5-pro|[3-9])|minimax-m|glm-z1|step-3",
    re.IGNORECASE,
)
_PHASES = re.compile(r"(.*[/.])?gpt-(5\.3-codex|5\.[4-9]|[6-9])", re.IGNORECASE)


def reasons(model: str) -> bool:
    """Known to reason: takes an effort, refuses ``temperature`` and ``top_p``."""
    return _REASONING.match(model) is not None


def is_plain(model: str) -> bool:
    """Known not to reason: refuses whatever has to do with reasoning."""
    return _PLAIN.match(model) is not None


def effort_for(model: str, asked: Effort) -> Effort:
    """The nearest effort that the model takes: ``high`` is the most for all but the newer of OpenAI's."""
    if asked not in ("xhigh", "max"):
        return asked
    return "xhigh" if _XHIGH.match(model) else "high"


def can_rest(model: str) -> bool:
    """Takes the effort ``none``: a request that switches thinking off can be believed."""
    return _RESTS.match(model) is not None


def least_effort(model: str) -> Literal["none", "minimal", "low"]:
    """The lowest effort that a model of OpenAI's takes."""
    if can_rest(model):
        return "none"
    return "minimal" if _MINIMAL.match(model) else "low"


def always_thinks(model: str) -> bool:
    """Known to think whatever it is told, by any maker's name; ``non-reasoning`` in a name is believed."""
    return _ALWAYS.search(model) is not None and "non-reasoning" not in model.lower()


def has_phases(model: str) -> bool:
    """Marks what it says as ``commentary`` or ``final_answer``, and wants the marks back."""
    return _PHASES.match(model) is not None
