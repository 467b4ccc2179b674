"""A request ends as its client was told, whatever became of the calls that were made for it."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.errors import Broken
from ccr.exchange import Exchange, Try
from ccr.telemetry.ending import GONE, WELL, Ending, ending
from tests.telemetry.accounts import a_try

BROKE = Broken("cut off")
WHOLE = a_try()
TORN = a_try(whole=False, status=502, error="Broken", message="cut off")
UNREAD = a_try(whole=False)
TOLD = Ending(502, "Broken", "cut off")


@pytest.mark.parametrize(
    ("answering", "more", "told"),
    [
        (WHOLE, {}, WELL),
        (TORN, {}, TOLD),
        (UNREAD, {}, GONE),
        (None, {}, GONE),
        (None, {"cache": "joined"}, WELL),
        (None, {"error": BROKE}, TOLD),
        (WHOLE, {"left": True}, GONE),  # others read it to its end
        (WHOLE, {"error": BROKE}, TOLD),  # a later round of an agent failed
        (TORN, {"left": True, "error": BROKE}, GONE),  # who has gone hears of no error
        (None, {"cache": "joined", "left": True}, GONE),
        (TORN, {"continued": ("b,m",), "error": BROKE}, TOLD),
        (TORN, {"continued": ("b,m",)}, Ending(200, "", "It broke off, and b,m went on.")),
    ],
)
def test_what_the_client_saw(answering: Try | None, more: dict[str, Any], told: Ending) -> None:
    exchange = Exchange(b"{}", {}, headers={}, stream=True)
    for name, value in {"answering": answering, **more}.items():
        setattr(exchange, name, value)
    assert ending(exchange) == told
