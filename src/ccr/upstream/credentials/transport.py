"""google-auth's way to the network, by the standard library: its own ways need further packages."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ccr.config.network import DIRECT, Way
from ccr.config.tls import context

if TYPE_CHECKING:
    import ssl

_TIMEOUT = 30.0
"""Seconds that Google may take to give a token."""

_NEAR = 3.0
"""Seconds that the machine's own metadata server may take; most machines have none."""


class Answer(NamedTuple):
    """An HTTP answer, under the names by which google-auth reads it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Transport:
    """Called as google-auth calls it, in a thread. ``way``: that of the provider which the token is for."""

    def __init__(self, way: Way = DIRECT) -> None:
        self._opener = _opener(way)
        self._near = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> Answer:
        """One request. Raises google-auth's ``TransportError`` when none is answered."""
        from google.auth.exceptions import TransportError

        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(url, data, dict(headers or {}), method=method)  # noqa: S310 - Google's
        try:
            return _answer(self._opener, request, timeout or _TIMEOUT)
        except OSError as error:
            words = f"{url} cannot be reached: {getattr(error, 'reason', error)}"
            raise TransportError(words) from None  # type: ignore[no-untyped-call]

    def direct(self, url: str, headers: Mapping[str, str]) -> Answer:
        """A GET past any proxy. Raises ``OSError``."""
        request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - the machine's own
        return _answer(self._near, request, _NEAR)


class SocksConnection(http.client.HTTPSConnection):
    """A connection through a SOCKS proxy, which looks the name up."""

    def __init__(self, *args: Any, proxy: str, trusted: ssl.SSLContext | None, **options: Any) -> None:
        super().__init__(*args, context=trusted, **options)
        self._proxy = proxy

    def connect(self) -> None:
        from python_socks.sync import Proxy

        scheme, _, rest = self._proxy.partition("://")
        try:
            proxy = Proxy.from_url(f"{scheme.rstrip('ah')}://{rest}", rdns=True)
            raw = proxy.connect(self.host, self.port, timeout=self.timeout)
        except Exception as error:  # noqa: BLE001  # the library's errors have nothing in common
            raise OSError(f"the proxy cannot be used: {error}") from None
        self.sock = self._context.wrap_socket(raw, server_hostname=self.host)  # type: ignore[attr-defined]


class _SocksHandler(urllib.request.HTTPSHandler):
    def __init__(self, proxy: str, trusted: ssl.SSLContext | None) -> None:
        super().__init__()
        self._connect = partial(SocksConnection, proxy=proxy, trusted=trusted)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connect, req)


def _opener(way: Way) -> urllib.request.OpenerDirector:
    trusted = context(way.trust) if way.trust is not None else None
    if way.proxy is not None and way.is_socks:
        none = urllib.request.ProxyHandler({})
        return urllib.request.build_opener(none, _SocksHandler(way.proxy, trusted))
    proxies = {"http": way.proxy, "https": way.proxy} if way.proxy else {}
    https = urllib.request.HTTPSHandler(context=trusted)
    return urllib.request.build_opener(urllib.request.ProxyHandler(proxies), https)


def _answer(opener: urllib.request.OpenerDirector, request: urllib.request.Request, timeout: float) -> Answer:
    try:
        with opener.open(request, timeout=timeout) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers), error.read())
