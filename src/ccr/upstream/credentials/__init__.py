"""What a request needs beyond a static key: Google's access tokens, AWS's signatures.

Both come from libraries that are extras, imported when the first request needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccr.config.provider import Auth, Provider

if TYPE_CHECKING:
    from ccr.upstream.credentials.aws import Signer
    from ccr.upstream.credentials.google import Tokens


MINTED: frozenset[Auth | None] = frozenset({"google", "aws"})
"""Ways of showing who we are that are made for the request; with a key in the configuration none is made."""


class Credentials:
    """The credentials of one configuration's providers, each found once and refreshed when it must be."""

    def __init__(self) -> None:
        self._tokens: dict[str, Tokens] = {}
        self._signers: dict[str, Signer] = {}

    async def headers(
        self, provider: Provider, url: str, headers: Mapping[str, str], data: bytes
    ) -> dict[str, str]:
        """The headers that show who we are on a POST; none for a provider whose key is shown as it is.

        Raises ``KeyRefused`` when no credential is found, or none can be got.
        """
        match provider.auth:
            case "google":
                return {"authorization": f"Bearer {await self._google(provider).token()}"}
            case "aws":
                return await self._aws(provider).sign(url, headers, data)
            case _:
                return {}

    def _google(self, provider: Provider) -> Tokens:
        from ccr.upstream.credentials.google import Tokens

        found = self._tokens.get(provider.name)
        if found is None:
            found = self._tokens[provider.name] = Tokens(provider)
        return found

    def _aws(self, provider: Provider) -> Signer:
        from ccr.upstream.credentials.aws import Signer

        found = self._signers.get(provider.name)
        if found is None:
            found = self._signers[provider.name] = Signer(provider)
        return found
