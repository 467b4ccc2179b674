"""All names that ``transformer.use`` may have without any file or package of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ccr.transformers.cleancache import CleanCache
from ccr.transformers.contract import Transformer
from ccr.transformers.customparams import CustomParams
from ccr.transformers.enhancetool import EnhanceTool
from ccr.transformers.extrathinktag import ExtraThinkTag
from ccr.transformers.forcereasoning import ForceReasoning
from ccr.transformers.maxtoken import MaxToken
from ccr.transformers.openrouter import OpenRouter
from ccr.transformers.reasoning import Reasoning
from ccr.transformers.sampling import Sampling
from ccr.transformers.tooluse import ToolUse
from ccr.transformers.vercel import Vercel

BUILTIN: Mapping[str, type[Transformer] | None] = MappingProxyType(
    {
        "Anthropic": None,
        "gemini": None,
        "vertex-gemini": None,
        "vertex-claude": None,
        "vertex-openai": None,
        "deepseek": None,
        "tooluse": ToolUse,
        "openrouter": OpenRouter,
        "OpenAI": None,
        "maxtoken": MaxToken,
        "groq": None,
        "cleancache": CleanCache,
        "enhancetool": EnhanceTool,
        "reasoning": Reasoning,
        "sampling": Sampling,
        "maxcompletiontokens": None,
        "cerebras": None,
        "streamoptions": None,
        "customparams": CustomParams,
        "vercel": Vercel,
        "openai-responses": None,
        "forcereasoning": ForceReasoning,
        "extrathinktag": ExtraThinkTag,
        "bedrock": None,
        "ollama": None,
        "cohere": None,
        "gemini-cli": None,
        "qwen-cli": None,
        "chutes-glm": None,
        "rovo-cli": None,
    }
)
"""None: the name stands for a protocol or for dialect flags alone, which are data in ``config/presets.toml``
under ``[transformer.<name>]``. Upper and lower case are alike."""
