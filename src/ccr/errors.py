"""Every way a request can fail. Bodies are Anthropic's; nothing here carries a key or a stack trace.

RouterError                     status, type (Anthropic's error type), message
├── BadRequest                  the client's fault; never retried
│   ├── Unauthorized            401: the router's own key is missing or wrong
│   ├── Forbidden               403: a foreign Host or Origin
│   ├── WrongMethod             405: the path takes other methods
│   └── TooLarge                413: the body is over the limit
├── NoRoute                     404: the configuration cannot serve this
├── ProxyFault                  500: a transformer or another part of ours raised
├── OverLimit                   429: a limit of the configuration (resilience/limiter.py)
├── Draining                    529: we are shutting down or overloaded
└── UpstreamError               a provider failed; carries provider, status, its own body
    ├── Unreachable             connect or time-out            retry, then next target
    ├── Overloaded              429, 503, 529                  next key, then next target
    ├── KeyRefused              401, 403                       bench the key
    ├── Rejected                400, 404, 413, 422             shown to the client as it is
    └── Broken                  any other failure: 5xx, a stream that died or made no sense
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import msgspec

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

#: HTTP status → Anthropic's error type (CONTRACT §5)
TYPE_OF_STATUS: Mapping[int, str] = MappingProxyType(
    {
        400: "invalid_request_error",
        401: "authentication_error",
        402: "billing_error",
        403: "permission_error",
        404: "not_found_error",
        408: "timeout_error",
        413: "request_too_large",
        422: "invalid_request_error",
        429: "rate_limit_error",
        503: "overloaded_error",
        504: "timeout_error",
        529: "overloaded_error",
    }
)


def type_of(status: int) -> str:
    """Anthropic's error type for an HTTP status."""
    return TYPE_OF_STATUS.get(status) or ("invalid_request_error" if 400 <= status < 500 else "api_error")


class RouterError(Exception):
    """A failure the client is told about.

    ``headers`` are added to the answer; ``details`` go into the error object as they are.
    """

    status: int = 500
    type: str = "api_error"

    def __init__(
        self,
        message: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.headers = headers
        self.details = details

    def forget(self) -> None:
        """Forgets where it was raised, once it has been dealt with.

        The frames hold the request with its body; whoever keeps the error would keep it in a cycle with them.
        """
        self.__traceback__ = self.__context__ = None

    def error(self) -> dict[str, object]:
        """The inner object ``{"type", "message"}`` of an Anthropic error."""
        error: dict[str, object] = {"type": self.type, "message": self.message}
        if self.details:
            error["details"] = self.details
        return error

    def body(self, request_id: str) -> bytes:
        """The whole JSON body of an error answer."""
        return msgspec.json.encode({"type": "error", "error": self.error(), "request_id": request_id})


class BadRequest(RouterError):
    status = 400
    type = "invalid_request_error"


class Unauthorized(BadRequest):
    status = 401
    type = "authentication_error"


class Forbidden(BadRequest):
    status = 403
    type = "permission_error"


class WrongMethod(BadRequest):
    status = 405


class Unfinished(BadRequest):
    status = 408
    type = "timeout_error"


class TooLarge(BadRequest):
    status = 413
    type = "request_too_large"


class NoRoute(RouterError):
    status = 404
    type = "not_found_error"


class ProxyFault(RouterError):
    status = 500
    type = "api_error"


class Draining(RouterError):
    status = 529
    type = "overloaded_error"


class UpstreamError(RouterError):
    """A provider failed.

    ``status`` is what the client gets, ``raw`` the provider's own body when it already is Anthropic's
    (it then goes out byte for byte: Claude Code recovers from several errors by their exact wording).
    """

    retryable: ClassVar[bool] = True
    reset: float | None = None
    """In how many seconds the provider takes requests again, where it says so."""

    code: str = ""
    """The provider's own name for the failure, such as ``insufficient_quota``."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 502,
        type: str | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        raw: bytes | None = None,
        provider: str = "",
    ) -> None:
        super().__init__(message, headers=headers)
        self.status = status
        self.type = type or type_of(status)
        self.raw = raw
        self.provider = provider

    def body(self, request_id: str) -> bytes:
        return self.raw if self.raw is not None else super().body(request_id)


class Unreachable(UpstreamError): ...


class Overloaded(UpstreamError): ...


class KeyRefused(UpstreamError): ...


class Rejected(UpstreamError):
    retryable = False


class Broken(UpstreamError): ...


def class_of(status: int) -> type[UpstreamError]:
    """The class of an upstream failure, by the HTTP status it came with."""
    if status in (401, 403):
        return KeyRefused
    if status in (408, 429, 503, 529):
        return Overloaded
    if 400 <= status < 500:
        return Rejected
    return Broken
