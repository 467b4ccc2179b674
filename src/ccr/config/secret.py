"""Which keys, headers and variables hold something secret, by their names."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"key|secret|token|passw|passphrase|authorization|cookie|credential|^auth$|dsn", re.IGNORECASE
)
_HARMLESS = re.compile(
    r"url|file|path|name|type|tokeniz|field|format|model|max|tokens|count|limit|id$|label|socket|agent",
    re.IGNORECASE,
)


def is_secret(name: str) -> bool:
    """Whether what bears this name is likely a secret: ``api_key``, ``X-Team-Token``, ``PGPASSWORD``."""
    return bool(_SECRET.search(name)) and not _HARMLESS.search(name)
