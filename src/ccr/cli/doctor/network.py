"""Proxies and certificates."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from pathlib import Path

from ccr.cli.doctor.findings import Finding, failure, ok, warning
from ccr.cli.doctor.world import World
from ccr.config.address import split
from ccr.config.network import PORTS, of_environment
from ccr.config.settings import Settings

PATIENCE = 3.0
BUNDLES = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE")
SOCKS = 1080


def check(world: World) -> list[Finding]:
    settings = world.settings
    proxies = _proxies(settings) if settings is not None else []
    return [*(proxies or [ok("proxies", "none.")]), *_environment(world.env), _certificates(world.env)]


def _proxies(settings: Settings) -> list[Finding]:
    ways = [provider.way.proxy for provider in settings.providers]
    known = [settings.network.http, settings.network.https, *ways]
    return [_reached(url) for url in dict.fromkeys(url for url in known if url)]


def _reached(url: str) -> Finding:
    """Whether somebody listens at a proxy's address; its password is not shown."""
    parts = split(url)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, SOCKS)
    name = f"proxy {parts.scheme}://{host}:{port}"
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError as error:
        cure = "Start it, mend PROXY_URL, or put the hosts that need none into NO_PROXY."
        return failure(name, f"cannot be reached: {_reason(error)}.", cure)
    return ok(name, "can be reached.")


def _environment(env: Mapping[str, str]) -> list[Finding]:
    _, wrong = of_environment(env)
    return [
        warning(name, "is no address of a proxy, and is not used.", f"Write it as {name}=http://host:port")
        for name, _ in wrong
    ]


def _certificates(env: Mapping[str, str]) -> Finding:
    gone = [name for name in BUNDLES if env.get(name) and not Path(env[name]).exists()]
    if gone:
        return failure(
            "certificates", f"{', '.join(gone)}: there is no such file.", "Mend the path, or unset it."
        )
    paths = ssl.get_default_verify_paths()
    if not (paths.cafile or paths.capath or ssl.create_default_context().cert_store_stats()["x509_ca"]):
        return warning("certificates", "the system has none.", "Install the package ca-certificates.")
    return ok("certificates", paths.cafile or paths.capath or "the system's")


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
