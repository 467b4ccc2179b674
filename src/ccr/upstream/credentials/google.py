"""Google's access tokens: of a service account, of a signed-in user, or of the machine we run on.

Looked for where Google's own tools look, in the provider's options first: ``credentials`` or
``service_account`` (a path, JSON, or the object itself), or ``client_email`` and ``private_key``; then
``GOOGLE_APPLICATION_CREDENTIALS``, what ``gcloud auth application-default login`` left, the metadata server.
"""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.config.provider import Provider
from ccr.errors import KeyRefused, Unreachable
from ccr.wire import json

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

_TIMEOUT = 30.0
"""Seconds that Google may take to give a token."""

CURE = (
    "Give a service account's key file as the provider's \"credentials\", set GOOGLE_APPLICATION_CREDENTIALS,"
    " or run: gcloud auth application-default login"
)


class Tokens:
    """The token of one provider. It is fetched off the event loop, by one request while others wait."""

    def __init__(self, provider: Provider, proxy: str | None = None) -> None:
        self._provider = provider
        self._transport = Transport(proxy)
        self._credentials: Any = None
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for some minutes yet. Raises ``KeyRefused``."""
        if not self._is_fresh():
            async with self._lock:
                if not self._is_fresh():
                    await asyncio.to_thread(self._refresh)
        return str(self._credentials.token)

    def _is_fresh(self) -> bool:
        # `valid` is false some minutes before the token is refused.
        return self._credentials is not None and bool(self._credentials.valid)

    def _refresh(self) -> None:
        try:
            from google.auth.exceptions import GoogleAuthError, TransportError
        except ImportError:
            raise self._refused(
                "needs Google's library. Install it: pip install 'ccrouter[vertex]'"
            ) from None
        try:
            if self._credentials is None:
                self._credentials = found(self._provider.options, self._transport)
            self._credentials.refresh(self._transport)
        except TransportError as error:
            if not self._is_usable():
                message = f"No access token from Google: {_said(error)}"
                raise Unreachable(message, provider=self._provider.name) from None
        except (GoogleAuthError, ValueError, OSError) as error:
            if not self._is_usable():
                raise self._refused(f"no access token from Google: {_said(error)} {CURE}") from None

    def _is_usable(self) -> bool:
        """The token before the refresh that failed is still good."""
        from google.auth.credentials import TokenState

        return self._credentials is not None and self._credentials.token_state is not TokenState.INVALID

    def _refused(self, message: str) -> KeyRefused:
        name = self._provider.name
        return KeyRefused(f"{name}: {message}", status=401, provider=name)


def found(options: Mapping[str, Any], transport: Transport) -> Any:
    """Google's credentials object for a provider. Raises Google's errors, ``ValueError`` and ``OSError``."""
    import google.auth

    if (given := _given(options)) is not None:
        return google.auth.load_credentials_from_dict(given, scopes=[SCOPE])[0]  # type: ignore[no-untyped-call]
    return google.auth.default(scopes=[SCOPE], request=transport)[0]  # type: ignore[arg-type]


def _given(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """The credential in the provider's options, as the JSON of Google's key files."""
    if options.get("client_email") and options.get("private_key"):
        return {"type": "service_account", "token_uri": TOKEN_URI, **_key(options)}
    value = options.get("credentials") or options.get("service_account")
    if value is None or isinstance(value, dict):
        return value
    text = str(value)
    content = text.encode() if text.lstrip().startswith("{") else Path(text).expanduser().read_bytes()
    try:
        value = json.decode(content)
    except json.JSONError as error:
        raise ValueError(f'"credentials" is no JSON: {error}.') from None
    if not isinstance(value, dict):
        raise ValueError('"credentials" is no JSON object.')  # noqa: TRY004 - what the caller turns into words
    return value


def _key(options: Mapping[str, Any]) -> dict[str, str]:
    """Of a key written into a configuration the line ends are often escaped twice."""
    named = {name: str(options[name]) for name in ("client_email", "token_uri") if name in options}
    return {**named, "private_key": str(options["private_key"]).replace("\\n", "\n")}


def _said(error: Exception) -> str:
    """What an error tells, in one line: google-auth puts whole answers behind its words."""
    return str(
        error.args[-1] if isinstance(error, OSError) else error.args[0] if error.args else error
    ).partition("\n")[0]


class Answer:
    """An HTTP answer as google-auth reads it."""

    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status = status
        self.headers = headers
        self.data = data


class Transport:
    """google-auth's way to the network, by the standard library: its own ways need further packages."""

    def __init__(self, proxy: str | None = None) -> None:
        handlers = [urllib.request.ProxyHandler({"https": proxy})] if proxy else []
        self._opener = urllib.request.build_opener(*handlers)

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
        request = urllib.request.Request(url, data, dict(headers or {}), method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=timeout or _TIMEOUT) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())
        except OSError as error:
            words = f"{url} cannot be reached: {error}"
            raise TransportError(words) from None  # type: ignore[no-untyped-call]
