"""Public lists of prices, as ``ccr prices update`` takes them: OpenRouter's, LiteLLM's, models.dev's.

All become one file beside the configuration: ``prices.json``, dollars for a million tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ccr.config.prices import Price
from ccr.errors import BadRequest
from ccr.wire import json

FILE = "prices.json"
MILLION = 1_000_000

MAKERS: Mapping[str, str] = {
    "azure_ai": "azure",
    "azure-cognitive-services": "azure",
    "amazon-bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "google": "gemini",
    "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex-claude",
    "vertex_ai-language-models": "vertex",
    "vertex_ai-anthropic_models": "vertex-claude",
    "cohere_chat": "cohere",
    "fireworks-ai": "fireworks",
    "fireworks_ai": "fireworks",
    "moonshotai": "moonshot-global",
    "moonshotai-cn": "moonshot",
    "togetherai": "together",
    "together_ai": "together",
    "x-ai": "xai",
    "z-ai": "zai",
    "zhipuai": "zhipu",
}
"""What the lists call providers, where that is not the preset's id."""


class Catalogue(msgspec.Struct, frozen=True):
    """The file: prices by preset and model, in lower case."""

    taken: str
    """The day, ISO."""

    source: str
    prices: dict[str, dict[str, Price]]

    def find(self, provider: str, names: Iterable[str]) -> Price | None:
        """The price of the first of a model's names that is listed."""
        models = self.prices.get(provider.lower(), {})
        return next((models[name] for name in names if name in models), None)

    @property
    def size(self) -> int:
        return sum(map(len, self.prices.values()))


def path_of(config: Path) -> Path:
    """Where the file stands, beside the configuration."""
    return config.parent / FILE


def read_catalogue(config: Path) -> Catalogue:
    """The file; an empty one where there is none.

    Raises ``OSError``, or ``MsgspecError`` for what is no such file.
    """
    try:
        return msgspec.json.decode(path_of(config).read_bytes(), type=Catalogue)
    except FileNotFoundError:
        return Catalogue("", "", {})


def understood(body: bytes) -> dict[str, dict[str, dict[str, Any]]]:
    """Prices by preset and model from a list in any of the three shapes. Raises ``BadRequest`` in words."""
    try:
        value = json.decode(body)
    except json.JSONError as error:
        raise BadRequest(f"The answer is no JSON: {error}") from None
    for shape in (_openrouter, _models_dev, _litellm):
        if isinstance(value, dict) and (found := shape(value)):
            return found
    raise BadRequest(
        "The answer is no list of prices that is known here: OpenRouter's /api/v1/models,"
        " models.dev's api.json, LiteLLM's model_prices_and_context_window.json."
    )


_Found = dict[str, dict[str, dict[str, Any]]]


def _openrouter(value: dict[str, Any]) -> _Found:
    """``{"data": [{"id", "pricing": {"prompt": "0.000003", …}}]}``: dollars a token, as text."""
    entries = value.get("data")
    models = {}
    for entry in entries if isinstance(entries, list) else ():
        pricing = entry.get("pricing") if isinstance(entry, dict) else None
        if isinstance(pricing, dict) and (price := _rates(pricing, _OPENROUTER)):
            models[str(entry.get("id")).lower()] = price
    return {"openrouter": models} if models else {}


def _models_dev(value: dict[str, Any]) -> _Found:
    """``{provider: {"models": {id: {"cost": {"input", …}}}}}``: dollars a million tokens."""
    found: _Found = {}
    for provider, entry in value.items():
        models = entry.get("models") if isinstance(entry, dict) else None
        for model, said in models.items() if isinstance(models, dict) else ():
            cost = said.get("cost") if isinstance(said, dict) else None
            if isinstance(cost, dict) and (price := _rates(cost, _MODELS_DEV, 1)):
                over = cost.get("context_over_200k")
                if isinstance(over, dict) and (long := _rates(over, _MODELS_DEV, 1)):
                    price["long"] = {"above": 200_000, **long}
                found.setdefault(_preset(provider), {})[str(model).lower()] = price
    return found


def _litellm(value: dict[str, Any]) -> _Found:
    """``{model: {"litellm_provider", "input_cost_per_token", …}}``: dollars a token."""
    found: _Found = {}
    for model, said in value.items():
        if not isinstance(said, dict) or not (price := _rates(said, _LITELLM)):
            continue
        for name, above in (("128k", 128_000), ("200k", 200_000), ("272k", 272_000)):
            longer = {field: f"{key}_above_{name}_tokens" for field, key in _LITELLM.items()}
            if long := _rates(said, longer):
                price["long"] = {"above": above, **long}
        provider = str(said.get("litellm_provider"))
        name = str(model).lower().removeprefix(f"{provider}/")
        found.setdefault(_preset(provider), {})[name] = price
    return found


_OPENROUTER = {
    "input": "prompt",
    "output": "completion",
    "cache_read": "input_cache_read",
    "cache_write": "input_cache_write",
}
_MODELS_DEV = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
}
_LITELLM = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
}


def _rates(said: Mapping[str, Any], keys: Mapping[str, str], per: int = MILLION) -> dict[str, Any]:
    """The rates that are there; nothing unless the input has one. Negative ones mean that it varies."""
    rates = {}
    for field, key in keys.items():
        try:
            rate = float(said[key])
        except (KeyError, TypeError, ValueError):
            continue
        if rate >= 0:
            rates[field] = round(rate * per, 9)
    return rates if "input" in rates and "output" in rates else {}


def _preset(provider: str) -> str:
    return MAKERS.get(provider.lower(), provider.lower())
