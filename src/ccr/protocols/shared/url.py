"""A provider's URL, completed by the path of its protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_VERSION = re.compile(r"v\d+([a-z]+\d*)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def completed(base: str, path: str, query: Mapping[str, str] | None = None, model: str = "") -> str:
    """``base`` as an endpoint: as it is if it ends in ``path`` already, else with the path behind it.

    ``path`` has no version (``/chat/completions``); ``/v1`` goes before it unless a segment of the base
    is a version or names a deployment. ``query`` is added; the base's own parameters win. ``{model}`` in the
    base is the model's name: Azure's deployments are named in the path.
    """
    return _completed(base, path, tuple(query.items()) if query else (), model)


@lru_cache(maxsize=1024)
def _completed(base: str, path: str, query: tuple[tuple[str, str], ...], model: str) -> str:
    scheme, host, own, parameters, _ = urlsplit(base)
    own = own.rstrip("/")
    merged = {**dict(query), **dict(parse_qsl(parameters, keep_blank_values=True))}
    if _DATE.match(merged.get("api-version", "")):
        own = _dated(own, path)
    elif not own.endswith(path):
        segments = own.split("/")
        versioned = "deployments" in segments or any(_VERSION.fullmatch(segment) for segment in segments)
        own += path if versioned else f"/v1{path}"
    own = own.replace("{model}", quote(model, safe=""))
    return urlunsplit((scheme, host, own, urlencode(merged), ""))


def _dated(own: str, path: str) -> str:
    """Azure's endpoints by date know no ``/v1``, and Chat Completions stands under its deployment there."""
    if own in ("", "/openai", "/openai/v1", f"/openai/v1{path}"):
        return f"/openai/deployments/{{model}}{path}" if path == "/chat/completions" else f"/openai{path}"
    return own if own.endswith(path) else own + path
