"""``reasoning``: hybrid models on Chat Completions, which think or not as one of two switches tells them.

The encoder has set ``enable_thinking``, as the dialect says, where thinking was asked for or refused. Here
``thinking: {"type": …}`` is set alike, since a provider of such models knows one or the other.
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
            wanted = payload.get("enable_thinking")
            return payload if wanted is None else _switched(payload, bool(wanted))
        return _switched({k: v for k, v in payload.items() if k not in OTHERS}, False)


def _switched(payload: Payload, on: bool) -> Payload:
    return {**payload, "thinking": {"type": "enabled" if on else "disabled"}, "enable_thinking": on}
