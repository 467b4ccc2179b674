"""``reasoning``: hybrid models on Chat Completions, which think or not as one of two switches tells them.

The encoder sets one, as the dialect says, where thinking was asked for or refused. Here the other is set
alike, since a provider of such models knows ``enable_thinking`` or ``thinking: {"type": …}``.
"""

from __future__ import annotations

from ccr.transformers.contract import Payload, Transformer

OTHERS = ("reasoning", "reasoning_effort", "thinking_budget")
"""Ways to ask for thinking that contradict a switch which is off."""


class Reasoning(Transformer):
    """Sets both switches as the client asks; with ``enable: false`` both are off whatever it asks."""

    name = "reasoning"

    def __init__(self, *, enable: bool = True) -> None:
        self._enable = enable

    def payload(self, payload: Payload) -> Payload:
        if self._enable:
            wanted = _wanted(payload)
            return payload if wanted is None else _switched(payload, on=wanted)
        return _switched({key: value for key, value in payload.items() if key not in OTHERS}, on=False)


def _wanted(payload: Payload) -> bool | None:
    """What the request says of thinking; None: nothing."""
    match payload:
        case {"enable_thinking": bool(on)}:
            return bool(on)
        case {"thinking": {"type": "enabled" | "disabled" as kind}}:
            return bool(kind == "enabled")
    return None


def _switched(payload: Payload, *, on: bool) -> Payload:
    return {**payload, "thinking": {"type": "enabled" if on else "disabled"}, "enable_thinking": on}
