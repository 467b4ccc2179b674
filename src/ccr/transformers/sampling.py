"""``sampling``: how words are drawn, as the user wants it and whatever the client says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

from ccr.anthropic.request import Body
from ccr.transformers.contract import Payload, Transformer
from ccr.transformers.customparams import merged
from ccr.transformers.maxtoken import Tokens, limit_output

Places = Mapping[str, tuple[str, ...]]

PLACES: Mapping[str, Places] = MappingProxyType(
    {
        "anthropic": {"temperature": ("temperature",), "top_p": ("top_p",), "top_k": ("top_k",)},
        "openai_responses": {"temperature": ("temperature",), "top_p": ("top_p",)},
        "gemini": {
            "temperature": ("generationConfig", "temperature"),
            "top_p": ("generationConfig", "topP"),
            "top_k": ("generationConfig", "topK"),
        },
        "bedrock": {
            "temperature": ("inferenceConfig", "temperature"),
            "top_p": ("inferenceConfig", "topP"),
            "top_k": ("additionalModelRequestFields", "top_k"),
        },
        "ollama": {
            "temperature": ("options", "temperature"),
            "top_p": ("options", "top_p"),
            "top_k": ("options", "top_k"),
            "repetition_penalty": ("options", "repeat_penalty"),
        },
        "cohere": {"temperature": ("temperature",), "top_p": ("p",), "top_k": ("k",)},
    }
)
"""Where a protocol's requests have a parameter. What is not listed does not exist there and is left out; a
protocol that is not listed has all of them at the top, under these names."""


class Sampling(Transformer):
    """Sets what is given, in the words of the provider's protocol; ``max_tokens`` is a ceiling only."""

    name = "sampling"

    def __init__(
        self,
        *,
        max_tokens: Tokens | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        repetition_penalty: float | None = None,
    ) -> None:
        self._most = max_tokens
        self._given = {
            "temperature": temperature,
            "top_p": top_p,
            "top_k": top_k,
            "repetition_penalty": repetition_penalty,
        }

    def request(self, body: Body) -> Body:
        return body if self._most is None else limit_output(body, self._most)

    def payload(self, payload: Payload) -> Payload:
        places = PLACES.get(self.target.provider.protocol)
        for name, value in self._given.items():
            path = (name,) if places is None else places.get(name)
            if path and value is not None:
                payload = merged(payload, _nested(path, value))
        return payload


def _nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """``{"a": {"b": value}}`` for the path ``a``, ``b``."""
    return reduce(lambda inner, name: {name: inner}, reversed(path), value)
