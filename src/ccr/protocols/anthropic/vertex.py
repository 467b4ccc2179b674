"""Claude at Google's Vertex AI: Anthropic Messages at another address, with the model in the URL."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from ccr.errors import BadRequest
from ccr.exchange import Call, Target
from ccr.protocols.anthropic import Anthropic
from ccr.protocols.anthropic.splice import splice
from ccr.protocols.contract import Payload
from ccr.protocols.shared import auth

VERSION = "vertex-2023-10-16"

_MODELS = "/publishers/anthropic/models"


def is_vertex(target: Target) -> bool:
    """Whether a provider that speaks Anthropic Messages is Vertex AI."""
    provider = target.provider
    address = urlsplit(provider.base_url)
    at_google = (address.hostname or "").endswith("aiplatform.googleapis.com")
    return _MODELS in address.path or at_google or provider.preset == "vertex-claude"


class AnthropicVertex(Anthropic):
    """``rawPredict`` and ``streamRawPredict``."""

    def endpoint(self, call: Call) -> str:
        provider = call.target.provider
        scheme, host, path, query, _ = urlsplit(provider.base_url)
        project, location = provider.options.get("project"), provider.options.get("location")
        if not project and (_MODELS not in path or "{project}" in path):
            raise BadRequest(
                f"{provider.name}: no Google Cloud project is known."
                ' Give the provider a "project", or set GOOGLE_CLOUD_PROJECT.'
            )
        if _MODELS not in path:
            path = f"/v1/projects/{project}/locations/{location or 'global'}{_MODELS}"
        method = "streamRawPredict" if call.stream else "rawPredict"
        models = path[: path.index(_MODELS) + len(_MODELS)]
        path = f"{models}/{quote(call.target.model, safe='@')}:{method}"
        return urlunsplit((scheme, host, path, query, ""))

    def headers(self, call: Call) -> dict[str, str]:
        headers = super().headers(call)
        for name in ("anthropic-version", "x-api-key", "authorization"):
            headers.pop(name, None)
        return headers | auth.credential(call, "bearer")

    def encode(self, call: Call) -> Payload:
        body = super().encode(call)
        del body["model"]
        return {**body, "anthropic_version": VERSION}

    def relay(self, call: Call) -> bytes | None:
        if call.raw is None or super().relay(call) is None:
            return None
        return splice(call.raw, {"model": None, "anthropic_version": VERSION})


PROTOCOL = AnthropicVertex()
