"""What the names of Google's models tell, wherever they are hosted (``google/gemini-3-flash``)."""

from __future__ import annotations

import re

_GENERATION = re.compile(r"gemini-(\d+(?:\.\d+)?)")
_OLD = re.compile(r"gemma|learnlm|palm")
_SPECIAL = re.compile(r"image|tts|live|audio|embedding|robotics|computer-use")


def generation(model: str) -> float | None:
    """2.5 of ``gemini-2.5-pro``, 0 of what is no Gemini, None where the name tells nothing (``latest``)."""
    name = model.lower()
    if found := _GENERATION.search(name):
        return float(found[1])
    return 0.0 if _OLD.search(name) else None


def wants_signatures(model: str) -> bool:
    """From Gemini 3 on, function calls of earlier turns are refused without their thought signature."""
    known = generation(model)
    return known is None or known >= 3


def takes_ids(model: str, *, on_vertex: bool) -> bool:
    """Calls and responses may be paired by ids. Vertex AI is known to take them from Gemini 3 on only."""
    return not on_vertex or wants_signatures(model)


def takes_media_in_results(model: str) -> bool:
    """From Gemini 3 on, images and PDFs may stand in a function response; before, only beside it."""
    return (generation(model) or 0) >= 3


def searches_beside_tools(model: str) -> bool:
    """From Gemini 3 on, ``googleSearch`` may stand beside functions."""
    return (generation(model) or 0) >= 3


def thinks(model: str) -> bool:
    """May be told how to think. An unknown name gets the benefit of the doubt."""
    known = generation(model)
    return (known is None or known >= 2.5) and not _SPECIAL.search(model.lower())


def has_levels(model: str) -> bool:
    """Takes ``thinkingLevel``; before Gemini 3 it is ``thinkingBudget``."""
    return (generation(model) or 0) >= 3


def levels(model: str) -> tuple[str, ...]:
    """The levels a model takes, rising; the first Gemini 3 Pro has two."""
    return ("LOW", "HIGH") if "gemini-3-pro" in model.lower() else ("LOW", "MEDIUM", "HIGH")


def budgets(model: str) -> tuple[int, int]:
    """The smallest and the largest ``thinkingBudget`` that switches thinking on."""
    name = model.lower()
    if "pro" in name:
        return 128, 32_768
    return (512 if "lite" in name else 1), 24_576


def thinks_unasked(model: str) -> bool:
    """Thinks unless the budget is 0, which it takes (2.5 Pro thinks always; Flash-Lite only when asked)."""
    return generation(model) == 2.5 and "flash" in model.lower() and thinks(model)
