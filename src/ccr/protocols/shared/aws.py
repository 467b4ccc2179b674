"""What both of Bedrock's ways share: where a model is, and what exceptions inside a stream mean."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols.shared import errors
from ccr.wire import json
from ccr.wire.sse import SSE

STATUS_OF_EXCEPTION: Mapping[str, int] = {
    "throttlingException": 429,
    "serviceUnavailableException": 503,
    "validationException": 400,
    "accessDeniedException": 403,
    "resourceNotFoundException": 404,
    "modelTimeoutException": 504,
    "modelNotReadyException": 429,
    "internalServerException": 500,
}
"""HTTP statuses of exceptions inside a stream; others are 502."""


def of_model(base: str, model: str, method: str) -> str:
    """``…/model/{model}/{method}``, whether or not the base has such a path already."""
    scheme, host, path, query, _ = urlsplit(base)
    before = path.partition("/model/")[0].rstrip("/").removesuffix("/model")
    return urlunsplit((scheme, host, f"{before}/model/{quote(model, safe=':')}/{method}", query, ""))


def exception(event: SSE, call: Call) -> UpstreamError:
    """The failure in an exception of an event stream."""
    try:
        value = json.decode(event.data)
    except json.JSONError:
        value = None
    said = value.get("message") if isinstance(value, dict) else None
    status = STATUS_OF_EXCEPTION.get(event.event, 502)
    return errors.in_answer(
        {"message": said or f"The stream ended in {event.event}.", "status": status}, call
    )
