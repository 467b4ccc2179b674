"""Sessions of aiohttp, one for each way to providers: made when it is first gone, closed together."""

from __future__ import annotations

import asyncio
import errno
import sys
from typing import Any, NamedTuple

import aiohttp

from ccr.config.network import Way
from ccr.config.tls import context
from ccr.errors import Draining, RouterError, Unreachable

LONGEST_HEADER = 1 << 16
"""Bytes of a header line that are taken: policies and cookies of gateways are longer than aiohttp's 8190."""

OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)

UNTRUSTED = (
    'Behind a proxy that reads along, give its certificate: "tls": {"ca": "…"} of the provider, '
    "or NODE_EXTRA_CA_CERTS."
)


class Gone(NamedTuple):
    """A session, and the proxy that each of its requests names (a SOCKS proxy is the connector's)."""

    session: aiohttp.ClientSession
    proxy: str | None


class Ways:
    """Mutable state: the sessions in use."""

    def __init__(self) -> None:
        self._gone: dict[Way, Gone] = {}

    def go(self, way: Way) -> Gone:
        """The session of a way. Raises ``Unreachable`` when it cannot be made."""
        gone = self._gone.get(way)
        if gone is None:
            gone = self._gone[way] = Gone(_session(way), None if way.is_socks else way.proxy)
        return gone

    async def close(self) -> None:
        gone, self._gone = self._gone, {}
        await asyncio.gather(*(each.session.close() for each in gone.values()))


def _session(way: Way) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=_socks(way) if way.is_socks else aiohttp.TCPConnector(**_options(way)),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent",),
        trust_env=False,
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
    )


def _options(way: Way) -> dict[str, Any]:
    """Of a connector. No limit on connections: each client holds one. 64 KiB is aiohttp's read buffer."""
    usual: dict[str, Any] = {"limit": 0, "keepalive_timeout": 60, "ttl_dns_cache": 60}
    if way.trust is None:
        return usual
    try:
        return usual | {"ssl": context(way.trust)}
    except OSError as error:  # it could be read when the configuration was
        why = error.strerror or type(error).__name__
        raise Unreachable(f"The provider's certificates cannot be used: {why}.", status=500) from None


def _socks(way: Way) -> aiohttp.BaseConnector:
    """A connector through a SOCKS proxy, which looks the names up: they may mean nothing here."""
    try:
        from aiohttp_socks import ProxyConnector
    except ImportError:
        message = "The proxy is a SOCKS proxy, for which a library is missing: pip install 'ccrouter[socks]'"
        raise Unreachable(message, status=500) from None
    assert way.proxy is not None
    scheme, _, rest = way.proxy.partition("://")
    try:
        return ProxyConnector.from_url(f"{scheme.rstrip('ah')}://{rest}", rdns=True, **_options(way))
    except ValueError as error:
        raise Unreachable(f"The proxy's URL cannot be used: {error}", status=500) from None


def explained(error: Exception) -> RouterError | None:
    """What went wrong on the way, where it is the way's: descriptors, a proxy, a certificate; else None."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, OSError) and cause.errno in OUT_OF_DESCRIPTORS:
        headers = {"retry-after": "2"}
        return Draining("The router has no file descriptors left for another connection.", headers=headers)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return Unreachable(f"The proxy refuses to connect: {error.status} {error.message}")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = getattr(error.certificate_error, "verify_message", "") or "it cannot be checked"
        return Unreachable(f"The provider's certificate is not trusted: {why}. {UNTRUSTED}")
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        reason = getattr(error.os_error, "reason", None) or "it failed"
        return Unreachable(f"No TLS connection to the provider: {reason}.")
    return Unreachable(f"The proxy cannot be used: {error}") if _is_of_socks(error) else None


def _is_of_socks(error: Exception) -> bool:
    """Whether it is an error of the SOCKS library, which is imported only where it is used."""
    library = sys.modules.get("aiohttp_socks")
    if library is None:
        return False
    kinds = (library.ProxyError, library.ProxyConnectionError, library.ProxyTimeoutError)
    return isinstance(error, kinds)
