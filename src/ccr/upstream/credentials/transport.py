"""google-auth's way to the network, by the standard library: its own ways need further packages."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

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
    """Called as google-auth calls it, in a thread."""

    def __init__(self, proxy: str | None = None) -> None:
        handlers = [urllib.request.ProxyHandler({"http": proxy, "https": proxy})] if proxy else []
        self._opener = urllib.request.build_opener(*handlers)
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


def _answer(opener: urllib.request.OpenerDirector, request: urllib.request.Request, timeout: float) -> Answer:
    try:
        with opener.open(request, timeout=timeout) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers), error.read())
