"""What one provider or model wants otherwise than its protocol says: quirks as data.

A dialect is built from three layers, later ones win: the preset of the provider, the names in
``transformer.use``, and the ``dialect`` object of the provider in the user's configuration.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Reasoning = Literal["effort", "openrouter", "thinking", "enable_thinking", "off"]
Replay = Literal["none", "reasoning_content", "reasoning", "reasoning_details"]


class Dialect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Flags a protocol reads while it encodes; a flag that a protocol has no use for is ignored."""

    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    """Name of the output limit in Chat Completions; None: by the model's name (gpt-5, o-series)."""

    max_output: int | None = None
    """The output limit is lowered to this many tokens."""

    reasoning: Reasoning = "effort"
    """How thinking is asked for: ``reasoning_effort`` (only of models known to take it) · OpenRouter's
    ``reasoning`` object · DeepSeek's and Z.ai's ``thinking: {type}`` · Qwen's ``enable_thinking`` · never."""

    efforts: tuple[Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"], ...] = ()
    """Levels of ``reasoning_effort`` that a model takes; empty: low, medium, high of models known by name."""

    effort_with_tools: bool = True
    """``reasoning_effort`` may stand beside tools for gpt-5.2 and later (OpenAI itself refuses it there)."""

    replay: Replay = "none"
    """The field that carries reasoning of earlier assistant turns back to the provider."""

    cache_control: bool = False
    """Anthropic's cache marks are passed on, on content parts."""

    prompt_cache_key: bool = True
    """The session is sent as ``prompt_cache_key``."""

    files: bool = True
    """PDF documents are taken as ``file`` parts; else a note in words stands where one was."""

    file_urls: bool = False
    """A document's URL is taken where a data URL would be."""

    images: bool = True
    """Images are taken at all; else a note in words stands where one was."""

    images_in_tools: bool = False
    """Tool messages take images among their content."""

    json_schema: bool = True
    """``response_format`` of type ``json_schema`` is understood; else the schema goes into words."""

    sampling: bool = True
    """``temperature`` and ``top_p`` are taken (models of the reasoning kind never get them)."""

    top_k: bool = False
    parallel_tool_calls: bool = True
    stop: int = 4
    """How many stop sequences are sent; the router honours the rest itself."""

    stream_usage: bool = True
    """``stream_options.include_usage`` is understood."""

    system_role: Literal["system", "developer"] = "system"
    late_system: Literal["system", "user"] = "system"
    """Who speaks system messages in mid-conversation: some take that role only at the front."""

    prefix: bool = False
    """A last message of the assistant, which the answer is to continue, is marked ``prefix: true``."""

    prefill: bool = False
    """A last message of the assistant is gone on with, nothing being marked; recent Claude refuses it."""

    tool_ids: Literal["any", "nine"] = "any"
    """``nine``: ids of tool calls are nine letters and digits (Mistral)."""

    web_search: (
        Literal["plugins", "web_search_options", "enable_search", "web_search", "web_search_preview"] | None
    ) = None
    """How the provider's own web search is switched on: a field of Chat Completions, or the type of a tool of
    Responses; None: it has none."""

    server_tools: bool = True
    """A provider that speaks Anthropic Messages runs Anthropic's server tools and answers ``safeguards``, as
    Anthropic does; else the router does it for it."""

    strict_schemas: bool = False
    """Schema keywords outside the plainest JSON Schema are taken off tool parameters."""

    think_tags: bool = False
    """``<think>…</think>`` at the start of an answer is reasoning."""
