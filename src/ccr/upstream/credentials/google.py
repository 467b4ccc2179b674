"""Google's access tokens: of a service account, of a signed-in user, or of the machine we run on.

Looked for where Google's own tools look, but first in the provider's options: ``service_account`` (a path,
JSON, or the object itself), or ``client_email`` and ``private_key``. Then come
``GOOGLE_APPLICATION_CREDENTIALS``, what ``gcloud auth application-default login`` left, the metadata server.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config.provider import Provider
from ccr.errors import KeyRefused, Unreachable
from ccr.upstream.credentials.transport import Transport
from ccr.wire import json

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
METADATA = "169.254.169.254"
METADATA_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"

CURE = (
    'Give the provider a service account\'s key file as "service_account", set'
    " GOOGLE_APPLICATION_CREDENTIALS, or run: gcloud auth application-default login"
)

_EARLY = 240.0
"""Seconds before its end at which a token is renewed."""

_LATE = 10.0
"""Seconds before its end until which a token that could not be renewed is still used."""


class Token(NamedTuple):
    value: str
    ends: float
    """Seconds since the epoch."""


class Tokens:
    """The token of one provider. It is fetched off the event loop, by one request while others wait."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._transport = Transport(provider.way)
        self._credentials: Any = None
        self._token = Token("", 0)
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for some time yet. Raises ``KeyRefused`` or ``Unreachable``."""
        if not self._lasts(_EARLY):
            async with self._lock:
                if not self._lasts(_EARLY):
                    self._token = await asyncio.to_thread(self._renewed)
        return self._token.value

    def _lasts(self, seconds: float) -> bool:
        return self._token.ends - time.time() > seconds

    def _renewed(self) -> Token:
        try:
            return self._fetched()
        except (KeyRefused, Unreachable):
            if self._lasts(_LATE):
                return self._token
            raise

    def _fetched(self) -> Token:
        try:
            if self._credentials is None:
                written = _written(self._provider.options)
                if written is None:
                    return self._of_machine()
                self._credentials = self._loaded(written)
            return self._refreshed()
        except (ValueError, OSError) as error:
            raise self._refused(f"{_said(error)} {CURE}") from None

    def _loaded(self, written: dict[str, Any]) -> Any:
        try:
            from google.auth.exceptions import GoogleAuthError
        except ImportError:
            raise self._refused("install Google's library: pip install 'ccrouter[vertex]'") from None
        try:
            return loaded(written)
        except GoogleAuthError as error:
            raise self._refused(f"{_said(error)} {CURE}") from None

    def _refreshed(self) -> Token:
        from google.auth.exceptions import GoogleAuthError, TransportError

        try:
            self._credentials.refresh(self._transport)
        except TransportError as error:
            message = f"{self._provider.name}: no access token from Google: {_said(error)}"
            raise Unreachable(message, provider=self._provider.name) from None
        except GoogleAuthError as error:
            raise self._refused(f"Google gave no access token: {_said(error)}. {CURE}") from None
        ends = self._credentials.expiry
        # google-auth's times are UTC without saying so; a token without an end is asked for again in an hour.
        return Token(
            self._credentials.token, ends.replace(tzinfo=UTC).timestamp() if ends else time.time() + 3600
        )

    def _of_machine(self) -> Token:
        """The token of the virtual machine, container or function that we run in."""
        host = os.environ.get("GCE_METADATA_HOST") or METADATA
        try:
            answer = self._transport.direct(f"http://{host}{METADATA_PATH}", {"Metadata-Flavor": "Google"})
            told = json.decode(answer.data) if answer.status == 200 else None
        except (OSError, json.JSONError):
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
            raise self._refused(f"no Google credentials were found. {CURE}")
        return Token(told["access_token"], time.time() + float(told.get("expires_in") or 0))

    def _refused(self, message: str) -> KeyRefused:
        name = self._provider.name
        return KeyRefused(f"{name}: {message}", status=401, provider=name)


def loaded(written: dict[str, Any]) -> Any:
    """google-auth's object for the JSON of a key file. Raises its errors, and ``ValueError``."""
    match written.get("type"):
        case "service_account":
            from google.oauth2 import service_account

            make: Any = service_account.Credentials.from_service_account_info
        case "authorized_user":
            from google.oauth2 import credentials

            make = credentials.Credentials.from_authorized_user_info
        case "impersonated_service_account":
            from google.auth import impersonated_credentials

            make = impersonated_credentials.Credentials.from_impersonated_service_account_info
        case "external_account":
            from google.auth import identity_pool

            make = identity_pool.Credentials.from_info
        case kind:
            raise ValueError(f'Google credentials of type "{kind}" are not known.')
    return make(written, scopes=[SCOPE])


def _written(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """The credential in the options or in a file, as the JSON of Google's key files; None: there is none.

    Raises ``ValueError`` for what is no such JSON, ``OSError`` for a file that cannot be read.
    """
    if options.get("client_email") and options.get("private_key"):
        return {"type": "service_account", "token_uri": TOKEN_URI, **_key(options)}
    given = options.get("service_account") or _file()
    if given is None or isinstance(given, dict):
        return given
    text = str(given)
    content = text.encode() if text.lstrip().startswith("{") else Path(text).expanduser().read_bytes()
    try:
        value = json.decode(content)
    except json.JSONError:
        value = None
    if not isinstance(value, dict):
        where = "given" if text.lstrip().startswith("{") else f"in {text}"
        raise ValueError(f"the Google credentials {where} are no JSON object.")  # noqa: TRY004 - for _fetched
    return value


def _key(options: Mapping[str, Any]) -> dict[str, str]:
    """Of a key written into a configuration the line ends are often escaped twice."""
    named = {name: str(options[name]) for name in ("client_email", "token_uri") if name in options}
    return {**named, "private_key": str(options["private_key"]).replace("\\n", "\n")}


def _file() -> str | None:
    """The path that is set, or that of what ``gcloud`` wrote."""
    if path := os.environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
        return path
    appdata = os.environ.get("APPDATA")
    base = Path(appdata) / "gcloud" if os.name == "nt" and appdata else Path.home() / ".config" / "gcloud"
    found = Path(os.environ.get("CLOUDSDK_CONFIG") or base) / "application_default_credentials.json"
    return str(found) if found.is_file() else None


def _said(error: Exception) -> str:
    """What an error tells, in one line: google-auth puts whole answers behind its words."""
    words = str(error) if isinstance(error, OSError) or not error.args else str(error.args[0])
    return words.partition("\n")[0]
