"""The header that shows a provider its key."""

from __future__ import annotations

from ccr.config.provider import Auth
from ccr.exchange import Call


def credential(call: Call, default: Auth) -> dict[str, str]:
    """The key in the provider's way, or in ``default``; nothing without a key.

    Of ``google`` the key is an access token; ``aws`` signs whole requests elsewhere.
    """
    if not call.key:
        return {}
    match call.target.provider.auth or default:
        case "bearer" | "google":
            return {"authorization": f"Bearer {call.key}"}
        case "x-api-key" | "x-goog-api-key" | "api-key" as header:
            return {header: call.key}
        case _:
            return {}
