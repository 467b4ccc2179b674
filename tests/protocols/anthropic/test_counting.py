"""A count is a number or a failure, never something else."""

from __future__ import annotations

import pytest

from ccr.config.provider import Provider
from ccr.errors import Broken
from ccr.exchange import Exchange, Target
from ccr.protocols.anthropic.counting import counted, counting_call


def test_the_endpoint_is_beside_messages() -> None:
    target = Target(Provider("p", "http://x/v1?a=1", "anthropic", keys=("k",)), "m")
    exchange = Exchange(
        raw=b'{"model":"a","messages":[]}', body={"model": "a", "messages": []}, headers={}, stream=False
    )
    url, headers, data = counting_call(exchange, target, "k")
    assert url == "http://x/v1/messages/count_tokens?a=1"
    assert headers["x-api-key"] == "k"
    assert data == b'{"model":"m","messages":[]}'


def test_only_a_number_counts() -> None:
    assert counted(200, b'{"input_tokens":7}') == 7
    for status, body in (
        (404, b'{"input_tokens":7}'),
        (200, b"{}"),
        (200, b"<"),
        (200, b'{"input_tokens":"7"}'),
    ):
        with pytest.raises(Broken):
            counted(status, body)
