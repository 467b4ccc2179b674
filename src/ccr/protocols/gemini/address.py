"""Where generateContent is: the model and the method stand in the path.

A base may be a host, ``…/v1beta``, ``…/models/``, or a full URL with some model and method. With a project
and a location among the provider's options it is Vertex AI, where both stand in the path too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ccr.exchange import Call

_MODELS = re.compile(r"/models(?=/|$)")
_VERSION = re.compile(r"/v\d+([a-z]+\d*)?(?=/|$)")
_NO_REGION = "global-aiplatform.googleapis.com"
"""What a template makes of the location ``global``, whose host has no location in its name."""


def endpoint(call: Call) -> str:
    """The URL of one call: ``alt=sse`` if it streams, the base's own parameters kept."""
    provider = call.target.provider
    scheme, host, path, parameters, _ = urlsplit(provider.base_url)
    method = "streamGenerateContent" if call.stream else "generateContent"
    path = f"{_collection(path.rstrip('/'), provider.options)}/{_model(call.target.model)}:{method}"
    query = {**provider.query, **dict(parse_qsl(parameters, keep_blank_values=True))}
    query.pop("alt", None)
    if call.stream:
        query["alt"] = "sse"
    host = host.replace(_NO_REGION, "aiplatform.googleapis.com")
    return urlunsplit((scheme, host, path, urlencode(query), ""))


def _collection(path: str, options: Mapping[str, Any]) -> str:
    """The path of the models, without the slash at its end."""
    if found := _MODELS.search(path):
        return path[: found.end()]
    project, location = options.get("project"), options.get("location")
    if project and location:
        return f"{_vertex(path, str(project), str(location))}/models"
    return f"{path}/models" if _VERSION.search(path) else f"{path}/v1beta/models"


def _vertex(path: str, project: str, location: str) -> str:
    if not _VERSION.search(path):
        path += "/v1"
    if "/projects/" not in path:
        path += f"/projects/{quote(project, safe=':')}/locations/{quote(location, safe='')}"
    return path if "/publishers/" in path else f"{path}/publishers/google"


def _model(name: str) -> str:
    return quote(name.removeprefix("models/"), safe="/")
