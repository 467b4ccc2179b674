"""A custom router in one file: at night, and for short requests, the model on this machine is good enough.

In the configuration:

    "CUSTOM_ROUTER_PATH": "quiet_hours.py",
    "quietHours": {"from": 22, "to": 6, "model": "ollama,qwen3-coder"}

Keys of your own, as ``quietHours`` here, are kept and given to the function with all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ccr.routing.custom_contract import Request

SHORT = 2_000
"""Tokens."""


def route(request: Request, config: Mapping[str, Any]) -> str | None:
    """``provider,model``, or None to leave the choice to the configuration's routes."""
    hours = config.get("quietHours", {})
    if is_between(datetime.now().astimezone().hour, hours.get("from", 22), hours.get("to", 6)):
        return str(hours["model"])
    if request.token_count < SHORT and not request.body.get("tools"):
        return str(hours["model"])
    return None


def is_between(hour: int, first: int, end: int) -> bool:
    """Whether it is so late, also over midnight."""
    return first <= hour < end if first < end else hour >= first or hour < end
