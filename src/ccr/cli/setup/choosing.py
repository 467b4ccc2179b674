"""Which of a provider's models to propose, and for what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODERS = (
    r"claude-(sonnet|opus)|claude-[\d.-]+-sonnet",
    r"gpt-5(?!.*(mini|nano|chat|audio|image))",
    r"gemini-[\d.]+-pro",
    r"deepseek-(chat|v\d)",
    r"qwen.*coder|coder.*qwen",
    r"kimi-(k|for-coding)",
    r"glm-[5-9]|glm-4\.[6-9]",
    r"devstral|codestral|gpt-oss|coder",
)
"""Names of models that are good at programming, the best known first."""

_SMALL = re.compile(r"haiku|mini|flash|lite|nano|small|air|turbo|instant|\b[1-9]b\b", re.IGNORECASE)
_THINKERS = re.compile(r"reasoner|thinking|\br1\b|\bo[134]\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"embed|rerank|whisper|tts|speech|audio|image|vision-preview|moderation|guard|dall-e|sora|veo|ocr|realtime",
    re.IGNORECASE,
)


def talking(models: Iterable[str]) -> list[str]:
    """Without those that, by their names, do not hold conversations."""
    return [model for model in models if not _OTHERS.search(model)]


def proposed(models: Sequence[str]) -> list[str]:
    """A few models: one for programming, one for small work, one that thinks."""
    usable = talking(models)
    best = next((found for pattern in _CODERS if (found := _last(pattern, usable))), "") or next(
        iter(usable), ""
    )
    near = (
        [model for model in usable if model.partition("/")[0] == best.partition("/")[0]]
        if "/" in best
        else usable
    )
    small = next((model for model in near if _SMALL.search(model) and model != best), "")
    thinker = next((model for model in near if _THINKERS.search(model) and model not in (best, small)), "")
    return [model for model in (best, small, thinker) if model]


def routes(targets: Sequence[str]) -> dict[str, str]:
    """Rules over ``provider,model``: the first is the default, a small one works in the background."""
    if not targets:
        return {}
    default = targets[0]
    small = next((one for one in targets if _SMALL.search(_model(one))), "")
    thinker = next((one for one in targets if _THINKERS.search(_model(one))), "")
    wanted = {"default": default, "background": small, "think": thinker}
    return {
        rule: target for rule, target in wanted.items() if target and (rule == "default" or target != default)
    }


def _last(pattern: str, models: Iterable[str]) -> str:
    """The one with the highest name that fits: usually the newest."""
    found = [
        model for model in models if re.search(pattern, model, re.IGNORECASE) and not _SMALL.search(model)
    ]
    return max(found, key=_by_number, default="")


def _by_number(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name))


def _model(target: str) -> str:
    return target.partition(",")[2]
