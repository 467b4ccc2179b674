"""How providers are reached: through which proxy, and whom to trust there."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ccr.config.address import is_loopback, split

SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
PORTS = {"http": 80, "https": 443}


ProxyOf = str | Literal[False] | None
"""A provider's own: a URL, false for none at all, None for what holds for all."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates: beside the system's, and our own. ``ca``: files or folders."""

    ca: tuple[Path, ...] = ()
    cert: Path | None = None
    key: Path | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """How one provider is reached. ``trust`` None: as the system does."""

    proxy: str | None = field(default=None, repr=False)
    """A URL with one of ``SCHEMES``, in which a password may stand."""

    trust: Trust | None = None

    @property
    def is_socks(self) -> bool:
        return self.proxy is not None and self.proxy.startswith("socks")


DIRECT = Way()


@dataclass(frozen=True, slots=True)
class Network:
    """What holds for every host that has no way of its own. Proxies by the scheme of what is asked."""

    http: str | None = field(default=None, repr=False)
    https: str | None = field(default=None, repr=False)
    no_proxy: tuple[str, ...] = ()
    trust: Trust | None = None

    def way(self, url: str) -> Way:
        """The way to a URL: this machine and what ``no_proxy`` names are reached directly."""
        parts = split(url)
        proxy = self.http if parts.scheme == "http" else self.https
        port = parts.port or PORTS.get(parts.scheme, 0)
        if proxy is None or is_direct(parts.hostname or "", port, self.no_proxy):
            proxy = None
        return Way(proxy, self.trust) if proxy or self.trust else DIRECT

    def way_of(self, url: str, proxy: ProxyOf, trust: Trust | None) -> Way:
        """The same where a provider says some of it otherwise; its own proxy is used for any host."""
        usual = self.way(url)
        if proxy is not None:
            usual = replace(usual, proxy=proxy or None)
        if trust is not None:
            usual = replace(usual, trust=trust)
        return usual if usual != DIRECT else DIRECT


def is_direct(host: str, port: int, no_proxy: Iterable[str]) -> bool:
    """Whether a host is reached without a proxy.

    ``no_proxy`` has names with all below them (``example.com``, ``.example.com``), addresses and networks
    (``10.0.0.0/8``), each also with a port, or ``*`` for all.
    """
    host = host.lower().rstrip(".")
    return is_loopback(host) or any(_names_host(entry.lower(), host, port) for entry in no_proxy)


def _names_host(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isdigit() and (":" not in name or name.endswith("]")):
        if int(wanted) != port:
            return False
        entry = name
    if _is_in(host, entry.strip("[]")):
        return True
    plain = entry.removeprefix("*").strip(".")
    return bool(plain) and (host == plain or host.endswith(f".{plain}"))


def _is_in(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def of_environment(env: Mapping[str, str]) -> tuple[Network, list[tuple[str, str]]]:
    """What the environment says, and its variables that are no proxy, with their values. Lower case wins."""
    wrong: list[tuple[str, str]] = []

    def proxy(*names: str) -> str | None:
        for name in names:
            for spelled in (name.lower(), name):
                if value := env.get(spelled, "").strip():
                    if (url := completed(value)) is not None:
                        return url
                    wrong.append((spelled, value))
        return None

    http, https = (
        proxy("PROXY_URL", "HTTP_PROXY", "ALL_PROXY"),
        proxy("PROXY_URL", "HTTPS_PROXY", "ALL_PROXY"),
    )
    hosts = names(env.get("no_proxy") or env.get("NO_PROXY") or "")
    return Network(http, https, tuple(hosts)), list(dict.fromkeys(wrong))


def names(hosts: str) -> list[str]:
    """``NO_PROXY`` as written: with commas or spaces between."""
    return hosts.replace(",", " ").split()


def completed(proxy: str) -> str | None:
    """A proxy's URL as others take it too: without a scheme it is HTTP; None where it is none."""
    url = proxy if "://" in proxy else f"http://{proxy}"
    url = url.replace("socks://", "socks5://", 1) if url.startswith("socks://") else url
    parts = split(url)
    try:
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme in SCHEMES and parts.hostname else None


def hidden(url: str) -> str:
    """A proxy's URL without user and password."""
    scheme, mark, rest = url.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
