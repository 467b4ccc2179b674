"""What file and environment say of proxies and certificates: for all hosts, and for one provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config import checks, schema, tls
from ccr.config.network import Network, Trust, Way, completed, hidden, of_environment
from ccr.config.problems import Problem
from ccr.config.provider import Provider
from ccr.config.source import Source
from ccr.config.variables import child

CA_VARIABLES = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")
"""Where users of Claude Code have the certificate of their company's proxy already."""

SOCKS = "Install it: pip install 'ccrouter[socks]'"
FORM = "It should look like http://127.0.0.1:7890 or socks5://127.0.0.1:1080, or be false for none."


class Reach(NamedTuple):
    network: Network
    problems: list[Problem]
    warnings: list[Problem]


def reach_of(file: schema.File, found: Source) -> Reach:
    """What holds for all. The file wins over the environment."""
    network, wrong = of_environment(found.env)
    warnings = [
        Problem("", f'{name} of the environment is no URL of a proxy ("{hidden(value)}").')
        for name, value in wrong
    ]
    if file.PROXY_URL:
        network = replace(network, http=file.PROXY_URL, https=file.PROXY_URL)
    if file.NO_PROXY is not None:
        network = replace(network, no_proxy=tuple(file.NO_PROXY))
    certificates, missing = _of_environment(found.env)
    trust = tls.trust_of(file.TLS, found.path.parent, certificates) or certificates
    problems = checks.proxy(found.raw, file.PROXY_URL) + _socks(
        file.PROXY_URL, checks.proxy_place(found.raw, file.PROXY_URL)
    )
    if file.TLS is not None and trust is not None:
        problems += tls.problems(file.TLS, trust, tls_place(found.raw))
    return Reach(replace(network, trust=trust), problems, warnings + missing)


def way_of(
    entry: schema.Provider, made: Provider, path: str, network: Network, folder: Path
) -> tuple[Way, list[Problem]]:
    """How one provider is reached, and what is wrong with what its entry says of it."""
    trust = tls.trust_of(entry.tls, folder, network.trust)
    problems = tls.problems(entry.tls, trust, child(path, "tls")) if entry.tls and trust else []
    if entry.proxy:
        problems += _proxy(entry.proxy, child(path, "proxy"))
    return network.way_of(made.base_url, entry.proxy, trust), problems


def tls_place(raw: Mapping[str, Any]) -> str:
    return "TLS" if "TLS" in raw else "tls"


def _proxy(url: str, place: str) -> list[Problem]:
    if "://" not in url or completed(url) != url:
        return [Problem(place, f'is no URL of a proxy ("{hidden(url)}").', FORM)]
    return _socks(url, place)


def _socks(url: str | None, place: str) -> list[Problem]:
    if not url or not url.startswith("socks") or find_spec("aiohttp_socks") is not None:
        return []
    return [Problem(place, "is a SOCKS proxy, for which a library is missing.", SOCKS)]


def _of_environment(env: Mapping[str, str]) -> tuple[Trust | None, list[Problem]]:
    """Certificates named by variables; those that cannot be used are left out and told, as Node.js does."""
    named = [(name, Path(env[name]).expanduser()) for name in CA_VARIABLES if env.get(name)]
    told = [(name, path, tls.unusable(path)) for name, path in named]
    usable = tuple(dict.fromkeys(path for _, path, why in told if not why))
    wrong = [Problem("", f"{name} of the environment is passed over: {why}") for name, _, why in told if why]
    return (Trust(ca=usable) if usable else None), wrong
