"""``customparams``: parameters of the provider that no client knows of."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ccr.transformers.contract import Payload, Transformer


class CustomParams(Transformer):
    """Adds its options to the request. Objects are joined with what is there; what else is there stays.

    ``{"top_k": 40, "extra_body": {"a": 1}}`` adds ``top_k`` unless the request has one, and puts ``a`` into
    its ``extra_body``, whatever ``a`` was before.
    """

    name = "customparams"

    def __init__(self, **parameters: Any) -> None:
        self._parameters = parameters

    def payload(self, payload: Payload) -> Payload:
        for name, value in self._parameters.items():
            if name not in payload:
                payload[name] = deepcopy(value)
            elif isinstance(value, Mapping) and isinstance(payload[name], Mapping):
                payload[name] = merged(payload[name], value)
        return payload


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both objects in a new one: ``over`` wins, objects in both are merged in their turn."""
    result = dict(base)
    for name, value in over.items():
        both = isinstance(value, Mapping) and isinstance(result.get(name), Mapping)
        result[name] = merged(result[name], value) if both else deepcopy(value)
    return result
