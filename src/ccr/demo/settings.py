"""The configuration that sends everything to the demo provider."""

from __future__ import annotations

from dataclasses import replace

from ccr.config.dialect import Dialect
from ccr.config.provider import ModelFacts, Provider
from ccr.config.settings import Settings

NAME = "demo"
MODEL = "demo-1"


def demo_settings(settings: Settings, url: str) -> Settings:
    """The same address, key and limits, but no provider other than the demo one at ``url``."""
    return replace(
        settings,
        providers=(provider(url),),
        router={"default": f"{NAME},{MODEL}"},
        fallback={},
        transformers=(),
        agents=(),
        force_image_agent=False,
        web_search=None,
        custom_router_path=None,
        rewrite_system_prompt=None,
        raw={},
        written={},
    )


def provider(url: str) -> Provider:
    """The demo provider at its base URL."""
    return Provider(
        name=NAME,
        base_url=url,
        protocol="openai_chat",
        models=(MODEL,),
        dialect=Dialect(reasoning="thinking", replay="reasoning_content"),
        facts={MODEL: ModelFacts(context_window=200_000)},
    )
