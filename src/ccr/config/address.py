"""Hosts and URLs: which are this machine's, and which can be reached from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib.parse import SplitResult

LOOPBACK = "127.0.0.1"


def split(url: str) -> SplitResult:
    """The parts of a URL, all empty when it is none."""
    from urllib.parse import urlsplit

    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what binds ``host``."""
    host = host.strip("[]").lower()
    return host in ("localhost", "::1") or host.endswith(".localhost") or _is_127(host)


def bound_host(host: str, apikey: str | None) -> str:
    """The host that is really bound: without a key for clients, loopback only. IPv6 has no brackets."""
    host = host.strip("[]")
    return host if apikey or is_loopback(host) else LOOPBACK


def reachable(host: str) -> str:
    """A host to call what binds ``host``: "all interfaces" is not one."""
    return LOOPBACK if host in ("", "0.0.0.0", "::") else host  # noqa: S104


def is_private(host: str) -> bool:
    """Whether a provider at ``host`` is the user's own: this machine or its network."""
    import ipaddress

    if not host:
        return False
    if is_loopback(host) or host.endswith((".local", ".internal", ".lan", ".home.arpa")):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "." not in host
    return address.is_private or address.is_link_local


def _is_127(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)
