"""Tool names of at most 64 characters, where Anthropic takes 128. Shortened names come back whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ccr.anthropic.parsing import made_of
from ccr.anthropic.request import Body, tools

_VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ALL_VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}(?:,[a-zA-Z0-9_-]{1,64})*")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def upstream_name(name: str) -> str:
    """The name as providers take it, the same for the same name."""
    if _VALID.fullmatch(name):
        return name
    readable = re.sub(r"[^a-zA-Z0-9_-]", "_", name)[:55]
    return f"{readable}_{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def client_names(body: Body) -> Mapping[str, str]:
    """The client's name for each changed one."""
    return made_of(tools(body), "client names", _changed)


def _changed(listed: list[dict[str, Any]]) -> Mapping[str, str]:
    names = [tool["name"] for tool in listed if isinstance(tool.get("name"), str)]
    if _ALL_VALID.fullmatch(",".join(names)):
        return _NOTHING
    return {short: name for name in names if (short := upstream_name(name)) != name}
