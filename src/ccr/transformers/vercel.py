"""``vercel``: the AI gateway of that name."""

from __future__ import annotations

from ccr.transformers.openrouter import OpenRouter


class Vercel(OpenRouter):
    """Puts its options into the request, as ``openrouter`` does."""

    name = "vercel"
