"""``openrouter``: the gateway whose own parameters stand beside those of Chat Completions."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ccr.transformers.contract import Payload, Transformer


class OpenRouter(Transformer):
    """Puts its options into the request, such as ``{"provider": {"only": ["moonshotai/fp8"]}}``."""

    name = "openrouter"

    def __init__(self, **parameters: Any) -> None:
        self._parameters = parameters

    def payload(self, payload: Payload) -> Payload:
        return {**payload, **deepcopy(self._parameters)}
