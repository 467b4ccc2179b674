"""AWS's signature, version 4, on each request.

Credentials come from the provider's options (``access_key_id``, ``secret_access_key``, ``session_token``, or
``profile``), else from where AWS's own tools find them: environment, profiles, the role of the container or
the machine. A bearer key needs no signature and never comes here.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ccr.config.provider import Provider
from ccr.errors import KeyRefused

CURE = (
    'Give the provider "access_key_id" and "secret_access_key" or a "profile", set AWS_ACCESS_KEY_ID and'
    ' AWS_SECRET_ACCESS_KEY, or give a Bedrock key as "api_key".'
)

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_SIGNED = ("content-type",)
"""Headers that are signed besides those of the signature; others may be changed on the way."""


class Signer:
    """Signs the requests of one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._credentials: Any = None
        self._session: Any = None
        self._lock = asyncio.Lock()

    async def sign(self, url: str, headers: Mapping[str, str], data: bytes) -> dict[str, str]:
        """The headers that sign a POST. Raises ``KeyRefused`` when there is nothing to sign with."""
        frozen = await self._frozen()
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        signed = {name: value for name, value in headers.items() if name.lower() in _SIGNED}
        request = AWSRequest("POST", url, headers=signed, data=data)
        service = str(self._provider.options.get("service") or "bedrock")
        SigV4Auth(frozen, service, self._region(url)).add_auth(request)
        return {name: value for name, value in request.headers.items() if name.lower() not in _SIGNED}

    async def _frozen(self) -> Any:
        """The credentials as they are now; looked for and refreshed off the event loop."""
        if self._credentials is None or self._needs_refresh():
            async with self._lock:
                return await asyncio.to_thread(self._find)
        return self._credentials.get_frozen_credentials()

    def _needs_refresh(self) -> bool:
        # Only credentials that expire know the question.
        return bool(getattr(self._credentials, "refresh_needed", bool)())

    def _find(self) -> Any:
        try:
            from botocore.exceptions import BotoCoreError
        except ImportError:
            raise self._refused("needs AWS's library. Install it: pip install 'ccrouter[bedrock]'") from None
        try:
            if self._credentials is None:
                self._credentials = self._found()
            frozen = self._credentials.get_frozen_credentials() if self._credentials else None
        except BotoCoreError as error:
            raise self._refused(f"no AWS credentials: {error}. {CURE}") from None
        if frozen is None or not frozen.access_key:
            self._credentials = None
            raise self._refused(f"no AWS credentials were found. {CURE}")
        return frozen

    def _found(self) -> Any:
        from botocore.credentials import Credentials
        from botocore.session import Session

        options = self._provider.options
        self._session = Session(profile=options.get("profile"))
        if key := _option(options, "access_key_id"):
            secret = _option(options, "secret_access_key") or ""
            return Credentials(key, secret, _option(options, "session_token"))
        return self._session.get_credentials()

    def _region(self, url: str) -> str:
        """As the host's name says, else the options, the environment, the profile."""
        labels = (urlsplit(url).hostname or "").split(".")
        named = next((label for label in labels if _REGION.fullmatch(label)), None)
        told = named or self._provider.options.get("region") or os.environ.get("AWS_REGION")
        return str(told or self._session.get_config_variable("region") or "us-east-1")

    def _refused(self, message: str) -> KeyRefused:
        name = self._provider.name
        return KeyRefused(f"{name}: {message}", status=401, provider=name)


def _option(options: Mapping[str, Any], name: str) -> str | None:
    """An option under AWS's own name or without its ``aws_``, in snake or camel case."""
    camel = re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
    spelled = (name, f"aws_{name}", camel, f"aws{camel[0].upper()}{camel[1:]}")
    return next((str(options[key]) for key in spelled if options.get(key)), None)
