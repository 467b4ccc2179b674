"""The header that shows a provider its key."""

from __future__ import annotations

from ccr.config.provider import Auth
from ccr.config.secret import is_secret
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


def secrets_of(call: Call) -> list[str]:
    """What was shown to prove who we are, the longest first: a provider that refuses it may repeat it."""
    provider = call.target.provider
    beside = [*provider.headers.items(), *provider.query.items()]
    shown = [call.key, *(value.rpartition(" ")[2] for name, value in beside if is_secret(name))]
    return sorted((secret for secret in shown if len(secret) > 3), key=len, reverse=True)


def without_secrets(data: bytes, call: Call) -> bytes:
    """What a provider said of a failure: where it repeats what was shown, it is not passed on as it is."""
    for secret in secrets_of(call):
        data = data.replace(secret.encode(), "…".encode())
    return data
