"""What a target does by itself of what Anthropic does for its own clients."""

from __future__ import annotations

from ccr.anthropic.request import Body
from ccr.exchange import Target
from ccr.protocols.anthropic.vertex import is_vertex
from ccr.protocols.shared.tools import offered


def is_native(target: Target) -> bool:
    """Whether ``safeguards`` are answered there: at Anthropic itself, not at clouds that host Claude."""
    provider = target.provider
    return provider.protocol == "anthropic" and target.dialect.server_tools and not is_vertex(target)


def searches(target: Target, body: Body) -> bool:
    """Whether the web search that ``body`` offers is run there: as the protocols encode it."""
    wanted = target.dialect.web_search
    match target.provider.protocol:
        case "anthropic":
            return target.dialect.server_tools
        case "openai_responses":
            return wanted in ("web_search", "web_search_preview")
        case "openai_chat":
            # OpenRouter's plugin and Qwen's switch search at every request: not for one that has other work.
            return wanted == "web_search_options" or (
                wanted in ("plugins", "enable_search") and not offered(body)
            )
        case "gemini":
            from ccr.protocols.gemini.models import searches_beside_tools

            return not offered(body) or searches_beside_tools(target.model)
        case _:
            return False
