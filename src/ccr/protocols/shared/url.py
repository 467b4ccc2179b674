"""A provider's URL, completed by the path of its protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_VERSION = re.compile(r"v\d+([a-z]+\d*)?")


def completed(base: str, path: str, query: Mapping[str, str] | None = None) -> str:
    """``base`` as an endpoint: as it is if it ends in ``path`` already, else with the path behind it.

    ``path`` has no version (``/chat/completions``); ``/v1`` goes before it unless a segment of the base
    is a version or names a deployment. ``query`` is added; the base's own parameters win.
    """
    scheme, host, own, parameters, _ = urlsplit(base)
    own = own.rstrip("/")
    if not own.endswith(path):
        segments = own.split("/")
        versioned = "deployments" in segments or any(_VERSION.fullmatch(segment) for segment in segments)
        own += path if versioned else f"/v1{path}"
    merged = {**(query or {}), **dict(parse_qsl(parameters, keep_blank_values=True))}
    return urlunsplit((scheme, host, own, urlencode(merged), ""))
